using Multivisor.Server.Http;

namespace Multivisor.Server.Page;

/// <summary>
/// What no route takes. Under <c>/api</c> that is a mistake and answered as one; everything else is the page, whose own
/// addresses the server does not know.
/// </summary>
internal sealed class Unrouted(RequestDelegate next)
{
    private const string Html = """
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Multivisor</title>
        <h1>Multivisor</h1>
        <p>The server is running. This version has no page yet; it offers:</p>
        <ul>
          <li><a href="/api/data">/api/data</a>: the state of all supervisors and processes</li>
          <li><a href="/api/stream">/api/stream</a>: everything that changes, live</li>
          <li><a href="/api/openapi.json">/api/openapi.json</a>: the description of the whole API</li>
          <li><a href="/metrics">/metrics</a>: metrics for Prometheus</li>
        </ul>
        </html>
        """;

    public async Task InvokeAsync(HttpContext context)
    {
        var path = context.Request.Path;
        var isApi = path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase);
        if (context.GetEndpoint() is null && !isApi && Verbs.Read.Contains(context.Request.Method))
        {
            await Results.Content(Html, "text/html; charset=utf-8").ExecuteAsync(context);
            return;
        }

        await next(context);
        if (context.Response.HasStarted || context.Response.ContentLength is not null)
            return;
        if (context.Response.StatusCode == StatusCodes.Status404NotFound)
            await Answers.NotFound($"there is no {path} (/api/openapi.json lists what there is)").ExecuteAsync(context);
        else if (context.Response.StatusCode == StatusCodes.Status405MethodNotAllowed && HttpMethods.IsOptions(context.Request.Method))
            context.Response.StatusCode = StatusCodes.Status200OK;
        else if (context.Response.StatusCode == StatusCodes.Status405MethodNotAllowed)
            await Answers.Message(StatusCodes.Status405MethodNotAllowed, $"{path} takes {context.Response.Headers.Allow}, not {context.Request.Method}").ExecuteAsync(context);
    }
}
