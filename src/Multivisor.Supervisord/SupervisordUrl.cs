using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Multivisor.Supervisord;

/// <summary>
/// Where a supervisord answers: <c>unix:///run/supervisor.sock</c> or <c>http://[user:password@]host:port[/RPC2]</c>.
/// Immutable. <see cref="ToString"/> never shows the credentials.
/// </summary>
public sealed class SupervisordUrl
{
    /// <summary>Where supervisord's XML-RPC is.</summary>
    public const string DefaultPath = "/RPC2";

    private SupervisordUrl(string scheme, string host, int port, string socketPath, string requestPath, string? userName, string? password)
    {
        Scheme = scheme;
        Host = host;
        Port = port;
        SocketPath = socketPath;
        RequestPath = requestPath;
        UserName = userName;
        Password = password;
    }

    /// <summary><c>unix</c>, <c>http</c> or <c>https</c>.</summary>
    public string Scheme { get; }

    public bool IsUnix => Scheme == "unix";

    /// <summary>TLS in front of supervisord (a proxy): the client needs <see cref="SupervisordClientOptions.SecureStream"/>.</summary>
    public bool IsSecure => Scheme == "https";

    /// <summary>Name or address without brackets; empty for a unix socket.</summary>
    public string Host { get; }

    /// <summary>1 to 65535; 0 for a unix socket.</summary>
    public int Port { get; }

    /// <summary>Absolute path of the unix socket; empty otherwise.</summary>
    public string SocketPath { get; }

    /// <summary>The HTTP path, <c>/RPC2</c> unless the URL says otherwise.</summary>
    public string RequestPath { get; }

    /// <summary>Null when the URL carries no credentials.</summary>
    public string? UserName { get; }

    /// <summary>Never write it to a log. Null when the URL carries no credentials.</summary>
    public string? Password { get; }

    internal string HostHeader => IsUnix ? "localhost" : $"{BracketedHost}:{Port}";

    private string BracketedHost => Host.Contains(':') ? $"[{Host}]" : Host;

    /// <summary>The same place with other credentials; nulls remove them.</summary>
    public SupervisordUrl WithCredentials(string? userName, string? password) =>
        new(Scheme, Host, Port, SocketPath, RequestPath, userName, password);

    /// <exception cref="FormatException">Not a URL of one of the two forms; the message says what is wrong, without the credentials.</exception>
    public static SupervisordUrl Parse(string text) =>
        TryParse(text, out var url, out var problem) ? url : throw new FormatException(problem);

    /// <param name="problem">What is wrong, for the operator; empty on success.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out SupervisordUrl? url, out string problem)
    {
        url = null;
        text = text?.Trim() ?? "";
        var mark = text.IndexOf("://", StringComparison.Ordinal);
        var scheme = mark < 0 ? "" : text[..mark].ToLowerInvariant();
        var rest = mark < 0 ? text : text[(mark + 3)..];
        if (rest.AsSpan().IndexOfAnyInRange('\0', ' ') >= 0 && scheme != "unix")
            problem = "a supervisord URL must not contain spaces or control characters";
        else if (scheme == "unix")
            problem = ParseUnix(rest, out url);
        else if (scheme is "http" or "https")
            problem = ParseHttp(scheme, rest, out url);
        else
            problem = "a supervisord URL reads unix:///path/to.sock or http://[user:password@]host:port";
        return url is not null;
    }

    public override string ToString() =>
        IsUnix ? $"unix://{SocketPath}" : $"{Scheme}://{BracketedHost}:{Port}{(RequestPath == DefaultPath ? "" : RequestPath)}";

    private static string ParseUnix(string rest, out SupervisordUrl? url)
    {
        url = null;
        if (!rest.StartsWith('/'))
            return "a unix URL needs an absolute path: unix:///path/to.sock (three slashes)";
        if (rest.Contains('\0'))
            return "the path of a unix socket must not contain NUL";
        url = new SupervisordUrl("unix", "", 0, rest, DefaultPath, null, null);
        return "";
    }

    private static string ParseHttp(string scheme, string rest, out SupervisordUrl? url)
    {
        url = null;
        var slash = rest.IndexOf('/', rest.LastIndexOf('@') + 1);
        var authority = slash < 0 ? rest : rest[..slash];
        var path = slash < 0 || rest.Length == slash + 1 ? DefaultPath : rest[slash..];

        string? userName = null, password = null;
        var at = authority.LastIndexOf('@');
        if (at >= 0)
        {
            var credentials = authority[..at];
            var colon = credentials.IndexOf(':');
            userName = Uri.UnescapeDataString(colon < 0 ? credentials : credentials[..colon]);
            password = colon < 0 ? "" : Uri.UnescapeDataString(credentials[(colon + 1)..]);
            authority = authority[(at + 1)..];
        }

        if (!TrySplitAuthority(authority, out var host, out var portText))
            return $"'{authority}' is not host:port (an IPv6 address needs brackets: [::1]:9001)";
        var port = scheme == "https" ? 443 : 80;
        if (portText.Length > 0 && (!int.TryParse(portText, NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is < 1 or > 65535))
            return $"'{portText}' is not a port: 1 to 65535";
        url = new SupervisordUrl(scheme, host, port, "", path, userName, password);
        return "";
    }

    private static bool TrySplitAuthority(string authority, out string host, out string port)
    {
        host = port = "";
        if (authority.StartsWith('['))
        {
            var close = authority.IndexOf(']');
            if (close < 0 || (close + 1 < authority.Length && authority[close + 1] != ':'))
                return false;
            host = authority[1..close];
            port = close + 1 < authority.Length ? authority[(close + 2)..] : "";
            return host.Length > 0;
        }

        var colon = authority.IndexOf(':');
        if (colon != authority.LastIndexOf(':'))
            return false;
        host = colon < 0 ? authority : authority[..colon];
        port = colon < 0 ? "" : authority[(colon + 1)..];
        return host.Length > 0;
    }
}
