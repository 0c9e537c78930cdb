using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using Multivisor.ZeroRpc;

namespace Multivisor.Agent;

/// <summary>The arguments that say who may connect and what he may do.</summary>
internal sealed class SecurityArguments
{
    private readonly Option<string?> _certificate = File("--tls-cert", "PEM certificate of this agent; with it the port speaks TLS only");
    private readonly Option<string?> _key = File("--tls-key", "PEM key of the certificate");
    private readonly Option<string?> _clientCa = File("--tls-client-ca", "PEM CA that must have signed the certificates of servers");
    private readonly Option<string?> _token = File("--token-file", "File with the token that servers must say first; needs TLS");
    private readonly Option<bool> _readOnly = new("--read-only") { Description = "Refuse every method that changes something" };

    private readonly Option<string?> _allow = new("--allow")
    {
        Description = "Of the methods that change something, pass on these only",
        HelpName = "method,…",
    };

    private readonly Option<string?> _init = new("--init-tls")
    {
        Description = "Make certificates and a token in this folder, tell what to do with them, and end",
        HelpName = "folder",
    };

    private readonly Option<string?> _names = new("--tls-name")
    {
        Description = "For --init-tls: names and addresses of the agent's host; this machine's when left out",
        HelpName = "name,…",
    };

    public void AddTo(RootCommand command)
    {
        foreach (var option in new Option[] { _certificate, _key, _clientCa, _token, _readOnly, _allow, _init, _names })
            command.Add(option);
    }

    public string? InitFolder(ParseResult parsed) => parsed.GetValue(_init);

    public string? Names(ParseResult parsed) => parsed.GetValue(_names);

    /// <param name="files">Null when the port is not to be protected.</param>
    /// <param name="problem">What is wrong and what to do.</param>
    public bool TryRead(ParseResult parsed, out ServerSecurityFiles? files, [NotNullWhen(true)] out MethodAccess? access, out string problem)
    {
        var certificate = parsed.GetValue(_certificate);
        var key = parsed.GetValue(_key);
        files = certificate is null || key is null ? null : new ServerSecurityFiles(certificate, key, parsed.GetValue(_clientCa), parsed.GetValue(_token));
        access = MethodAccess.TryCreate(parsed.GetValue(_readOnly), parsed.GetValue(_allow), out problem);
        if (access is null)
            return false;
        if ((certificate is null) != (key is null))
            problem = "--tls-cert and --tls-key belong together: give both.";
        else if (certificate is null && parsed.GetValue(_clientCa) is not null)
            problem = "--tls-client-ca needs TLS: give --tls-cert and --tls-key too, made for example with --init-tls.";
        else if (certificate is null && parsed.GetValue(_token) is not null)
            problem = "--token-file needs TLS, or everybody on the way could read the token: give --tls-cert and --tls-key too, made for example with --init-tls.";
        else if (parsed.GetValue(_names) is not null)
            problem = "--tls-name belongs to --init-tls.";
        return problem.Length == 0;
    }

    private static Option<string?> File(string name, string description) => new(name) { Description = description, HelpName = "file" };
}
