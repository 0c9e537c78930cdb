namespace Multivisor.Server.EventStream;

/// <summary>Periods of server-sent events. The defaults are what the program runs with; tests shorten them.</summary>
internal sealed record StreamOptions
{
    /// <summary>How often a comment is sent, so that no proxy takes a quiet stream for a dead one.</summary>
    public TimeSpan KeepAlivePeriod { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a client may leave what was sent unread before its connection is closed.</summary>
    public TimeSpan WriteLimit { get; init; } = TimeSpan.FromSeconds(60);
}
