using System.Text;
using Multivisor.ZeroRpc;

namespace Multivisor.Fuzz.Naive;

/// <summary>A zerorpc event as the second reader sees it.</summary>
internal sealed record NaiveEvent(byte[] Id, byte[]? ResponseTo, string Name, RpcValue Args)
{
    private const int MaxId = 256;

    /// <summary>Null when it is none.</summary>
    public static NaiveEvent? Read(byte[] payload, ZeroRpcOptions options)
    {
        var reader = new NaiveMsgpack(payload, options.MaxDepth, options.MaxElements);
        try
        {
            if (Head(reader, 0x90, 0xDC) != 3)
                return null;
            byte[]? id = null, responseTo = null;
            for (var left = Head(reader, 0x80, 0xDE); left > 0; left--)
            {
                switch (Key(payload, reader))
                {
                    case "message_id":
                        id = ReadId(payload, reader);
                        break;
                    case "response_to":
                        responseTo = ReadId(payload, reader);
                        break;
                    default:
                        reader.ReadValue();
                        break;
                }
            }

            return id is not null && reader.ReadValue().TryGetString(out var name) ? new NaiveEvent(id, responseTo, name, reader.ReadValue()) : null;
        }
        catch (NaiveRefusal)
        {
            return null;
        }
    }

    private static long Head(NaiveMsgpack reader, int small, int code16)
    {
        int code = reader.Octet();
        if ((code & 0xF0) == small)
            return code & 0x0F;
        if (code != code16 && code != code16 + 1)
            throw new NaiveRefusal("another type");
        long count = 0;
        for (var i = 0; i < (code == code16 ? 2 : 4); i++)
            count = (count << 8) | reader.Octet();
        return count;
    }

    /// <summary>Only text, and not octets, as the original has it.</summary>
    private static string Key(byte[] payload, NaiveMsgpack reader)
    {
        var start = reader.Consumed;
        var value = reader.ReadValue();
        if (payload[start] is not ((>= 0xA0 and <= 0xBF) or (>= 0xD9 and <= 0xDB)))
            throw new NaiveRefusal("a header's key is no text");
        return value.Kind == RpcKind.String && value.TryGetString(out var text) ? text : Encoding.Latin1.GetString(value.Bytes.Span);
    }

    private static byte[]? ReadId(byte[] payload, NaiveMsgpack reader)
    {
        var start = reader.Consumed;
        var value = reader.ReadValue();
        if (payload[start] == 0xC0)
            return null;
        var isExtension = payload[start] is (>= 0xC7 and <= 0xC9) or (>= 0xD4 and <= 0xD8);
        if (isExtension || value.Kind is not (RpcKind.String or RpcKind.Binary or RpcKind.Integer or RpcKind.Unsigned) || reader.Consumed - start > MaxId)
            throw new NaiveRefusal("no id");
        return payload[start..reader.Consumed];
    }
}
