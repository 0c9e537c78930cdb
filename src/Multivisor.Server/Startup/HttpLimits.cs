using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Multivisor.Server.Startup;

/// <summary>What a client may cost. Beyond it its request is refused and its connection closed; others notice nothing.</summary>
internal sealed record HttpLimits
{
    /// <summary>The uids of a select-all over 50,000 processes, and then some.</summary>
    public const int MaxBody = 16 * 1024 * 1024;

    /// <summary>For who is not signed in: a name and a password, and room for the fields that a browser adds.</summary>
    public const int MaxBodyOfStrangers = 32 * 1024;

    /// <summary>Between two requests of a connection, and before its first.</summary>
    public TimeSpan IdleLimit { get; init; } = TimeSpan.FromSeconds(130);

    /// <summary>From the first octet of a head to its last.</summary>
    public TimeSpan HeadersLimit { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long a body may come, or an answer be taken, more slowly than 240 octets a second on the whole. Of an answer that nobody takes Kestrel
    /// keeps 64 KiB.
    /// </summary>
    public TimeSpan SlowLimit { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Connections at the same time; another one is closed at once.</summary>
    public int MaxConnections { get; init; } = 12_000;

    public void Apply(KestrelServerOptions kestrel)
    {
        const double OctetsPerSecond = 240;
        var limits = kestrel.Limits;
        limits.MaxRequestBodySize = MaxBody;
        limits.MaxRequestLineSize = 8 * 1024;
        limits.MaxRequestHeadersTotalSize = 32 * 1024;
        limits.MaxRequestHeaderCount = 100;
        limits.KeepAliveTimeout = IdleLimit;
        limits.RequestHeadersTimeout = HeadersLimit;
        limits.MinRequestBodyDataRate = new MinDataRate(OctetsPerSecond, SlowLimit);
        limits.MinResponseDataRate = new MinDataRate(OctetsPerSecond, SlowLimit);
        limits.MaxConcurrentConnections = MaxConnections;
    }
}
