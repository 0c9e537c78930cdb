using System.Collections.Immutable;
using System.Text.Json;
using Multivisor.Fleet.Configuration;

namespace Multivisor.Fleet.Discovery;

/// <summary>
/// A JSON list of supervisors: <c>[{"name": "lid001", "url": "lid001:9002", "labels": {"site": "hall1"}}, …]</c>. Only <c>name</c> must be there.
/// </summary>
internal static class HostList
{
    public const int MaxLength = 16 * 1024 * 1024;

    private static readonly string[] Texts = ["name", "url"];

    /// <returns>The supervisors, or the first thing that is wrong with the list.</returns>
    public static (ImmutableArray<SupervisorConfig> Found, string? Problem) Read(ReadOnlyMemory<byte> json, DiscoveryConfig discovery)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, MaxDepth = 8 });
            if (document.RootElement.ValueKind != JsonValueKind.Array)
                return ([], "it is not a list; write [{\"name\": …, \"url\": …}, …]");
            var found = new Dictionary<string, SupervisorConfig>(StringComparer.Ordinal);
            var number = 0;
            foreach (var entry in document.RootElement.EnumerateArray())
            {
                number++;
                if (ReadEntry(entry, discovery, out var supervisor) is { } problem)
                    return ([], $"entry {number}: {problem}");
                if (!found.TryAdd(supervisor!.Name, supervisor))
                    return ([], $"entry {number}: supervisor '{supervisor.Name}' is there twice");
            }

            return ([.. found.Values], null);
        }
        catch (JsonException e)
        {
            return ([], $"it is not JSON (line {e.LineNumber + 1})");
        }
    }

    private static string? ReadEntry(JsonElement entry, DiscoveryConfig discovery, out SupervisorConfig? supervisor)
    {
        supervisor = null;
        if (entry.ValueKind != JsonValueKind.Object)
            return "it is not an object with a name";
        if (Texts.FirstOrDefault(key => entry.TryGetProperty(key, out var value) && value.ValueKind is not (JsonValueKind.String or JsonValueKind.Null)) is { } key)
            return $"'{key}' is not a text";
        var name = Text(entry, "name")?.Trim() ?? "";
        if (SupervisorSectionReader.CheckName(name) is { } bad)
            return $"{bad.What}; {bad.Advice}";
        var text = Text(entry, "url")?.Trim() ?? "";
        if (SupervisorUrlList.Read(text, name, out var urls) is { } problem)
            return $"url of supervisor '{name}': {problem.What}; {problem.Advice}";
        if (ReadLabels(entry, out var labels) is { } wrong)
            return $"labels of supervisor '{name}': {wrong}";
        supervisor = new SupervisorConfig(name, urls.Length == 1 ? urls[0].Raw : ConfigMask.MaskUserInfos(text), urls[0], 0)
        {
            Alternatives = urls.Length == 1 ? [] : urls.RemoveAt(0),
            Labels = discovery.Template.Labels.With(labels),
            Credentials = urls.Any(url => url.IsDirect && url.Password is null) ? discovery.Template.Credentials : CredentialsConfig.None,
            Tls = urls.Any(url => url.Scheme is SupervisorUrl.Tls or SupervisorUrl.Https) ? discovery.Template.Tls : null,
        };
        return null;
    }

    private static string? ReadLabels(JsonElement entry, out LabelSet labels)
    {
        labels = LabelSet.Empty;
        if (!entry.TryGetProperty("labels", out var given) || given.ValueKind == JsonValueKind.Null)
            return null;
        if (given.ValueKind == JsonValueKind.String)
            return LabelSet.Read(given.GetString()!, out labels)?.What;
        if (given.ValueKind != JsonValueKind.Object)
            return "they are not an object of texts";
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var label in given.EnumerateObject())
        {
            if (label.Value.ValueKind != JsonValueKind.String)
                return $"'{label.Name}' is not a text";
            if (LabelSet.Problem(label.Name, label.Value.GetString()!) is { } problem)
                return problem.What;
            pairs[label.Name] = label.Value.GetString()!;
        }

        labels = LabelSet.Of(pairs);
        return null;
    }

    private static string? Text(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
