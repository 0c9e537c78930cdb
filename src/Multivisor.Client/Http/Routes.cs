namespace Multivisor.Client.Http;

/// <summary>Requests to the API; addresses are relative, so that a server below a path works alike.</summary>
internal static class Routes
{
    public static HttpRequestMessage Get(string path, params (string Name, string? Value)[] query) => new(HttpMethod.Get, path + Query(query));

    public static HttpRequestMessage Post(string path, params (string Name, string? Value)[] form) => new(HttpMethod.Post, path)
    {
        Content = new FormUrlEncodedContent(form.Where(f => f.Value is not null).Select(f => KeyValuePair.Create(f.Name, f.Value!))),
    };

    /// <summary>A uid or a name as one part of a path. The colon stays: it is as good as a letter there.</summary>
    public static string Part(string name) => Uri.EscapeDataString(name).Replace("%3A", ":", StringComparison.Ordinal);

    private static string Query((string Name, string? Value)[] query)
    {
        var parts = query.Where(q => q.Value is not null).Select(q => $"{q.Name}={Uri.EscapeDataString(q.Value!)}").ToList();
        return parts.Count == 0 ? "" : "?" + string.Join('&', parts);
    }
}
