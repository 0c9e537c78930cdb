namespace Multivisor.Fleet.Configuration;

/// <summary>One <c>[discovery:NAME]</c> section: supervisors that are looked up while the server runs.</summary>
/// <param name="File">Full path of a JSON list; null when it is a name that is resolved.</param>
/// <param name="Dns">Whose addresses are the hosts; null when it is a file.</param>
/// <param name="Template">What each address becomes: its <c>url</c> without the host (scheme, port), credentials, labels.</param>
/// <param name="Period">How often it is looked up again.</param>
public sealed record DiscoveryConfig(string Name, string? File, string? Dns, DiscoveryTemplate Template, TimeSpan Period, int Line);

/// <summary>What the supervisors of a discovery have in common.</summary>
/// <param name="Scheme">Of <see cref="SupervisorUrl"/>; for addresses of a name.</param>
public sealed record DiscoveryTemplate(string Scheme, int Port, CredentialsConfig Credentials, LabelSet Labels)
{
    /// <summary>For <c>tls://</c> and <c>https://</c>; null when there is nothing of that kind.</summary>
    public TlsConfig? Tls { get; init; }
}
