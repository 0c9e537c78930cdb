using System.Globalization;
using System.Text;

namespace Multivisor.Supervisord.XmlRpc;

/// <summary>An answer: a value, or a fault.</summary>
internal readonly record struct XmlRpcResponse(XmlRpcValue Value, bool IsFault);

/// <summary>Reads the text of an answer. Every malformed input gives <see cref="FormatException"/> and nothing else.</summary>
internal ref struct XmlRpcReader(ReadOnlySpan<byte> xml, int maxDepth, int maxValues)
{
    private readonly int _maxDepth = maxDepth;
    private XmlTokens _tokens = new(xml);
    private int _valuesLeft = maxValues;
    private KeyValuePair<string, XmlRpcValue>[] _lastStruct = [];

    public static XmlRpcResponse ReadResponse(ReadOnlySpan<byte> xml, int maxDepth, int maxValues)
    {
        var reader = new XmlRpcReader(xml, maxDepth, maxValues);
        reader.Open("methodResponse"u8);
        reader._tokens.ReadTag(out _, out var kind);
        var fault = kind.SequenceEqual("fault"u8);
        if (!fault)
        {
            if (!kind.SequenceEqual("params"u8))
                throw reader._tokens.Malformed("neither params nor fault");
            reader.Open("param"u8);
        }

        reader.Open("value"u8);
        var value = reader.Value(0);
        if (!fault)
            reader.Close("param"u8);
        reader.Close(kind);
        reader.Close("methodResponse"u8);
        return new XmlRpcResponse(value, fault);
    }

    /// <summary>Reads what follows an opened <c>value</c> tag, its closing tag included.</summary>
    private XmlRpcValue Value(int depth)
    {
        if (depth > _maxDepth)
            throw _tokens.Malformed($"values nested deeper than {_maxDepth}");
        if (--_valuesLeft < 0)
            throw _tokens.Malformed("too many values");
        var tag = _tokens.ReadTag(out var text, out var type);
        if (tag == TagKind.Close)
        {
            Expect(type, "value"u8);
            return XmlTokens.Decode(text);
        }

        var value = tag == TagKind.Empty ? EmptyValue(type) : Typed(type, depth);
        Close("value"u8);
        return value;
    }

    private XmlRpcValue Typed(ReadOnlySpan<byte> type, int depth)
    {
        if (type.SequenceEqual("array"u8))
            return ArrayValue(depth);
        if (type.SequenceEqual("struct"u8))
            return StructValue(depth);
        if (_tokens.ReadTag(out var text, out var end) != TagKind.Close)
            throw _tokens.Malformed("a simple value contains another element");
        Expect(end, type);
        return Simple(type, text);
    }

    private readonly XmlRpcValue Simple(ReadOnlySpan<byte> type, ReadOnlySpan<byte> octets)
    {
        var text = XmlTokens.Decode(octets);
        if (type.SequenceEqual("int"u8) || type.SequenceEqual("i4"u8) || type.SequenceEqual("i8"u8))
            return long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : throw NotA("an integer");
        if (type.SequenceEqual("boolean"u8))
        {
            return text.AsSpan().Trim() switch
            {
                "1" or "true" => true,
                "0" or "false" => false,
                _ => throw NotA("a boolean"),
            };
        }

        if (type.SequenceEqual("double"u8))
            return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) ? real : throw NotA("a number");
        if (type.SequenceEqual("base64"u8))
        {
            var target = new byte[(text.Length / 4 * 3) + 3];
            return Convert.TryFromBase64String(text, target, out var length) ? XmlRpcValue.Base64(target[..length]) : throw NotA("base64");
        }

        // Unknown types are text, as they are for supervisord.
        return type.SequenceEqual("dateTime.iso8601"u8) ? XmlRpcValue.DateTime(text) : text;
    }

    private static XmlRpcValue EmptyValue(ReadOnlySpan<byte> type) =>
        type.SequenceEqual("nil"u8) ? default
        : type.SequenceEqual("array"u8) ? XmlRpcValue.Array()
        : type.SequenceEqual("struct"u8) ? XmlRpcValue.Struct()
        : type.SequenceEqual("base64"u8) ? XmlRpcValue.Base64([])
        : "";

    private XmlRpcValue ArrayValue(int depth)
    {
        var items = new List<XmlRpcValue>();
        var data = _tokens.ReadTag(out _, out var name);
        Expect(name, "data"u8);
        if (data == TagKind.Open)
        {
            while (NextValue(depth, "data"u8, out var item))
                items.Add(item);
        }
        else if (data == TagKind.Close)
        {
            throw _tokens.Malformed("an array has no data");
        }

        Close("array"u8);
        return XmlRpcValue.Array([.. items]);
    }

    private bool NextValue(int depth, ReadOnlySpan<byte> container, out XmlRpcValue value)
    {
        var tag = _tokens.ReadTag(out _, out var name);
        value = default;
        if (tag == TagKind.Close)
        {
            Expect(name, container);
            return false;
        }

        Expect(name, "value"u8);
        value = tag == TagKind.Empty ? Counted("") : Value(depth + 1);
        return true;
    }

    private XmlRpcValue StructValue(int depth)
    {
        var members = new List<KeyValuePair<string, XmlRpcValue>>();
        while (true)
        {
            var tag = _tokens.ReadTag(out _, out var name);
            if (tag == TagKind.Close)
            {
                Expect(name, "struct"u8);
                return XmlRpcValue.Struct(_lastStruct = [.. members]);
            }

            Expect(name, "member"u8);
            Open("name"u8);
            if (_tokens.ReadTag(out var key, out name) != TagKind.Close)
                throw _tokens.Malformed("a member's name contains another element");
            Expect(name, "name"u8);
            if (!NextValue(depth, "member"u8, out var value))
                throw _tokens.Malformed("a member has no value");
            members.Add(new(Name(key, members.Count), value));
            Close("member"u8);
        }
    }

    /// <summary>Structs of one answer have the same names in the same order, as a rule: no need for a new text each time.</summary>
    private readonly string Name(ReadOnlySpan<byte> octets, int index) =>
        index < _lastStruct.Length && Ascii.Equals(octets, _lastStruct[index].Key) ? _lastStruct[index].Key : XmlTokens.Decode(octets);

    private XmlRpcValue Counted(XmlRpcValue value) => --_valuesLeft >= 0 ? value : throw _tokens.Malformed("too many values");

    private void Open(ReadOnlySpan<byte> expected)
    {
        if (_tokens.ReadTag(out _, out var name) != TagKind.Open)
            throw _tokens.Malformed($"<{Encoding.UTF8.GetString(expected)}> was expected");
        Expect(name, expected);
    }

    private void Close(ReadOnlySpan<byte> expected)
    {
        if (_tokens.ReadTag(out _, out var name) != TagKind.Close)
            throw _tokens.Malformed($"</{Encoding.UTF8.GetString(expected)}> was expected");
        Expect(name, expected);
    }

    private readonly void Expect(ReadOnlySpan<byte> name, ReadOnlySpan<byte> expected)
    {
        if (!name.SequenceEqual(expected))
            throw _tokens.Malformed($"'{Encoding.UTF8.GetString(expected)}' was expected");
    }

    private readonly FormatException NotA(string what) => _tokens.Malformed($"a value is not {what}");
}
