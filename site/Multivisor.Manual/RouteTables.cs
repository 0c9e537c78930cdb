using System.Text;
using System.Text.Json;

namespace Multivisor.Manual;

/// <summary>The tables of routes in docs/api.md, made of the OpenAPI document of a server.</summary>
internal static class RouteTables
{
    private const string End = "<!-- end of routes -->";

    /// <summary>Writes the table of each tag between its two comments.</summary>
    /// <exception cref="InvalidDataException">There is no place for the routes of some tag.</exception>
    public static string Renew(string document, string openApi)
    {
        using var read = JsonDocument.Parse(openApi);
        foreach (var group in Routes(read.RootElement).GroupBy(route => route.Tag, StringComparer.Ordinal))
        {
            var table = new StringBuilder("| route | role | what it does |\n|---|---|---|\n");
            foreach (var route in group)
                table.Append("| `").Append(route.Method).Append(' ').Append(route.Path).Append("` | ").Append(route.Role).Append(" | ").Append(Text(route)).Append(" |\n");
            document = MarkedPart.Replace(document, $"<!-- routes: {group.Key} -->", End, table.ToString());
        }

        return document;
    }

    private static string Text(Route route)
    {
        var text = new StringBuilder(MarkedPart.Cell(route.Summary));
        if (route.Fields.Length > 0)
            text.Append(" Form: `").AppendJoin("`, `", route.Fields).Append("`.");
        if (route.Queries.Length > 0)
            text.Append("<br>").AppendJoin("<br>", route.Queries.Select(query => $"`?{query.Name}=` {MarkedPart.Cell(query.Description)}"));
        return text.ToString();
    }

    private static IEnumerable<Route> Routes(JsonElement document) =>
        from path in document.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        where operation.Name != "head"
        let value = operation.Value
        select new Route(
            value.GetProperty("tags")[0].GetString()!, operation.Name.ToUpperInvariant(), path.Name, value.GetProperty("x-role").GetString()!, value.GetProperty("summary").GetString()!,
            FieldsOf(value), QueriesOf(value));

    private static string[] FieldsOf(JsonElement operation) => operation.TryGetProperty("requestBody", out var body)
        ? [.. body.GetProperty("content").EnumerateObject().First().Value.GetProperty("schema").GetProperty("properties").EnumerateObject().Select(field => field.Name)]
        : [];

    private static (string Name, string Description)[] QueriesOf(JsonElement operation) => operation.TryGetProperty("parameters", out var parameters)
        ? [.. parameters.EnumerateArray().Where(parameter => parameter.GetProperty("in").GetString() == "query")
            .Select(parameter => (parameter.GetProperty("name").GetString()!, parameter.TryGetProperty("description", out var said) ? said.GetString()! : ""))]
        : [];

    private sealed record Route(string Tag, string Method, string Path, string Role, string Summary, string[] Fields, (string Name, string Description)[] Queries);
}
