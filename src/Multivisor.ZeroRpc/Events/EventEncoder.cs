using Multivisor.ZeroRpc.Zmtp;
using Nerdbank.MessagePack;

namespace Multivisor.ZeroRpc.Events;

/// <summary>Writes events as whole messages, octet for octet as zerorpc-python does (zerorpc.md sections 3 and 10).</summary>
internal static class EventEncoder
{
    private const int Version = 3;

    /// <exception cref="InvalidOperationException">Nested deeper or larger than the limits of <paramref name="options"/>.</exception>
    public static Outgoing Encode(EventId id, EventId? responseTo, string name, in RpcValue args, ZeroRpcOptions options)
    {
        var buffer = MessageBuffer.Rent();
        var writer = new MessagePackWriter(buffer);
        writer.WriteArrayHeader(3);
        writer.WriteMapHeader(responseTo is null ? 2 : 3);
        writer.Write("message_id");
        writer.WriteRaw(id.Token);
        writer.Write("v");
        writer.Write(Version);
        if (responseTo is { } channel)
        {
            writer.Write("response_to");
            writer.WriteRaw(channel.Token);
        }

        writer.Write(name);
        Write(ref writer, args, options.MaxDepth);
        writer.Flush();
        if (buffer.PayloadLength > options.MaxSentLength)
            throw new InvalidOperationException($"A message of {buffer.PayloadLength} octets is over the limit of {options.MaxSentLength}.");
        var message = new Outgoing(buffer.ToMessage());
        MessageBuffer.Return(buffer);
        return message;
    }

    private static void Write(ref MessagePackWriter writer, in RpcValue value, int depthLeft)
    {
        switch (value.Kind)
        {
            case RpcKind.Boolean when value.TryGetBoolean(out var flag):
                writer.Write(flag);
                break;
            case RpcKind.Integer when value.TryGetInt64(out var number):
                writer.Write(number);
                break;
            case RpcKind.Unsigned when value.TryGetUnsigned(out var number):
                writer.Write(number);
                break;
            case RpcKind.Float when value.TryGetDouble(out var number):
                writer.Write(number);
                break;
            case RpcKind.String when value.TryGetString(out var text):
                writer.Write(text);
                break;
            case RpcKind.Binary:
                writer.Write(value.Bytes.Span);
                break;
            case RpcKind.Array:
                WriteArray(ref writer, value, depthLeft);
                break;
            case RpcKind.Map:
                WriteMap(ref writer, value, depthLeft);
                break;
            default:
                writer.WriteNil();
                break;
        }
    }

    private static void WriteArray(ref MessagePackWriter writer, in RpcValue value, int depthLeft)
    {
        Deeper(depthLeft);
        var items = value.Items;
        writer.WriteArrayHeader(items.Count);
        for (var i = 0; i < items.Count; i++)
            Write(ref writer, items[i], depthLeft - 1);
    }

    private static void WriteMap(ref MessagePackWriter writer, in RpcValue value, int depthLeft)
    {
        Deeper(depthLeft);
        var members = value.Members;
        writer.WriteMapHeader(members.Count);
        for (var i = 0; i < members.Count; i++)
        {
            writer.Write(members[i].Key);
            Write(ref writer, members[i].Value, depthLeft - 1);
        }
    }

    private static void Deeper(int depthLeft)
    {
        if (depthLeft <= 0)
            throw new InvalidOperationException("Arrays and maps are nested deeper than the limit.");
    }
}
