using System.Buffers;
using Multivisor.ZeroRpc.Zmtp;
using Nerdbank.MessagePack;

namespace Multivisor.ZeroRpc.Events;

/// <summary>Reads the payload of a message as an event (zerorpc.md section 3).</summary>
internal static class EventDecoder
{
    /// <summary>Reads one event. What follows it in the payload is ignored, as python does.</summary>
    /// <remarks>
    /// Method names and keys of arguments may be bin (python 2 peers); header keys may not: the original drops such an event,
    /// and section 11 lists it among the conformance cases.
    /// </remarks>
    /// <exception cref="ProtocolException">Malformed or over a limit; the event is to be dropped.</exception>
    public static RpcEvent Decode(in ReadOnlySequence<byte> payload, ZeroRpcOptions options)
    {
        if (payload.IsSingleSegment)
            return Decode(payload.First, options);

        var length = (int)payload.Length;
        var joined = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            payload.CopyTo(joined);
            return Decode(joined.AsMemory(0, length), options);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(joined);
        }
    }

    public static RpcEvent Decode(ReadOnlyMemory<byte> payload, ZeroRpcOptions options)
    {
        try
        {
            return Read(payload, options);
        }
        catch (Exception e) when (e is MessagePackSerializationException or EndOfStreamException or OverflowException)
        {
            throw new ProtocolException("an event is malformed msgpack", e);
        }
    }

    private static RpcEvent Read(ReadOnlyMemory<byte> payload, ZeroRpcOptions options)
    {
        var decoder = new ValueDecoder(payload, options.MaxDepth, options.MaxElements);
        if (decoder.NextType != MessagePackType.Array || decoder.ReadArrayHeader() != 3)
            throw new ProtocolException("an event is no array of three");
        if (decoder.NextType != MessagePackType.Map)
            throw new ProtocolException("an event's header is no map");

        EventId? id = null;
        EventId? responseTo = null;
        for (var left = decoder.ReadMapHeader(); left > 0; left--)
        {
            var key = decoder.ReadStringSpan();
            if (key.SequenceEqual("message_id"u8))
                id = decoder.ReadId();
            else if (key.SequenceEqual("response_to"u8))
                responseTo = decoder.ReadId();
            else
                decoder.ReadValue();
        }

        if (id is null)
            throw new ProtocolException("an event has no message_id");
        return new RpcEvent(id.Value, responseTo, decoder.ReadText(), decoder.ReadValue());
    }
}
