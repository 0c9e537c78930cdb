using Multivisor.Supervisord.XmlRpc;

namespace Multivisor.Supervisord;

/// <summary>What became of one process in a call for several.</summary>
/// <param name="Status">80 when it succeeded, otherwise the number of a <see cref="SupervisordFault"/>.</param>
/// <param name="Description"><c>OK</c>, or the fault's text.</param>
public sealed record ProcessStatus(string Name, string Group, int Status, string Description)
{
    public bool Succeeded => Status == (int)SupervisordFault.Success;
}

/// <summary>What <c>reloadConfig</c> found: names of groups, event listeners included.</summary>
public sealed record ConfigChanges(IReadOnlyList<string> Added, IReadOnlyList<string> Changed, IReadOnlyList<string> Removed);

/// <summary>State of supervisord itself: 2 FATAL, 1 RUNNING, 0 RESTARTING, -1 SHUTDOWN.</summary>
public sealed record SupervisordStateInfo(int Code, string Name);

/// <summary>A piece of a log (supervisor.md section 5.1: it may begin before the asked offset).</summary>
/// <param name="Offset">Octets: where the log ended.</param>
/// <param name="Overflow">The log held more than was asked for.</param>
public sealed record LogTail(string Text, long Offset, bool Overflow);

/// <summary>A part of a streamed log.</summary>
/// <param name="Left">Octets that supervisord has read together with these and that follow; 0 when all have come.</param>
public readonly record struct LogStreamPart(ReadOnlyMemory<byte> Octets, int Left);

/// <summary>One program of supervisord's configuration, as <c>getAllConfigInfo</c> tells it.</summary>
/// <param name="Values">All members as sent; which there are depends on supervisord's version.</param>
public sealed record ProgramConfig(string Name, string Group, bool InUse, bool Autostart, XmlRpcValue Values);

/// <summary>One call of a <c>system.multicall</c>.</summary>
public readonly record struct SupervisordCall(string Method, params XmlRpcValue[] Arguments);

/// <summary>What one call of a <c>system.multicall</c> gave: a value, or a fault.</summary>
public sealed record SupervisordResult(XmlRpcValue Value, SupervisordFaultException? Fault);
