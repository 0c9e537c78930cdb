using System.Text.Json.Serialization;

namespace Multivisor.Contract;

/// <summary>
/// A state that a process was in. <see cref="At"/> is the server's clock, <see cref="Start"/> and <see cref="Stop"/> are
/// supervisord's, which may differ.
/// </summary>
public sealed record HistoryEntryJson
{
    /// <summary>When the server saw it, Unix seconds; null for the state in which it first found the process.</summary>
    public double? At { get; init; }

    /// <summary>Only there while EXITED.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonPropertyName("exitstatus")]
    public int? ExitStatus { get; init; }

    /// <summary>Only there while EXITED, and when the server saw the exit.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Expected { get; init; }

    /// <summary>
    /// Only there, and true, when it was found by a read and not told by an event: it began at the latest at
    /// <see cref="At"/>, and states before it may be missing.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Gap { get; init; }

    /// <summary>0 when there was no process.</summary>
    public int Pid { get; init; }

    /// <summary>When the process was last started, Unix seconds, 0 is never; likewise <see cref="Stop"/>.</summary>
    public long Start { get; init; }

    /// <summary>The name of the state, for example <c>RUNNING</c>.</summary>
    public string State { get; init; } = "";

    public long Stop { get; init; }
}
