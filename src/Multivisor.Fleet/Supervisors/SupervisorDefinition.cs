using Multivisor.Fleet.Configuration;

namespace Multivisor.Fleet.Supervisors;

/// <summary>What makes two supervisors of two configurations the same one.</summary>
/// <param name="Url">The text of <c>url=</c>, maybe empty; credentials masked.</param>
/// <param name="Places">Where it is reached, one or more.</param>
internal sealed record SupervisorDefinition(string Name, string Url, ValueList<SupervisorUrl> Places)
{
    public string Host => Places[0].Host;

    public TlsConfig? Tls { get; init; }

    public CredentialsConfig Credentials { get; init; } = CredentialsConfig.None;

    public LabelSet Labels { get; init; } = LabelSet.Empty;

    /// <summary>Whatever way is taken, nobody between can read it or change it. Of several it is known when one serves.</summary>
    public bool IsProtected => Places.All(place => place.Scheme is SupervisorUrl.Tls or SupervisorUrl.Https or SupervisorUrl.Unix or SupervisorUrl.Ssh);

    public static SupervisorDefinition Of(SupervisorConfig config) => new(config.Name, config.Url, new ValueList<SupervisorUrl>([config.Endpoint, .. config.Alternatives]))
    {
        Tls = config.Tls,
        Credentials = config.Credentials,
        Labels = config.Labels,
    };
}
