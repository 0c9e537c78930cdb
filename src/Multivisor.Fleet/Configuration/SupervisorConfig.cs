using System.Collections.Immutable;

namespace Multivisor.Fleet.Configuration;

/// <summary>One <c>[supervisor:NAME]</c> section.</summary>
/// <param name="Name">Trimmed, unique in the file, and fit to be the first part of a uid.</param>
/// <param name="Url">The text as written, maybe empty; credentials masked.</param>
/// <param name="Endpoint">What <paramref name="Url"/> means, defaults filled in; the first when there are several.</param>
/// <param name="Line">Where the section starts; 0 for one that was discovered.</param>
public sealed record SupervisorConfig(string Name, string Url, SupervisorUrl Endpoint, int Line)
{
    public string Host => Endpoint.Host;

    /// <summary>How its <c>tls://</c> and <c>https://</c> links are protected; null when it has none.</summary>
    public TlsConfig? Tls { get; init; }

    /// <summary>Further ways to the same supervisord.</summary>
    public ImmutableArray<SupervisorUrl> Alternatives { get; init; } = [];

    /// <summary>For supervisord itself.</summary>
    public CredentialsConfig Credentials { get; init; } = CredentialsConfig.None;

    public LabelSet Labels { get; init; } = LabelSet.Empty;
}
