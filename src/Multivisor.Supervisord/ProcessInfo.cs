using Multivisor.Supervisord.XmlRpc;

namespace Multivisor.Supervisord;

/// <summary>supervisord's <c>getProcessInfo</c> struct (supervisor.md section 4.1). Times are Unix seconds, 0 = never.</summary>
public sealed record ProcessInfo
{
    public required string Name { get; init; }

    public required string Group { get; init; }

    public required ProcessState State { get; init; }

    /// <summary>As supervisord wrote it; agrees with <see cref="State"/> for every known state.</summary>
    public required string StateName { get; init; }

    public long Start { get; init; }

    public long Stop { get; init; }

    /// <summary>supervisord's clock when it answered.</summary>
    public long Now { get; init; }

    /// <summary>0 when there is no process.</summary>
    public long Pid { get; init; }

    /// <summary>Last exit code; -1 when killed by a signal; 0 if it never exited.</summary>
    public long ExitStatus { get; init; }

    public string SpawnError { get; init; } = "";

    public string Description { get; init; } = "";

    /// <summary>Older name of <see cref="StdoutLogFile"/>; same value. Empty when there is none.</summary>
    public string LogFile { get; init; } = "";

    public string StdoutLogFile { get; init; } = "";

    public string StderrLogFile { get; init; } = "";

    /// <summary><c>group:name</c>, what supervisord's methods take.</summary>
    public string Namespec => $"{Group}:{Name}";

    /// <summary>Nothing differs but <see cref="Now"/>, which passes by itself, and <see cref="Description"/>, which holds the uptime.</summary>
    public bool IsSameState(ProcessInfo other) =>
        State == other.State
        && Pid == other.Pid
        && Start == other.Start
        && Stop == other.Stop
        && ExitStatus == other.ExitStatus
        && StateName == other.StateName
        && SpawnError == other.SpawnError
        && Name == other.Name
        && Group == other.Group
        && LogFile == other.LogFile
        && StdoutLogFile == other.StdoutLogFile
        && StderrLogFile == other.StderrLogFile;

    /// <summary>This one, with the strings of <paramref name="other"/> wherever they are equal: those then exist once.</summary>
    public ProcessInfo SharingTextsOf(ProcessInfo other) => this with
    {
        Name = Shared(other.Name, Name),
        Group = Shared(other.Group, Group),
        StateName = Shared(other.StateName, StateName),
        SpawnError = Shared(other.SpawnError, SpawnError),
        Description = Shared(other.Description, Description),
        LogFile = Shared(other.LogFile, LogFile),
        StdoutLogFile = Shared(other.StdoutLogFile, StdoutLogFile),
        StderrLogFile = Shared(other.StderrLogFile, StderrLogFile),
    };

    private static string Shared(string theirs, string ours) => theirs == ours ? theirs : ours;

    /// <summary>The answer of <c>getAllProcessInfo</c>, for who calls it in a <c>system.multicall</c>.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static IReadOnlyList<ProcessInfo> ReadList(XmlRpcValue answer) => answer.ToList(ResultReading.ToProcessInfo);
}
