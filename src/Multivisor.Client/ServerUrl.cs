namespace Multivisor.Client;

/// <summary>Addresses of servers as people write them: <c>host</c>, <c>host:port</c>, <c>http[s]://host[:port][/base]</c>.</summary>
public static class ServerUrl
{
    public const int DefaultPort = 22000;

    /// <exception cref="FormatException">The text is no address; the message says what is.</exception>
    public static Uri Parse(string text)
    {
        var trimmed = text.Trim();
        var hasScheme = trimmed.Contains("://", StringComparison.Ordinal);
        if (!Uri.TryCreate(hasScheme ? trimmed : $"http://{trimmed}", UriKind.Absolute, out var url) || url.Host.Length == 0
            || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps))
        {
            throw new FormatException($"'{trimmed}' is no address of a server: write host, host:port or https://host[:port][/path]");
        }

        if (url.UserInfo.Length > 0)
            throw new FormatException("the address of a server holds no user or password: sign in, or use a token");
        var builder = new UriBuilder(url) { Query = "", Fragment = "" };
        if (!HasPort(trimmed) && !(hasScheme && IsWebDefault(url)))
            builder.Port = DefaultPort;
        builder.Path = builder.Path.TrimEnd('/') + "/";
        return builder.Uri;
    }

    /// <summary>As people write it: without what is usual.</summary>
    public static string Describe(Uri url)
    {
        var path = url.AbsolutePath.TrimEnd('/');
        return url.Scheme == Uri.UriSchemeHttp && path.Length == 0 ? $"{url.Host}:{url.Port}" : $"{url.Scheme}://{url.Authority}{path}";
    }

    /// <summary>An https address or one with a path is behind a proxy, which has the usual port.</summary>
    private static bool IsWebDefault(Uri url) => url.Scheme == Uri.UriSchemeHttps || url.AbsolutePath.Length > 1;

    private static bool HasPort(string text)
    {
        var start = text.IndexOf("://", StringComparison.Ordinal);
        var authority = (start < 0 ? text : text[(start + 3)..]).Split('/', 2)[0];
        var colon = authority.LastIndexOf(':');
        return colon > authority.LastIndexOf(']') && colon < authority.Length - 1;
    }
}
