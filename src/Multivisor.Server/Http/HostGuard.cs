using Multivisor.Server.Admin;

namespace Multivisor.Server.Http;

/// <summary>
/// With <c>allowed_hosts</c>, answers only to the names by which the server is known: a name of somebody else that leads here
/// would make his page one of ours to a browser.
/// </summary>
internal sealed class HostGuard(RequestDelegate next, ConfigStore config, Refusals refusals)
{
    public Task InvokeAsync(HttpContext context)
    {
        var allowed = config.Current.Config.Access.AllowedHosts;
        var host = context.Request.Host;
        return allowed.IsEmpty || allowed.Contains(host.Value?.ToLowerInvariant() ?? "") || allowed.Contains(Name(host))
            ? next(context)
            : refusals.AnswerAsync(context, StatusCodes.Status421MisdirectedRequest, "this server has another name (allowed_hosts in [global])");
    }

    private static string Name(HostString host) => (host.Host ?? "").ToLowerInvariant();
}
