using Multivisor.Supervisord;

namespace Multivisor.Fleet.History;

/// <summary>A state that a process was found in. Small, because a site may keep hundreds of thousands of them.</summary>
/// <remarks>Two clocks: when we saw it is ours, <see cref="Start"/> and <see cref="Stop"/> are supervisord's.</remarks>
public readonly record struct HistoryEntry
{
    private const int UnknownExitStatus = int.MinValue;

    private readonly int _exitStatus;

    internal HistoryEntry(ProcessInfo info, bool? exitExpected, DateTimeOffset? seen, bool afterGap)
    {
        State = info.State;
        Pid = (int)Math.Clamp(info.Pid, 0, int.MaxValue);
        ExitStatus = (int)Math.Clamp(info.ExitStatus, UnknownExitStatus + 1, int.MaxValue);
        Start = Seconds(info.Start);
        Stop = Seconds(info.Stop);
        ExitExpected = exitExpected;
        IsAfterGap = afterGap;
        SeenMilliseconds = seen?.ToUnixTimeMilliseconds() ?? 0;
    }

    public ProcessState State { get; private init; }

    /// <summary>When the server saw it, Unix milliseconds; 0 for the state in which it first found the process.</summary>
    public long SeenMilliseconds { get; }

    /// <summary>When the process was last started, Unix seconds, 0 = never.</summary>
    public uint Start { get; }

    /// <summary>When it last ended, Unix seconds, 0 = never.</summary>
    public uint Stop { get; private init; }

    /// <summary>0 when there was no process.</summary>
    public int Pid { get; private init; }

    /// <summary>Null when it was lost: supervisord forgets it when it starts the program again.</summary>
    public int? ExitStatus { get => _exitStatus == UnknownExitStatus ? null : _exitStatus; private init => _exitStatus = value ?? UnknownExitStatus; }

    public bool? ExitExpected { get; init; }

    /// <summary>
    /// Found by a read and not told by an event: it began at the latest when it was seen, and there may have been others
    /// before it that nobody saw.
    /// </summary>
    public bool IsAfterGap { get; }

    /// <summary>The end of <paramref name="before"/>, of which only an event told.</summary>
    internal static HistoryEntry PassedExit(ProcessInfo before, ProcessInfo successor, bool? expected, DateTimeOffset seen) =>
        new(before, expected, seen, afterGap: false) { State = ProcessState.Exited, Pid = 0, ExitStatus = null, Stop = Seconds(successor.Stop) };

    private static uint Seconds(long time) => (uint)Math.Clamp(time, 0, uint.MaxValue);
}
