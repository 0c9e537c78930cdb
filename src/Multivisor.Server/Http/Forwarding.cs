using System.Collections.Immutable;
using System.Net;
using Multivisor.Server.Admin;

namespace Multivisor.Server.Http;

/// <summary>
/// Takes over what a trusted proxy says of its client: <c>X-Forwarded-For</c>, <c>-Proto</c> and <c>-Host</c>. From anybody else
/// these headers are text without a meaning.
/// </summary>
internal sealed class Forwarding(RequestDelegate next, ConfigStore config)
{
    public Task InvokeAsync(HttpContext context)
    {
        ClientAddress.Remember(context);
        var proxies = config.Current.Config.Access.TrustedProxies;
        if (!proxies.IsEmpty && proxies.Trust(context.Connection.RemoteIpAddress))
            Apply(context, proxies);
        return next(context);
    }

    private static void Apply(HttpContext context, ImmutableArray<IPNetwork> proxies)
    {
        var headers = context.Request.Headers;
        // From the nearest on: the first that is not one of our proxies is the client, and what he wrote himself stands before.
        string[] chain = [.. headers["X-Forwarded-For"].SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries))];
        for (var i = chain.Length - 1; i >= 0 && TryParse(chain[i], out var address); i--)
        {
            context.Connection.RemoteIpAddress = address;
            if (!proxies.Trust(address))
                break;
        }

        if (Last(headers["X-Forwarded-Proto"]) is "http" or "https")
            context.Request.Scheme = Last(headers["X-Forwarded-Proto"])!;
        if (Last(headers["X-Forwarded-Host"]) is { Length: > 0 } host && IsHost(host))
            context.Request.Host = new HostString(host);
    }

    private static string? Last(Microsoft.Extensions.Primitives.StringValues values) =>
        values.ToString() is { Length: > 0 } text ? text[(text.LastIndexOf(',') + 1)..].Trim() : null;

    /// <summary>Some proxies add the port of the client.</summary>
    private static bool TryParse(string text, out IPAddress? address)
    {
        if (IPAddress.TryParse(text, out address))
            return true;
        if (!IPEndPoint.TryParse(text, out var endPoint))
            return false;
        address = endPoint.Address;
        return true;
    }

    private static bool IsHost(string text) =>
        text.Length < 300 && Uri.TryCreate($"http://{text}/", UriKind.Absolute, out var uri) && uri.PathAndQuery == "/" && uri.UserInfo.Length == 0 && uri.Fragment.Length == 0;
}
