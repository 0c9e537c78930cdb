namespace Multivisor.Server.Page;

/// <summary>What a build without the page shows instead: where everything is.</summary>
internal static class TextPage
{
    private const string Html = """
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Multivisor</title>
        <h1>Multivisor</h1>
        <p>The server is running. It was built without its page (<code>./build.sh</code> builds it in); it offers:</p>
        <ul>
          <li><a href="/api/data">/api/data</a>: the state of all supervisors and processes</li>
          <li><a href="/api/stream">/api/stream</a>: everything that changes, live</li>
          <li><a href="/api/docs">/api/docs</a>: the description of the whole API; for programs <a href="/api/openapi.json">/api/openapi.json</a></li>
          <li><a href="/metrics">/metrics</a>: metrics for Prometheus</li>
        </ul>
        </html>
        """;

    public static Task SendAsync(HttpContext context)
    {
        PageResponse.Protect(context.Response);
        return Results.Content(Html, "text/html; charset=utf-8").ExecuteAsync(context);
    }
}
