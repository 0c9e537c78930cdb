using Microsoft.Extensions.Logging;
using Multivisor.Fleet.Configuration;
using Multivisor.Fleet.Links.Agent;
using Multivisor.Fleet.Links.Direct;
using Multivisor.Fleet.Supervisors;
using Multivisor.ZeroRpc;

namespace Multivisor.Fleet.Links;

/// <summary>From what the configuration says to the links that it means.</summary>
internal sealed class LinkFactory(FleetOptions options, ILoggerFactory loggers)
{
    /// <summary>The state of one supervisor with 20,000 processes, or the longest extract of a log several times. One hostile host takes no more than that.</summary>
    private const int MaxFrameLength = 16 * 1024 * 1024;

    private readonly ZeroRpcOptions _wire = new() { Heartbeat = options.Heartbeat, Beat = options.Beat, Time = options.Time, MaxFrameLength = MaxFrameLength };

    public ISupervisorLink Create(SupervisorDefinition definition)
    {
        var logger = loggers.CreateLogger($"multivisor.{definition.Name}");
        // An agent tells of changes, supervisord must be asked.
        ISupervisorLink[] links = [.. definition.Places.OrderBy(place => place.IsDirect).Select(place => Create(place, definition, logger))];
        return links.Length == 1 ? links[0] : new StandbyLink(links, options.Time, logger);
    }

    private ISupervisorLink Create(SupervisorUrl place, SupervisorDefinition definition, ILogger logger)
    {
        var security = SecurityOf(definition.Tls);
        switch (place.Scheme)
        {
            case SupervisorUrl.Tls:
                return new AgentLink(place.Host, place.Port, _wire, security ?? new ClientSecurity());
            case SupervisorUrl.Ssh:
                return new SshLink(place, definition.Credentials, options);
            case SupervisorUrl.Http or SupervisorUrl.Https or SupervisorUrl.Unix:
                return new DirectLink(place, definition.Credentials, security, options);
            default:
                var agent = new AgentLink(place.Host, place.Port, _wire);
                // Who writes a scheme knows what is there, and where several are named it is told by their kinds.
                if (place.Raw.Contains("://", StringComparison.Ordinal) || definition.Places.Count > 1)
                    return agent;
                var direct = new DirectLink(place with { Scheme = SupervisorUrl.Http }, definition.Credentials, null, options);
                return new RecognisingLink(agent, direct, place.Port == SupervisorUrl.DirectPort, options.Time, logger);
        }
    }

    private static ClientSecurity? SecurityOf(TlsConfig? tls) => tls is null ? null : new ClientSecurity
    {
        CaFile = tls.CaFile,
        CertificateFile = tls.CertificateFile,
        KeyFile = tls.KeyFile,
        TokenFile = tls.TokenFile,
        Fingerprints = tls.Fingerprints.Split(',', StringSplitOptions.RemoveEmptyEntries),
    };
}
