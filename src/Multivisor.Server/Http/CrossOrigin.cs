using Multivisor.Server.Admin;

namespace Multivisor.Server.Http;

/// <summary>
/// Lets the pages of configured origins use the API with a token (CORS). No cookies: those are for our own page. Without
/// <c>cors_origins</c> nothing of it is ever sent.
/// </summary>
internal sealed class CrossOrigin(RequestDelegate next, ConfigStore config)
{
    public Task InvokeAsync(HttpContext context)
    {
        var origins = config.Current.Config.Access.CorsOrigins;
        if (origins.IsEmpty)
            return next(context);
        var response = context.Response;
        response.Headers.Append("Vary", "Origin");
        var origin = context.Request.Headers.Origin.ToString();
        if (origin.Length == 0 || !origins.Contains(origin.ToLowerInvariant()))
            return next(context);
        response.OnStarting(() =>
        {
            response.Headers.AccessControlAllowOrigin = origin;
            response.Headers.AccessControlExposeHeaders = "ETag, Multivisor-Event-Id, Retry-After";
            response.Headers["Cross-Origin-Resource-Policy"] = "cross-origin";
            return Task.CompletedTask;
        });
        if (!HttpMethods.IsOptions(context.Request.Method) || !context.Request.Headers.ContainsKey("Access-Control-Request-Method"))
            return next(context);
        response.StatusCode = StatusCodes.Status204NoContent;
        response.Headers.AccessControlAllowMethods = "GET, HEAD, POST, PUT, PATCH, DELETE";
        response.Headers.AccessControlAllowHeaders = "Authorization, Accept, Content-Type, Last-Event-ID";
        response.Headers.AccessControlMaxAge = "600";
        return Task.CompletedTask;
    }
}
