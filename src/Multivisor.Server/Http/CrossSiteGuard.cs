using Multivisor.Server.Access;
using Multivisor.Server.Admin;

namespace Multivisor.Server.Http;

/// <summary>
/// Refuses what another site makes a visitor's browser send: without it any web page could stop processes on the
/// machine of whoever looks at it. Programs send no such headers and are not concerned.
/// </summary>
internal sealed class CrossSiteGuard(RequestDelegate next, ConfigStore config, Authenticator authenticator, Refusals refusals)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        var reads = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method);
        var changes = !reads || (!HttpMethods.IsOptions(request.Method) && PolicyTable.Of(context).IsGuarded);
        if (!changes || !IsFromElsewhere(request))
            return next(context);
        // For the audit log: whose browser was made to send it.
        context.Features.Set(authenticator.Identify(context));
        return refusals.AnswerAsync(context, StatusCodes.Status403Forbidden, "refused: the request comes from another site");
    }

    private bool IsFromElsewhere(HttpRequest request)
    {
        var origin = request.Headers.Origin.ToString();
        if (origin.Length > 0 && config.Current.Config.Access.CorsOrigins.Contains(origin.ToLowerInvariant()))
            return false;
        // What the browser itself says; "none" is an address that somebody typed.
        if (request.Headers["Sec-Fetch-Site"] is [{ Length: > 0 } site])
            return site is not ("same-origin" or "none");
        // Browsers say so only to addresses that they trust: not over plain HTTP to another machine.
        if (origin.Length > 0)
            return !IsOurs(origin, request);
        return request.Headers.Referer.ToString() is { Length: > 0 } referer && !IsOurs(referer, request);
    }

    /// <summary>Host and port are compared, not the scheme: a proxy in front may take HTTPS and pass on HTTP.</summary>
    private static bool IsOurs(string address, HttpRequest request)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
            return false;
        var port = uri.IsDefaultPort ? null : (int?)uri.Port;
        var own = request.Host.Port is 80 or 443 ? null : request.Host.Port;
        return port == own && string.Equals(uri.IdnHost, request.Host.Host, StringComparison.OrdinalIgnoreCase);
    }
}
