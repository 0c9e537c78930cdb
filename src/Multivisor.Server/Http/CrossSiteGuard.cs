namespace Multivisor.Server.Http;

/// <summary>
/// Refuses what another site makes a visitor's browser send: without it any web page could stop processes on the
/// machine of whoever looks at it. Programs send no such header and are not concerned.
/// </summary>
internal sealed class CrossSiteGuard(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        var reads = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method);
        // The one route that changes something by GET, for the sake of the original's clients.
        var changes = !reads || request.Path.StartsWithSegments("/api/admin", StringComparison.OrdinalIgnoreCase);
        return changes && request.Headers["Sec-Fetch-Site"] == "cross-site"
            ? Answers.Message(StatusCodes.Status403Forbidden, "refused: the request comes from another site").ExecuteAsync(context)
            : next(context);
    }
}
