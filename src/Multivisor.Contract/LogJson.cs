using System.Text.Json.Serialization;

namespace Multivisor.Contract;

/// <summary>Names of the events of a log that is followed.</summary>
public static class LogEvents
{
    /// <summary>Data: <see cref="LogMovedJson"/>. The first event: where it begins.</summary>
    public const string Opened = "opened";

    /// <summary>Data: <see cref="LogLinesJson"/>.</summary>
    public const string Lines = "lines";

    /// <summary>Data: <see cref="LogMovedJson"/>.</summary>
    public const string Skipped = "skipped";

    /// <summary>Data: <see cref="LogMovedJson"/>.</summary>
    public const string Rotated = "rotated";

    /// <summary>Data: <see cref="LogMovedJson"/>.</summary>
    public const string Cleared = "cleared";

    /// <summary>Data: <see cref="LogEndedJson"/>.</summary>
    public const string Ended = "ended";
}

/// <summary>Text that follows all text before it; a line may be continued by the next event.</summary>
/// <param name="Text">Octets that are no UTF-8 are U+FFFD.</param>
/// <param name="From">Offset of the first octet in the file.</param>
/// <param name="To">Offset behind the last: exact, whatever the text has become.</param>
/// <param name="File">Which file; empty when it cannot be told.</param>
public sealed record LogLinesJson(string Text, long From, long To, string File)
{
    /// <summary>In a merged stream: the process, and <c>out</c> or <c>err</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Uid { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Stream { get; init; }

    /// <summary>In a merged stream: where to resume this log.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Position { get; init; }
}

/// <summary>What follows comes from another place.</summary>
/// <param name="Offset">Where it goes on, in <paramref name="File"/>.</param>
/// <param name="Lost">Octets that are left out before it; null when it is not known how many, or whether any.</param>
public sealed record LogMovedJson(string File, long Offset, long? Lost)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Uid { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Stream { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Position { get; init; }
}

/// <param name="Reason">What happened, and what to do.</param>
public sealed record LogEndedJson(string Reason)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Uid { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Stream { get; init; }
}

/// <summary>What a search in a log found: the last matches, in the order of the log.</summary>
/// <param name="Matches">All matches in what was searched.</param>
/// <param name="File">Whose beginning is offset 0.</param>
/// <param name="From">What was searched.</param>
/// <param name="Oldest">Offset of the first octet that is kept, rotated files included: negative before <paramref name="File"/>.</param>
/// <param name="Incomplete">Why not all of it was searched; empty otherwise.</param>
public sealed record LogSearchJson(
    IReadOnlyList<LogSearchLineJson> Lines, long Matches, string File, long From, long To, long Oldest, long End, string Incomplete);

/// <param name="Match">False for a line shown because of one beside it.</param>
public sealed record LogSearchLineJson(long Offset, string Text, bool Match);
