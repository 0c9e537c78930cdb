using System.Text;
using System.Text.Json;
using Multivisor.Contract;
using Multivisor.Fleet.Feed;
using Multivisor.Server.Http;
using Multivisor.Server.State;

namespace Multivisor.Server.EventStream;

/// <summary>The bytes of one event: <c>id:</c> and <c>data: {"payload": …, "event": …}</c>, made once for all clients.</summary>
internal static class StreamFrame
{
    private static readonly byte[] AfterProcess = After(StreamEvents.ProcessChanged);
    private static readonly byte[] AfterSupervisor = After(StreamEvents.SupervisorChanged);
    private static readonly byte[] AfterNotification = After(StreamEvents.Notification);
    private static readonly byte[] AfterResync = After(StreamEvents.Resync);
    private static readonly JsonEncodedText Message = JsonScratch.Name("message");
    private static readonly JsonEncodedText Level = JsonScratch.Name("level");
    private static readonly JsonEncodedText Time = JsonScratch.Name("time");

    private static ReadOnlySpan<byte> BeforePayload => "\ndata: {\"payload\":"u8;

    public static ReadOnlyMemory<byte> Of(FeedItem item) => item.Serialized.GetOrMake(item, Make);

    /// <summary>What a connection begins with: who answers. Without an id, so that it never becomes the last one that a client saw.</summary>
    public static byte[] Hello(string? page, DateTimeOffset now)
    {
        var hello = new HelloJson(page, now.ToUnixTimeMilliseconds() / 1000.0, ProgramVersion.Text);
        var json = JsonSerializer.SerializeToUtf8Bytes(new StreamEvent<HelloJson>(hello, StreamEvents.Hello), ContractJson.Wire.StreamEventHelloJson);
        return [.. "event: hello\ndata: "u8, .. json, .. "\n\n"u8];
    }

    private static byte[] Make(FeedItem item) => Make(item.Id, item.Change);

    /// <summary>The same with another content, for those who see only a part of it.</summary>
    public static byte[] Make(long itemId, FleetChange content) => content switch
    {
        FleetChange.ProcessChanged change => Make(itemId, change.Process, ProcessBytes.Write, AfterProcess),
        FleetChange.Notification notification => Make(itemId, notification, Write, AfterNotification),
        FleetChange.SupervisorChanged change => Make(itemId, SupervisorBytes.Of(change.Supervisor).Span),
        FleetChange.Resync resync => Make(
            itemId, new ResyncJson(resync.Reason), static (json, payload) => JsonSerializer.Serialize(json, payload, ContractJson.Wire.ResyncJson), AfterResync),
        _ => throw new InvalidOperationException($"No frame for {content.GetType().Name}."),
    };

    private static byte[] Make<T>(long itemId, T payload, Action<Utf8JsonWriter, T> write, byte[] after)
    {
        var scratch = JsonScratch.Begin();
        scratch.Raw("id: "u8);
        scratch.Raw(itemId);
        scratch.Raw(BeforePayload);
        write(scratch.Json, payload);
        scratch.Json.Flush();
        scratch.Raw(after);
        return scratch.End();
    }

    /// <summary>A supervisor has any length, and its bytes exist already.</summary>
    private static byte[] Make(long itemId, ReadOnlySpan<byte> supervisor) =>
        [.. "id: "u8, .. Encoding.ASCII.GetBytes(itemId.ToString()), .. BeforePayload, .. supervisor, .. AfterSupervisor];

    private static void Write(Utf8JsonWriter json, FleetChange.Notification notification)
    {
        var shape = JsonShapes.Of(notification);
        json.WriteStartObject();
        json.WriteString(Message, shape.Message);
        json.WriteString(Level, shape.Level);
        json.WriteNumber(Time, shape.Time);
        json.WriteEndObject();
    }

    /// <summary>What follows the payload of an event.</summary>
    private static byte[] After(string name) => Encoding.ASCII.GetBytes($",\"event\":\"{name}\"}}\n\n");
}
