using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Metadata;
using Multivisor.Server.Access;
using Multivisor.Server.Admin;
using Multivisor.Server.Page;

namespace Multivisor.Server.Http;

/// <summary><c>/api/docs</c>: what the OpenAPI document says, for people, made of the same routes.</summary>
internal static class ApiPage
{
    private const string Style = """
        :root { color-scheme: light dark; }
        body { max-width: 70rem; margin: 0 auto; padding: 1rem 1.5rem 4rem; font: 1rem/1.5 system-ui, sans-serif; }
        table { width: 100%; border-collapse: collapse; }
        th, td { padding: .4rem .6rem; border-bottom: 1px solid #8885; text-align: left; vertical-align: top; }
        code { font: .92em ui-monospace, monospace; overflow-wrap: anywhere; }
        dl { margin: .3rem 0 0; font-size: .92em; }
        dd { margin: 0 0 0 1.2rem; }
        """;

    private static readonly string ContentSecurityPolicy =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static void MapApiPage(this IEndpointRouteBuilder routes) => routes.MapMethods("/api/docs", Verbs.Read, Answer)
        .WithTags("Health")
        .WithSummary("This interface, described for people.")
        .Produces<string>(StatusCodes.Status200OK, "text/html");

    private static IResult Answer(HttpContext context, EndpointDataSource endpoints, ConfigStore config)
    {
        PageResponse.Protect(context.Response);
        context.Response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
        return Results.Content(Write(endpoints, config.Current.Config.Access.BasePath), "text/html; charset=utf-8");
    }

    private static string Write(EndpointDataSource endpoints, string basePath)
    {
        var html = new StringBuilder("<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
            .Append("<title>Multivisor: the API</title>\n<style>").Append(Style).Append("</style>\n<h1>The API of Multivisor ").Append(Escaped(ProgramVersion.Text)).Append("</h1>\n")
            .Append("<p>For programs: <a href=\"").Append(Escaped(basePath)).Append("/api/openapi.json\">openapi.json</a> (OpenAPI 3). ")
            .Append("Actions take a form and answer <code>OK</code>, or more by <code>Accept: application/json</code> or <code>application/x-ndjson</code>. ")
            .Append("Errors are <code>{\"message\": …}</code>.</p>\n");
        foreach (var group in Routes(endpoints).GroupBy(route => route.Tag, StringComparer.Ordinal))
        {
            html.Append("<h2>").Append(Escaped(group.Key)).Append("</h2>\n<table>\n<tr><th scope=\"col\">route<th scope=\"col\">role<th scope=\"col\">what it does\n");
            foreach (var route in group)
                Write(html, route);
            html.Append("</table>\n");
        }

        return html.Append("</html>\n").ToString();
    }

    private static void Write(StringBuilder html, DescribedRoute route)
    {
        html.Append("<tr><td><code>").Append(Escaped(route.Method)).Append(' ').Append(Escaped(route.Pattern)).Append("</code><td>").Append(Escaped(route.Role))
            .Append("<td>").Append(Escaped(route.Summary));
        if (route.Fields.Count > 0)
            html.Append("<dl><dt>form</dt><dd><code>").AppendJoin("</code>, <code>", route.Fields.Select(Escaped)).Append("</code></dd></dl>");
        foreach (var query in route.Queries)
            html.Append("<dl><dt><code>?").Append(Escaped(query.Name)).Append("=</code></dt><dd>").Append(Escaped(query.Description)).Append("</dd></dl>");
        html.Append('\n');
    }

    private static IEnumerable<DescribedRoute> Routes(EndpointDataSource endpoints) =>
        from endpoint in endpoints.Endpoints.OfType<RouteEndpoint>()
        let summary = endpoint.Metadata.GetMetadata<IEndpointSummaryMetadata>()?.Summary
        let policies = endpoint.Metadata.GetMetadata<EndpointPolicies>()
        where summary is not null
        from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []
        where method != HttpMethods.Head
        select new DescribedRoute(
            endpoint.Metadata.GetMetadata<ITagsMetadata>()?.Tags[0] ?? "", method, $"/{endpoint.RoutePattern.RawText?.Trim('/')}", RoutePolicy.Describe(policies?.Find(method)), summary,
            endpoint.Metadata.GetMetadata<FormFields>()?.Names ?? [], endpoint.Metadata.GetOrderedMetadata<QueryParameter>());

    private static string Escaped(string text) => WebUtility.HtmlEncode(text);

    private sealed record DescribedRoute(
        string Tag, string Method, string Pattern, string Role, string Summary, IReadOnlyList<string> Fields, IReadOnlyList<QueryParameter> Queries);
}
