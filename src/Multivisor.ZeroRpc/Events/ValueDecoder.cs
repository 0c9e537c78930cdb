using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Multivisor.ZeroRpc.Zmtp;
using Nerdbank.MessagePack;

namespace Multivisor.ZeroRpc.Events;

/// <summary>Reads msgpack values within limits: nothing is allocated for a length that the input cannot hold.</summary>
internal ref struct ValueDecoder(ReadOnlyMemory<byte> payload, int maxDepth, int maxElements)
{
    private MessagePackReader _reader = new(payload);
    private int _elementsLeft = maxElements;

    /// <summary>Values that heads read so far have claimed and that are still to come; each needs an octet of its own.</summary>
    private long _owed;

    public readonly MessagePackType NextType => _reader.NextMessagePackType;

    public readonly bool AtEnd => _reader.End;

    /// <summary>Reads one value of any kind; an extension is skipped and reads as nil.</summary>
    /// <exception cref="ProtocolException">Malformed, too deep, or too many elements.</exception>
    public RpcValue ReadValue(int depth = 0)
    {
        switch (_reader.NextMessagePackType)
        {
            case MessagePackType.Nil:
                _reader.ReadNil();
                return RpcValue.Nil;
            case MessagePackType.Boolean:
                return _reader.ReadBoolean();
            case MessagePackType.Integer:
                return _reader.NextCode == MessagePackCode.UInt64 ? RpcValue.Unsigned(_reader.ReadUInt64()) : _reader.ReadInt64();
            case MessagePackType.Float:
                return _reader.ReadDouble();
            case MessagePackType.String:
                return Text();
            case MessagePackType.Binary:
                return RpcValue.Binary(_reader.ReadBytes() is { } octets ? octets.ToArray() : []);
            case MessagePackType.Array:
                return Array(depth);
            case MessagePackType.Map:
                return Map(depth);
            case MessagePackType.Extension:
                _reader.Skip(default);
                return RpcValue.Nil;
            default:
                throw new ProtocolException($"0x{_reader.NextCode:x2} is no msgpack type");
        }
    }

    /// <summary>Reads an array's head; its elements are the caller's to read.</summary>
    public int ReadArrayHeader() => _reader.ReadArrayHeader();

    /// <summary>Reads a map's head; its members are the caller's to read.</summary>
    public int ReadMapHeader() => _reader.ReadMapHeader();

    /// <summary>Reads text from a str or bin token.</summary>
    public string ReadText() =>
        ReadValue().TryGetString(out var text) ? text : throw new ProtocolException("text is expected");

    /// <summary>Reads the next octets of a str token in place.</summary>
    public ReadOnlySpan<byte> ReadStringSpan() =>
        _reader.TryReadStringSpan(out var span) ? span : throw new ProtocolException("text is expected");

    /// <summary>Reads an id and keeps its token; nil reads as null.</summary>
    public EventId? ReadId()
    {
        var type = _reader.NextMessagePackType;
        if (_reader.TryReadNil())
            return null;
        if (type is not (MessagePackType.String or MessagePackType.Binary or MessagePackType.Integer))
            throw new ProtocolException("an id is neither text, octets nor integer");

        var start = (int)_reader.Consumed;
        _reader.Skip(default);
        var token = payload[start..(int)_reader.Consumed];
        if (token.Length > EventId.MaxLength)
            throw new ProtocolException($"an id of {token.Length} octets is over the limit of {EventId.MaxLength}");
        return new EventId(token.ToArray(), ContentOffset(token.Span[0]));
    }

    private static int ContentOffset(byte code) => code switch
    {
        >= 0xA0 and <= 0xBF => 1,
        0xC4 or 0xD9 => 2,
        0xC5 or 0xDA => 3,
        0xC6 or 0xDB => 5,
        _ => 0,
    };

    private string ReadKey()
    {
        if (_reader.NextMessagePackType != MessagePackType.String)
            return ReadText();
        var octets = ReadStringSpan();
        // As ReadText reads octets that are no UTF-8.
        return KnownTexts.TryGet(octets, out var known) ? known : Encoding.UTF8.GetString(octets);
    }

    private RpcValue Text()
    {
        var octets = ReadStringSpan();
        if (KnownTexts.TryGet(octets, out var known))
            return known;
        // Old peers write octets with the codes of text; what is no UTF-8 stays octets, so nothing is lost.
        return Utf8.IsValid(octets) ? Encoding.UTF8.GetString(octets) : RpcValue.Binary(octets.ToArray());
    }

    private RpcValue Array(int depth)
    {
        Deeper(depth);
        var count = ReadArrayHeader();
        Claim(count, 1);
        var items = new RpcValue[count];
        for (var i = 0; i < items.Length; i++)
        {
            _owed--;
            items[i] = ReadValue(depth + 1);
        }

        return RpcValue.Array(items);
    }

    private RpcValue Map(int depth)
    {
        Deeper(depth);
        var count = ReadMapHeader();
        Claim(count, 2);
        var members = new KeyValuePair<string, RpcValue>[count];
        for (var i = 0; i < members.Length; i++)
        {
            _owed--;
            var key = ReadKey();
            _owed--;
            members[i] = new(key, ReadValue(depth + 1));
        }

        return RpcValue.Map(members);
    }

    private readonly void Deeper(int depth)
    {
        if (depth >= maxDepth)
            throw new ProtocolException($"arrays and maps are nested more than {maxDepth} deep");
    }

    /// <summary>
    /// A head claims up to 2^32 elements in 5 octets. All claims together must fit the octets that are left, so nested heads
    /// cannot claim the same octets again and again.
    /// </summary>
    private void Claim(int count, int valuesEach)
    {
        _owed += (long)count * valuesEach;
        _elementsLeft -= count;
        if (count < 0 || _owed > payload.Length - _reader.Consumed)
            throw new ProtocolException($"{count} elements do not fit what is left of the event");
        if (_elementsLeft < 0)
            throw new ProtocolException($"an event has more values than the limit");
    }
}
