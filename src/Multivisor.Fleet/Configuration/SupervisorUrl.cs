using Multivisor.Supervisord;

namespace Multivisor.Fleet.Configuration;

/// <summary>Where a supervisor is reached: an agent (<c>[tcp://|tls://][host][:port]</c>), or supervisord itself.</summary>
/// <param name="Scheme">How to talk to it.</param>
/// <param name="Host">A name or address; IPv6 without brackets. This machine for a unix socket.</param>
/// <param name="Port">0 for a unix socket.</param>
/// <param name="Raw">As written, maybe empty; credentials masked.</param>
public sealed record SupervisorUrl(string Scheme, string Host, int Port, string Raw)
{
    /// <summary>zerorpc over TCP, to a <c>multivisor-rpc</c> beside supervisord.</summary>
    public const string Tcp = "tcp";

    /// <summary>The same inside TLS.</summary>
    public const string Tls = "tls";

    /// <summary>supervisord's own XML-RPC over HTTP.</summary>
    public const string Http = "http";

    /// <summary>The same behind something that speaks TLS for it.</summary>
    public const string Https = "https";

    /// <summary>supervisord's own XML-RPC over a unix socket of this machine.</summary>
    public const string Unix = "unix";

    /// <summary>The same over a unix socket of another machine, through the system's <c>ssh</c>.</summary>
    public const string Ssh = "ssh";

    public const int DefaultPort = 9002;

    /// <summary>Where supervisord's HTTP server usually is.</summary>
    public const int DirectPort = 9001;

    public const int SshPort = 22;

    /// <summary>Path of the socket, or of XML-RPC behind the address; empty for an agent.</summary>
    public string Path { get; init; } = "";

    /// <summary>Who signs in: to supervisord, or for <see cref="Ssh"/> to the other machine. Null when the url does not say.</summary>
    public string? UserName { get; init; }

    /// <summary>Never write it anywhere. Null when the url does not say.</summary>
    public string? Password { get; init; }

    /// <summary>It leads to supervisord itself and not to an agent.</summary>
    public bool IsDirect => Scheme is Http or Https or Unix or Ssh;

    /// <summary>Without credentials.</summary>
    public override string ToString() => Scheme switch
    {
        Unix => $"unix://{Path}",
        Ssh => $"ssh://{(UserName is null ? "" : UserName + "@")}{(Port == SshPort ? HostPort.Bracketed(Host) : HostPort.Join(Host, Port))}{Path}",
        _ => $"{Scheme}://{HostPort.Join(Host, Port)}{Path}",
    };

    /// <param name="text">The trimmed value of <c>url</c>.</param>
    /// <param name="sectionName">Name of the supervisor, which is its host when there is none in the url.</param>
    /// <param name="url">Set when there is no problem.</param>
    /// <returns>What is wrong, or null.</returns>
    internal static ConfigProblem? Read(string text, string sectionName, out SupervisorUrl? url)
    {
        url = null;
        var separator = text.IndexOf("://", StringComparison.Ordinal);
        var scheme = separator < 0 ? Tcp : text[..separator].ToLowerInvariant();
        var address = separator < 0 ? text : text[(separator + 3)..];
        return scheme switch
        {
            Tcp or Tls => ReadAgent(scheme, address, text, sectionName, out url),
            Http or Https or Unix => ReadDirect(text, out url),
            Ssh => SshUrl.Read(address, text, out url),
            _ => new ConfigProblem(
                "the text before :// is not a known scheme", "write host:port of an agent, tls://, http://, https://, unix:// or ssh://"),
        };
    }

    private static ConfigProblem? ReadAgent(string scheme, string address, string text, string sectionName, out SupervisorUrl? url)
    {
        url = null;
        if (address.Contains('@'))
            return new ConfigProblem("an agent has no user name and password", "write host:port without them, or http:// for supervisord itself");

        var problem = HostPort.Read(address, minPort: 1, out var parts);
        if (problem is not null)
            return problem;
        if (parts.Host == "*")
            return new ConfigProblem("* is an address to listen on, not one to connect to", "write the name of the host");
        if (parts.Host is null && !IsHost(sectionName))
            return new ConfigProblem($"it has no host, and '{sectionName}' is not the name of one", "write url = host:port");

        url = new SupervisorUrl(scheme, parts.Host ?? sectionName, parts.Port ?? DefaultPort, text);
        return null;
    }

    private static ConfigProblem? ReadDirect(string text, out SupervisorUrl? url)
    {
        url = null;
        if (!SupervisordUrl.TryParse(text, out var parsed, out var problem))
            return new ConfigProblem(problem, "write http://host:9001 or unix:///run/supervisor.sock");
        url = parsed.IsUnix
            ? new SupervisorUrl(Unix, "localhost", 0, text) { Path = parsed.SocketPath }
            : new SupervisorUrl(parsed.Scheme, parsed.Host, parsed.Port, ConfigMask.MaskUserInfo(text))
            {
                // The usual path goes without saying, so that two spellings of one address are one.
                Path = parsed.RequestPath == SupervisordUrl.DefaultPath ? "" : parsed.RequestPath,
                UserName = parsed.UserName,
                Password = parsed.Password,
            };
        return null;
    }

    private static bool IsHost(string text) =>
        HostPort.Read(text, minPort: 1, out var parts) is null && parts is { Host: not null and not "*", Port: null };
}
