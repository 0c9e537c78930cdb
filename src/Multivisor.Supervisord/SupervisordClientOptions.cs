namespace Multivisor.Supervisord;

/// <summary>Limits of one <see cref="SupervisordClient"/>.</summary>
public sealed record SupervisordClientOptions
{
    /// <summary>Limit for connecting.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Limit for a call that supervisord answers at once (reads, signals, configuration).</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Limit for a call that supervisord may hold back (start, stop, clear all logs, multicall, unknown methods).</summary>
    /// <remarks>A stop takes as long as the program's stopwaitsecs, which is the operator's choice.</remarks>
    public TimeSpan WaitTimeout { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Limit for waiting behind other callers of the same client.</summary>
    public TimeSpan QueueTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Callers that may wait for their turn; one more fails at once.</summary>
    public int MaxWaiting { get; init; } = 256;

    /// <summary>Largest answer, in octets, that is read; a longer one fails the call before its memory is taken.</summary>
    public int MaxResponseLength { get; init; } = 64 * 1024 * 1024;

    /// <summary>Deepest nesting of arrays and structs in an answer.</summary>
    public int MaxDepth { get; init; } = 32;

    /// <summary>Values in one answer: bounds what a small text such as <c>&lt;value/&gt;</c>, repeated, may cost.</summary>
    public int MaxValues { get; init; } = 2_000_000;

    /// <summary>
    /// Puts TLS on a connected stream, for <c>https</c> URLs. It is the caller's so that programs that never need TLS do not carry it.
    /// </summary>
    public Func<Stream, SupervisordUrl, CancellationToken, ValueTask<Stream>>? SecureStream { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
