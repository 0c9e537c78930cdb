using System.Runtime.CompilerServices;

namespace Multivisor.ZeroRpc;

/// <summary>Limits and periods of one client or server. The defaults are those of the field's other implementations.</summary>
/// <remarks>All numbers and periods must be above zero; where they are used, others are refused.</remarks>
public sealed record ZeroRpcOptions
{
    /// <summary>
    /// Heartbeat period; must be the same on both ends, it is not negotiated (zerorpc.md section 5). A peer that is silent is lost
    /// after two to three of them, one that takes no octets after three.
    /// </summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Heartbeats of all connections leave at shared moments of this distance, up to a sixty-fourth of a period early; zero for none (<see cref="Beats"/>).</summary>
    public TimeSpan Beat { get; init; }

    /// <summary>How long a client waits for the first answer to a call; <see cref="Timeout.InfiniteTimeSpan"/> leaves it to the heartbeats.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Client: limit for resolving, TCP connect and ZMTP handshake together. Server: limit for the handshake.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Largest frame accepted and sent, in octets; checked before memory is taken. An unfinished frame is kept as far as it has
    /// come, so a server of small requests does well to set less than the default.
    /// </summary>
    public int MaxFrameLength { get; init; } = 64 * 1024 * 1024;

    /// <summary>Largest message that is sent, in octets.</summary>
    public int MaxSentLength { get; init; } = 64 * 1024 * 1024;

    /// <summary>Deepest nesting of arrays and maps accepted and sent.</summary>
    public int MaxDepth { get; init; } = 32;

    /// <summary>Most values (elements of arrays and members of maps together) accepted in one event.</summary>
    public int MaxElements { get; init; } = 1_000_000;

    /// <summary>Server: connections accepted at a time; one more is closed at once.</summary>
    public int MaxConnections { get; init; } = 1024;

    /// <summary>Server: open channels per connection; one more request is answered with an error.</summary>
    public int MaxChannels { get; init; } = 1000;

    /// <summary>The clock of heartbeats and time limits.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <exception cref="ArgumentOutOfRangeException">A number or period is not above zero.</exception>
    internal void Validate()
    {
        Positive(Heartbeat);
        Positive(ConnectTimeout);
        if (CallTimeout != Timeout.InfiniteTimeSpan)
            Positive(CallTimeout);
        Positive(MaxFrameLength);
        Positive(MaxSentLength);
        Positive(MaxDepth);
        Positive(MaxElements);
        Positive(MaxConnections);
        Positive(MaxChannels);
    }

    private static void Positive(int number, [CallerArgumentExpression(nameof(number))] string? name = null) =>
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(number, name);

    private static void Positive(TimeSpan period, [CallerArgumentExpression(nameof(period))] string? name = null) =>
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(period, TimeSpan.Zero, name);
}
