using System.Text.Json;
using Multivisor.Testing;
using Multivisor.ZeroRpc;

namespace Multivisor.Fleet.Tests.Links;

/// <summary>What original agents said on the wire (test/Multivisor.ZeroRpc.Tests/Golden).</summary>
internal static class Recorded
{
    /// <summary>The arguments of all messages of an agent with that event name, in order.</summary>
    public static IReadOnlyList<RpcValue> Answers(string recording, string name) =>
    [
        .. File.ReadLines(Path.Combine(TestData.RepositoryRoot, "test", "Multivisor.ZeroRpc.Tests", "Golden", $"{recording}.decoded.jsonl"))
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.GetProperty("dir").GetString() == "s2c" && line.TryGetProperty("zerorpc", out var message)
                && message.GetProperty("name").GetString() == name)
            .Select(line => Value(line.GetProperty("zerorpc").GetProperty("args"))),
    ];

    /// <summary>The same value as an agent on Python 2 writes it: text as octets.</summary>
    public static RpcValue WithOctets(RpcValue value) => value.Kind switch
    {
        RpcKind.String when value.TryGetString(out var text) => RpcValue.Binary(System.Text.Encoding.UTF8.GetBytes(text)),
        RpcKind.Array => RpcValue.Array([.. value.Items.Select(WithOctets)]),
        RpcKind.Map => RpcValue.Map([.. value.Members.Select(m => KeyValuePair.Create(m.Key, WithOctets(m.Value)))]),
        _ => value,
    };

    public static RpcValue Value(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => json.GetString(),
        JsonValueKind.Number => json.TryGetInt64(out var number) ? number : json.GetDouble(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Array => RpcValue.Array([.. json.EnumerateArray().Select(Value)]),
        JsonValueKind.Object when json.TryGetProperty("$bin", out var octets) => RpcValue.Binary(Convert.FromHexString(octets.GetString()!)),
        JsonValueKind.Object => RpcValue.Map([.. json.EnumerateObject().Select(p => KeyValuePair.Create(p.Name, Value(p.Value)))]),
        _ => default,
    };

    public static RpcValue Json(string text) => Value(JsonDocument.Parse(text).RootElement);
}
