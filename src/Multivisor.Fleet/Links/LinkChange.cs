using Multivisor.Supervisord;

namespace Multivisor.Fleet.Links;

/// <summary>One thing that a link saw happen.</summary>
public abstract record LinkChange
{
    /// <summary>A process is now as <paramref name="Info"/> says (current when it was read, maybe later than the event).</summary>
    /// <param name="ExitExpected">What supervisord said of its exit, if this is one.</param>
    /// <param name="Passed">An exit that is over already: supervisord had started the program again when it was asked.</param>
    public sealed record Process(ProcessInfo Info, bool? ExitExpected = null, PassedExit? Passed = null) : LinkChange;

    /// <summary>Something changed that only a full read can tell: groups, a supervisord that came back, lost events.</summary>
    public sealed record Unknown(string Reason) : LinkChange;

    /// <summary>supervisord began to shut down or to restart.</summary>
    public sealed record Stopping : LinkChange;

    /// <summary>supervisord answers nothing to its agent.</summary>
    public sealed record Silent : LinkChange;

    /// <summary>The agent runs as this process of its supervisord.</summary>
    public sealed record AgentFound(string Namespec) : LinkChange;
}
