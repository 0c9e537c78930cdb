namespace Multivisor.Fleet.Configuration;

/// <summary>One <c>[supervisor:NAME]</c> section.</summary>
/// <param name="Name">Trimmed, unique in the file, and fit to be the first part of a uid.</param>
/// <param name="Url">The text as written, maybe empty.</param>
/// <param name="Endpoint">What <paramref name="Url"/> means, defaults filled in.</param>
/// <param name="Line">Where the section starts.</param>
public sealed record SupervisorConfig(string Name, string Url, SupervisorUrl Endpoint, int Line)
{
    public string Host => Endpoint.Host;

    /// <summary>How the link is protected; null for one that is not.</summary>
    public TlsConfig? Tls { get; init; }
}
