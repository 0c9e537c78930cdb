using Multivisor.Supervisord;
using Multivisor.Supervisord.XmlRpc;

namespace Multivisor.Agent.Wake;

/// <summary>What the waker is told by others.</summary>
internal abstract record WakeNote
{
    /// <summary>supervisord has told of a change.</summary>
    /// <param name="Process"><c>group:name</c>.</param>
    /// <param name="Pid">0 when it is not told: of a process that starts, or did not start.</param>
    /// <param name="At">When it was told.</param>
    internal sealed record Change(string Process, ProcessState State, long Pid, long At) : WakeNote;

    /// <summary>A watched process has ended.</summary>
    internal sealed record Ended(long Id) : WakeNote;

    /// <summary>Somebody has asked supervisord.</summary>
    /// <param name="Answer">One process, or an array of them.</param>
    internal sealed record Look(XmlRpcValue Answer) : WakeNote;

    /// <summary>Events are missing.</summary>
    internal sealed record Loss : WakeNote;

    /// <summary>Groups have come or gone.</summary>
    internal sealed record NewGroups : WakeNote;
}
