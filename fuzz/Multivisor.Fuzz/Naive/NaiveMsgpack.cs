using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;
using Multivisor.ZeroRpc;

namespace Multivisor.Fuzz.Naive;

/// <summary>Reads msgpack octet by octet as its specification says it, with the rules that zerorpc peers add. Slow, and short enough to be believed.</summary>
internal sealed class NaiveMsgpack(byte[] octets, int maxDepth, int maxElements)
{
    private int _at;
    private int _elements;

    public int Consumed => _at;

    /// <exception cref="NaiveRefusal">It is no msgpack, or over a limit.</exception>
    public RpcValue ReadValue(int depth = 0)
    {
        var code = Octet();
        switch (code)
        {
            case <= 0x7F:
                return (long)code;
            case >= 0xE0:
                return (long)(sbyte)code;
            case <= 0x8F:
                return Map(code & 0x0F, depth);
            case <= 0x9F:
                return Array(code & 0x0F, depth);
            case <= 0xBF:
                return Text(code & 0x1F);
            case 0xC0:
                return RpcValue.Nil;
            case 0xC2 or 0xC3:
                return code == 0xC3;
            case 0xC4 or 0xC5 or 0xC6:
                return RpcValue.Binary(Take(Size(code - 0xC4)));
            case 0xC7 or 0xC8 or 0xC9:
                Take(Size(code - 0xC7) + 1);
                return RpcValue.Nil;
            case 0xCA:
                return (double)BinaryPrimitives.ReadSingleBigEndian(Take(4));
            case 0xCB:
                return BinaryPrimitives.ReadDoubleBigEndian(Take(8));
            case 0xCC:
                return (long)Octet();
            case 0xCD:
                return (long)BinaryPrimitives.ReadUInt16BigEndian(Take(2));
            case 0xCE:
                return (long)BinaryPrimitives.ReadUInt32BigEndian(Take(4));
            case 0xCF:
                return RpcValue.Unsigned(BinaryPrimitives.ReadUInt64BigEndian(Take(8)));
            case 0xD0:
                return (long)(sbyte)Octet();
            case 0xD1:
                return (long)BinaryPrimitives.ReadInt16BigEndian(Take(2));
            case 0xD2:
                return (long)BinaryPrimitives.ReadInt32BigEndian(Take(4));
            case 0xD3:
                return BinaryPrimitives.ReadInt64BigEndian(Take(8));
            case >= 0xD4 and <= 0xD8:
                Take((1L << (code - 0xD4)) + 1);
                return RpcValue.Nil;
            case 0xD9 or 0xDA or 0xDB:
                return Text(Size(code - 0xD9));
            case 0xDC or 0xDD:
                return Array(Size(code - 0xDC + 1), depth);
            case 0xDE or 0xDF:
                return Map(Size(code - 0xDE + 1), depth);
            default:
                throw new NaiveRefusal($"0x{code:x2}");
        }
    }

    public byte Octet() => Take(1)[0];

    private byte[] Take(long count)
    {
        if (count > octets.Length - _at)
            throw new NaiveRefusal("cut short");
        _at += (int)count;
        return octets[(_at - (int)count).._at];
    }

    /// <param name="width">0, 1, 2 for sizes of 1, 2, 4 octets.</param>
    private long Size(int width) => width switch
    {
        0 => Octet(),
        1 => BinaryPrimitives.ReadUInt16BigEndian(Take(2)),
        _ => BinaryPrimitives.ReadUInt32BigEndian(Take(4)),
    };

    private RpcValue Text(long length)
    {
        var text = Take(length);
        return Utf8.IsValid(text) ? Encoding.UTF8.GetString(text) : RpcValue.Binary(text);
    }

    private RpcValue Array(long count, int depth)
    {
        Enter(count, depth);
        List<RpcValue> items = [];
        for (var i = 0L; i < count; i++)
            items.Add(ReadValue(depth + 1));
        return RpcValue.Array([.. items]);
    }

    private RpcValue Map(long count, int depth)
    {
        Enter(count, depth);
        List<KeyValuePair<string, RpcValue>> members = [];
        for (var i = 0L; i < count; i++)
        {
            if (!ReadValue(maxDepth).TryGetString(out var key))
                throw new NaiveRefusal("a key is no text");
            members.Add(new(key, ReadValue(depth + 1)));
        }

        return RpcValue.Map([.. members]);
    }

    private void Enter(long count, int depth)
    {
        if (depth >= maxDepth)
            throw new NaiveRefusal("too deep");
        if ((_elements += (int)Math.Min(count, maxElements + 1L)) > maxElements)
            throw new NaiveRefusal("too many values");
    }
}

/// <summary>The second reader does not accept it.</summary>
internal sealed class NaiveRefusal(string message) : Exception(message);
