namespace Multivisor.Client;

/// <summary>What happened in a followed log (docs/logs.md).</summary>
/// <param name="Uid">The process; of supervisord's own log the supervisor's name.</param>
/// <param name="Stream"><c>out</c>, <c>err</c>, or <c>main</c> for supervisord's own log.</param>
public abstract record LogEvent(string Uid, string Stream)
{
    /// <summary>Where to resume this log behind the event. Opaque; empty when the log has ended.</summary>
    public string Position { get; init; } = "";

    /// <summary>Text that follows all before it; a line may be continued by the next.</summary>
    public sealed record Text(string Uid, string Stream, string Value) : LogEvent(Uid, Stream);

    /// <summary>It begins, or goes on at another place.</summary>
    /// <param name="Kind"><c>opened</c>, <c>skipped</c>, <c>rotated</c> or <c>cleared</c>.</param>
    /// <param name="Lost">Octets that are left out before it; null when nobody can know.</param>
    public sealed record Moved(string Uid, string Stream, string Kind, string File, long? Lost) : LogEvent(Uid, Stream);

    /// <summary>Nothing more comes of this log for now.</summary>
    public sealed record Ended(string Uid, string Stream, string Reason) : LogEvent(Uid, Stream);
}
