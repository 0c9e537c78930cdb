namespace Multivisor.Fleet.Logs;

/// <summary>A way to read the logs of one supervisor. Thread-safe.</summary>
/// <remarks>
/// Each method may throw <see cref="Links.LinkException"/> (no answer), <see cref="Supervisord.SupervisordFaultException"/> (supervisord
/// refused) or <see cref="LogAbsentException"/> (there is no such log).
/// </remarks>
public interface ILogSource
{
    /// <summary>
    /// Begins with one <see cref="LogEvent.Moved"/>, then each octet once, in order. What is not taken is not read, so that the file
    /// itself holds what a slow reader has not had yet.
    /// </summary>
    IAsyncEnumerable<LogEvent> FollowAsync(LogTarget target, LogStart start, CancellationToken cancellationToken);

    /// <summary>A part of a log, as it is now.</summary>
    Task<LogExtract> ReadAsync(LogTarget target, LogRange range, CancellationToken cancellationToken);

    Task<LogSearchResult> SearchAsync(LogTarget target, LogSearchQuery query, CancellationToken cancellationToken);
}

/// <summary>
/// A part of a log, over all the files that it was rotated into as far as the source can read them. Offsets count from the beginning of one
/// file: what is before it has negative ones.
/// </summary>
/// <param name="File">Whose beginning is 0; null for the newest file.</param>
/// <param name="From">Null for 0.</param>
/// <param name="To">Null for the end.</param>
/// <param name="Length">Instead of <paramref name="From"/>: so many octets before <paramref name="To"/>.</param>
public sealed record LogRange(string? File = null, long? From = null, long? To = null, long? Length = null);

/// <summary>What a <see cref="LogRange"/> turned out to be, and its octets. Dispose it.</summary>
/// <param name="Name">Of the file, without its folder; empty when it is not known.</param>
/// <param name="Oldest">Offset of the first octet that is kept.</param>
/// <param name="End">Offset behind the last.</param>
/// <param name="Octets">Enumerate once, before disposing.</param>
public sealed record LogExtract(
    string Name, string File, long From, long To, long Oldest, long End, IAsyncEnumerable<ReadOnlyMemory<byte>> Octets);

/// <param name="Text">To find, or a regular expression.</param>
/// <param name="Before">Lines to show before each match, and <paramref name="After"/> it.</param>
public sealed record LogSearchQuery(
    string Text, bool IsRegex, bool MatchCase, int Before, int After, int MaxMatches, LogRange Range);

/// <param name="Lines">The last matches with the lines around them, in the order of the log.</param>
/// <param name="Matches">All matches in what was searched.</param>
/// <param name="From">What was searched, in offsets of <paramref name="File"/>.</param>
/// <param name="Incomplete">Why not all of it was searched; empty otherwise.</param>
public sealed record LogSearchResult(
    IReadOnlyList<LogLine> Lines, long Matches, string File, long From, long To, long Oldest, long End, string Incomplete);

/// <param name="Octets">Without the line end; a long line is cut.</param>
public sealed record LogLine(long Offset, ReadOnlyMemory<byte> Octets, bool IsMatch);

/// <summary>supervisord's own calls for logs: text, by offsets of octets (supervisor.md section 5).</summary>
/// <remarks>They throw <see cref="LogUnreadableException"/> where the text cannot be sent.</remarks>
internal interface ILogCalls
{
    /// <summary>Offsets up to this one can be asked for.</summary>
    long MaxOffset { get; }

    /// <summary>supervisord's <c>tailProcess…Log</c>; mind its arithmetic (<see cref="TailArithmetic"/>).</summary>
    Task<LogTailChunk> TailLogAsync(LogTarget target, long offset, int length, CancellationToken cancellationToken);

    /// <summary>supervisord's <c>readProcess…Log</c> or <c>readLog</c>: exactly that slice, shorter at the end of the file.</summary>
    /// <returns>Null when the other end has no such method.</returns>
    Task<string?> ReadLogAsync(LogTarget target, long offset, int length, CancellationToken cancellationToken);
}

/// <param name="Offset">Size of the file in octets, by supervisord's count.</param>
public sealed record LogTailChunk(string Text, long Offset, bool Overflow);
