using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Multivisor.Contract;
using Multivisor.Fleet.Feed;
using Multivisor.Server.Http;
using Multivisor.Server.State;

namespace Multivisor.Server.EventStream;

/// <summary>The bytes of one event: <c>id:</c> and <c>data: {"payload": …, "event": …}</c>, made once for all clients.</summary>
internal static class StreamFrame
{
    public static ReadOnlyMemory<byte> Of(FeedItem item) => item.Serialized.GetOrMake(item, Make);

    /// <summary>What a connection begins with: who answers. Without an id, so that it never becomes the last one that a client saw.</summary>
    public static byte[] Hello(string? page, DateTimeOffset now)
    {
        var hello = new HelloJson(page, now.ToUnixTimeMilliseconds() / 1000.0, ProgramVersion.Text);
        var json = Json(hello, StreamEvents.Hello, ContractJson.Wire.StreamEventHelloJson);
        return [.. "event: hello\ndata: "u8, .. json, .. "\n\n"u8];
    }

    private static byte[] Make(FeedItem item) => Make(item.Id, item.Change);

    /// <summary>The same with another content, for those who see only a part of it.</summary>
    public static byte[] Make(long itemId, FleetChange content)
    {
        var json = content switch
        {
            FleetChange.ProcessChanged change =>
                Json(ProcessBytes.ObjectOf(change.Process), StreamEvents.ProcessChanged),
            FleetChange.SupervisorChanged change =>
                Json(SupervisorBytes.Of(change.Supervisor), StreamEvents.SupervisorChanged),
            FleetChange.Notification notification =>
                Json(JsonShapes.Of(notification), StreamEvents.Notification, ContractJson.Wire.StreamEventNotificationJson),
            FleetChange.Resync resync =>
                Json(new ResyncJson(resync.Reason), StreamEvents.Resync, ContractJson.Wire.StreamEventResyncJson),
            _ => throw new InvalidOperationException($"No frame for {content.GetType().Name}."),
        };
        var id = Encoding.ASCII.GetBytes(itemId.ToString());
        return [.. "id: "u8, .. id, .. "\ndata: "u8, .. json, .. "\n\n"u8];
    }

    private static byte[] Json<T>(T payload, string name, JsonTypeInfo<StreamEvent<T>> type) =>
        JsonSerializer.SerializeToUtf8Bytes(new StreamEvent<T>(payload, name), type);

    /// <summary>With a payload whose bytes exist already.</summary>
    private static byte[] Json(ReadOnlyMemory<byte> payload, string name) =>
        [.. "{\"payload\":"u8, .. payload.Span, .. ",\"event\":\""u8, .. Encoding.ASCII.GetBytes(name), .. "\"}"u8];
}
