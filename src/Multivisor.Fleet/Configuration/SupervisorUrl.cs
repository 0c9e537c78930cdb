namespace Multivisor.Fleet.Configuration;

/// <summary>Where a supervisor is reached: <c>url = [tcp://|tls://][host][:port]</c>.</summary>
/// <param name="Scheme">How to talk to it; this version knows <see cref="Tcp"/> and <see cref="Tls"/>.</param>
/// <param name="Host">A name or address; IPv6 without brackets.</param>
/// <param name="Raw">As written, maybe empty.</param>
public sealed record SupervisorUrl(string Scheme, string Host, int Port, string Raw)
{
    /// <summary>zerorpc over TCP, to a <c>multivisor-rpc</c> beside supervisord.</summary>
    public const string Tcp = "tcp";

    /// <summary>The same inside TLS.</summary>
    public const string Tls = "tls";

    public const int DefaultPort = 9002;

    private static readonly string[] DirectSchemes = ["http", "https", "unix", "ssh"];

    public override string ToString() => $"{Scheme}://{HostPort.Join(Host, Port)}";

    /// <param name="text">The trimmed value of <c>url</c>.</param>
    /// <param name="sectionName">Name of the supervisor, which is its host when there is none in the url.</param>
    /// <param name="url">Set when there is no problem.</param>
    /// <returns>What is wrong, or null.</returns>
    internal static ConfigProblem? Read(string text, string sectionName, out SupervisorUrl? url)
    {
        url = null;
        var separator = text.IndexOf("://", StringComparison.Ordinal);
        var scheme = separator < 0 ? Tcp : text[..separator].ToLowerInvariant();
        if (scheme is not (Tcp or Tls))
            return UnknownScheme(scheme);

        var address = separator < 0 ? text : text[(separator + 3)..];
        if (address.Contains('@'))
            return new ConfigProblem("an agent has no user name and password", "write host:port without them");

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

    private static bool IsHost(string text) =>
        HostPort.Read(text, minPort: 1, out var parts) is null && parts is { Host: not null and not "*", Port: null };

    private static ConfigProblem UnknownScheme(string scheme)
    {
        if (DirectSchemes.Contains(scheme))
        {
            return new ConfigProblem(
                "direct links to supervisord are not supported by this version", "use host:port of multivisor-rpc");
        }

        return new ConfigProblem("the text before :// is not a known scheme", "write host:port or tls://host:port");
    }
}
