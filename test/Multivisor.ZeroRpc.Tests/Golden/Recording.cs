using System.Globalization;
using System.Text.Json;
using Multivisor.Testing;

namespace Multivisor.ZeroRpc.Tests.Golden;

/// <summary>One TCP read of a recording.</summary>
internal sealed record Segment(int Connection, bool FromClient, byte[] Octets);

/// <summary>One message of a recording: its wire length and its event.</summary>
internal sealed record RecordedEvent(int Connection, bool FromClient, int PayloadLength, RpcValue Id, RpcValue ResponseTo, string Name, RpcValue Args)
{
    public bool IsHeartbeat => Name == "_zpc_hb";

    public bool OpensChannel => ResponseTo.IsNil;
}

/// <summary>A recording of the original's traffic, raw and decoded.</summary>
internal sealed record Recording(string Name, IReadOnlyList<Segment> Segments, IReadOnlyList<RecordedEvent> Events)
{
    private static string Folder { get; } = Path.Combine(TestData.RepositoryRoot, "test", "Multivisor.ZeroRpc.Tests", "Golden");

    /// <summary>The names of all recordings, for theories.</summary>
    public static TheoryData<string> Names { get; } = new(
        Directory.EnumerateFiles(Folder, "*.raw.jsonl", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Folder, file).Replace(".raw.jsonl", "", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal));

    /// <summary>The connections that carried messages both ways.</summary>
    public IEnumerable<int> Connections => Events.Where(e => !e.FromClient).Select(e => e.Connection).Distinct();

    public static Recording Load(string name)
    {
        var segments = Lines(name, "raw")
            .Where(line => line.TryGetProperty("hex", out _))
            .Select(line => new Segment(Connection(line), FromClient(line), Convert.FromHexString(Text(line, "hex"))));
        var events = Lines(name, "decoded").Where(line => Text(line, "type") == "message").Select(ReadEvent);
        return new Recording(name, [.. segments], [.. events]);
    }

    /// <summary>The octets of one direction of one connection, cut as they were on the wire.</summary>
    public IEnumerable<byte[]> Octets(int connection, bool fromClient) =>
        Segments.Where(s => s.Connection == connection && s.FromClient == fromClient).Select(s => s.Octets);

    public IEnumerable<RecordedEvent> EventsOf(int connection) => Events.Where(e => e.Connection == connection);

    /// <summary>Greeting and READY of one side.</summary>
    public byte[] Handshake(int connection, bool fromClient) => Octets(connection, fromClient).SelectMany(o => o).Take(64 + 43).ToArray();

    /// <summary>The messages of one direction, each with its octets (delimiter, frame header, payload).</summary>
    public IEnumerable<(RecordedEvent Event, byte[] Octets)> Messages(int connection, bool fromClient)
    {
        var octets = Octets(connection, fromClient).SelectMany(o => o).ToArray().AsSpan(64 + 43);
        List<(RecordedEvent Event, byte[] Octets)> messages = [];
        foreach (var recorded in EventsOf(connection).Where(e => e.FromClient == fromClient))
        {
            var length = 2 + (recorded.PayloadLength > 255 ? 9 : 2) + recorded.PayloadLength;
            messages.Add((recorded, octets[..length].ToArray()));
            octets = octets[length..];
        }

        return messages;
    }

    private static IEnumerable<JsonElement> Lines(string name, string kind) =>
        File.ReadLines(Path.Combine(Folder, $"{name}.{kind}.jsonl")).Select(line => JsonDocument.Parse(line).RootElement);

    private static RecordedEvent ReadEvent(JsonElement line)
    {
        var read = line.GetProperty("zerorpc");
        var header = read.GetProperty("header");
        return new RecordedEvent(
            Connection(line),
            FromClient(line),
            line.GetProperty("frames").EnumerateArray().Last().GetProperty("len").GetInt32(),
            Value(header.GetProperty("message_id")),
            header.TryGetProperty("response_to", out var responseTo) ? Value(responseTo) : default,
            Text(read, "name"),
            Value(read.GetProperty("args")));
    }

    private static int Connection(JsonElement line) => line.GetProperty("conn").GetInt32();

    private static bool FromClient(JsonElement line) => Text(line, "dir") == "c2s";

    private static string Text(JsonElement line, string property) => line.GetProperty(property).GetString()!;

    private static RpcValue Value(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Null => default,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String => json.GetString(),
        JsonValueKind.Array => RpcValue.Array([.. json.EnumerateArray().Select(Value)]),
        JsonValueKind.Number when json.TryGetInt64(out var number) => number,
        JsonValueKind.Number => double.Parse(json.GetRawText(), CultureInfo.InvariantCulture),
        _ when json.TryGetProperty("$bin", out var octets) => RpcValue.Binary(Convert.FromHexString(octets.GetString()!)),
        _ => RpcValue.Map([.. json.EnumerateObject().Select(member => new KeyValuePair<string, RpcValue>(member.Name, Value(member.Value)))]),
    };
}
