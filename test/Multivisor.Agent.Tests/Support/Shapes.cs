using System.Text.Json;
using Multivisor.ZeroRpc;

namespace Multivisor.Agent.Tests.Support;

/// <summary>Describes keys and types without the values: what a consumer relies on.</summary>
internal static class Shapes
{
    public static IEnumerable<JsonElement> Recorded(string name) =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Recordings", name)).Select(line => JsonDocument.Parse(line).RootElement);

    public static string Of(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => Map(value.EnumerateObject().Select(m => (m.Name, Of(m.Value)))),
        JsonValueKind.Array => Array(value.EnumerateArray().Select(Of)),
        JsonValueKind.String => "str",
        JsonValueKind.Number => "int",
        JsonValueKind.True or JsonValueKind.False => "bool",
        _ => "nil",
    };

    public static string Of(RpcValue value) => value.Kind switch
    {
        RpcKind.Map => Map(value.Members.Select(m => (m.Key, Of(m.Value)))),
        RpcKind.Array => Array(value.Items.Select(Of)),
        RpcKind.String => "str",
        RpcKind.Integer => "int",
        RpcKind.Boolean => "bool",
        var other => other.ToString(),
    };

    public static RpcValue ToRpc(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetInt64(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw new NotSupportedException(value.ToString()),
    };

    private static string Map(IEnumerable<(string Key, string Shape)> members) =>
        $"{{{string.Join(", ", members.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => $"{m.Key}: {m.Shape}"))}}}";

    /// <summary>Which types are in it; how many there are of each is not a matter of shape.</summary>
    private static string Array(IEnumerable<string> items) => $"[{string.Join(" | ", items.Distinct().Order(StringComparer.Ordinal))}]";
}
