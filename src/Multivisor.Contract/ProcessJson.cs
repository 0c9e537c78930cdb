using System.Text.Json.Serialization;

namespace Multivisor.Contract;

/// <summary>
/// A process as the API shows it. Names and types are those of the original; members in alphabetical order, as the
/// original sorts them.
/// </summary>
public sealed record ProcessJson
{
    public string Description { get; init; } = "";

    [JsonPropertyName("exitstatus")]
    public long ExitStatus { get; init; }

    /// <summary>Whether supervisord counted the exit as expected; only there while EXITED, and when the server saw the exit.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Expected { get; init; }

    /// <summary><c>group:name</c>.</summary>
    public string FullName { get; init; } = "";

    public string Group { get; init; } = "";

    public string Host { get; init; } = "";

    [JsonPropertyName("logfile")]
    public string LogFile { get; init; } = "";

    public string Name { get; init; } = "";

    /// <summary>supervisord's clock, Unix seconds; likewise <see cref="Start"/> and <see cref="Stop"/>, where 0 is never.</summary>
    public long Now { get; init; }

    /// <summary>0 when it does not run; null when that is not known.</summary>
    public long? Pid { get; init; }

    public bool Running { get; init; }

    [JsonPropertyName("spawnerr")]
    public string SpawnError { get; init; } = "";

    /// <summary>Only there, and true, when this is the last known state of a process whose supervisor is not connected.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Stale { get; init; }

    public long Start { get; init; }

    /// <summary>supervisord's number of the state; null when it is not known.</summary>
    public int? State { get; init; }

    [JsonPropertyName("statename")]
    public string StateName { get; init; } = "";

    [JsonPropertyName("stderr_logfile")]
    public string StderrLogFile { get; init; } = "";

    [JsonPropertyName("stdout_logfile")]
    public string StdoutLogFile { get; init; } = "";

    public long Stop { get; init; }

    public string Supervisor { get; init; } = "";

    /// <summary><c>supervisor:group:name</c>.</summary>
    public string Uid { get; init; } = "";
}
