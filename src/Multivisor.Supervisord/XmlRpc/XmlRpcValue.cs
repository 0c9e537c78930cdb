using System.Diagnostics.CodeAnalysis;

namespace Multivisor.Supervisord.XmlRpc;

public enum XmlRpcKind
{
    /// <summary>Never sent by supervisord itself; a third-party interface may.</summary>
    Nil,
    Boolean,
    Integer,
    Double,
    String,

    /// <summary>Kept as the text on the wire.</summary>
    DateTime,
    Base64,
    Array,
    Struct,
}

/// <summary>One XML-RPC value. Immutable; <c>default</c> is nil.</summary>
public readonly struct XmlRpcValue : IEquatable<XmlRpcValue>
{
    private readonly object? _reference;
    private readonly long _bits;

    private XmlRpcValue(XmlRpcKind kind, long bits, object? reference)
    {
        Kind = kind;
        _bits = bits;
        _reference = reference;
    }

    public XmlRpcKind Kind { get; }

    /// <summary>The elements of an array; empty for every other kind.</summary>
    public IReadOnlyList<XmlRpcValue> Items => Kind == XmlRpcKind.Array ? (XmlRpcValue[])_reference! : [];

    /// <summary>The members of a struct in wire order; empty for every other kind.</summary>
    public IReadOnlyList<KeyValuePair<string, XmlRpcValue>> Members =>
        Kind == XmlRpcKind.Struct ? (KeyValuePair<string, XmlRpcValue>[])_reference! : [];

    /// <summary>The octets of a base64 value; empty for every other kind.</summary>
    public ReadOnlyMemory<byte> Bytes => Kind == XmlRpcKind.Base64 ? (byte[])_reference! : default;

    public static implicit operator XmlRpcValue(string value) => new(XmlRpcKind.String, 0, value);

    public static implicit operator XmlRpcValue(bool value) => new(XmlRpcKind.Boolean, value ? 1 : 0, null);

    public static implicit operator XmlRpcValue(long value) => new(XmlRpcKind.Integer, value, null);

    public static implicit operator XmlRpcValue(int value) => new(XmlRpcKind.Integer, value, null);

    public static implicit operator XmlRpcValue(double value) => new(XmlRpcKind.Double, BitConverter.DoubleToInt64Bits(value), null);

    public static XmlRpcValue DateTime(string text) => new(XmlRpcKind.DateTime, 0, text);

    /// <summary>A base64 value, which supervisord takes for text (UTF-8); the array is not copied.</summary>
    public static XmlRpcValue Base64(byte[] octets) => new(XmlRpcKind.Base64, 0, octets);

    /// <summary>An array; <paramref name="items"/> is not copied.</summary>
    public static XmlRpcValue Array(params XmlRpcValue[] items) => new(XmlRpcKind.Array, 0, items);

    /// <summary>A struct; <paramref name="members"/> is not copied.</summary>
    public static XmlRpcValue Struct(params KeyValuePair<string, XmlRpcValue>[] members) => new(XmlRpcKind.Struct, 0, members);

    /// <summary>The text of a string or dateTime value.</summary>
    public bool TryGetString([NotNullWhen(true)] out string? text)
    {
        text = Kind is XmlRpcKind.String or XmlRpcKind.DateTime ? (string)_reference! : null;
        return text is not null;
    }

    public bool TryGetInt64(out long number)
    {
        number = _bits;
        return Kind == XmlRpcKind.Integer;
    }

    public bool TryGetBoolean(out bool flag)
    {
        flag = _bits != 0;
        return Kind == XmlRpcKind.Boolean;
    }

    public bool TryGetDouble(out double number)
    {
        number = Kind == XmlRpcKind.Double ? BitConverter.Int64BitsToDouble(_bits) : _bits;
        return Kind is XmlRpcKind.Double or XmlRpcKind.Integer;
    }

    /// <summary>The member of a struct with that name (the last one if it was sent twice).</summary>
    public bool TryGetMember(string name, out XmlRpcValue value)
    {
        var members = Members;
        for (var i = members.Count - 1; i >= 0; i--)
        {
            if (members[i].Key == name)
            {
                value = members[i].Value;
                return true;
            }
        }

        value = default;
        return false;
    }

    public static bool operator ==(XmlRpcValue left, XmlRpcValue right) => left.Equals(right);

    public static bool operator !=(XmlRpcValue left, XmlRpcValue right) => !left.Equals(right);

    public bool Equals(XmlRpcValue other) => Kind == other.Kind && Kind switch
    {
        XmlRpcKind.String or XmlRpcKind.DateTime => (string)_reference! == (string)other._reference!,
        XmlRpcKind.Base64 => Bytes.Span.SequenceEqual(other.Bytes.Span),
        XmlRpcKind.Array => Items.SequenceEqual(other.Items),
        XmlRpcKind.Struct => Members.SequenceEqual(other.Members),
        _ => _bits == other._bits,
    };

    public override bool Equals(object? obj) => obj is XmlRpcValue other && Equals(other);

    public override int GetHashCode() => Kind switch
    {
        XmlRpcKind.String or XmlRpcKind.DateTime => HashCode.Combine(Kind, string.GetHashCode((string)_reference!, StringComparison.Ordinal)),
        XmlRpcKind.Base64 => HashCode.Combine(Kind, Bytes.Length),
        XmlRpcKind.Array => HashCode.Combine(Kind, Items.Count),
        XmlRpcKind.Struct => HashCode.Combine(Kind, Members.Count),
        _ => HashCode.Combine(Kind, _bits),
    };

    /// <summary>A short text for logs and test failures; not a wire format.</summary>
    public override string ToString() => Kind switch
    {
        XmlRpcKind.Nil => "nil",
        XmlRpcKind.Boolean => _bits != 0 ? "true" : "false",
        XmlRpcKind.Integer => _bits.ToString(),
        XmlRpcKind.Double => BitConverter.Int64BitsToDouble(_bits).ToString("R"),
        XmlRpcKind.Base64 => $"base64({Bytes.Length})",
        XmlRpcKind.Array => $"[{string.Join(", ", Items)}]",
        XmlRpcKind.Struct => $"{{{string.Join(", ", Members.Select(m => $"\"{m.Key}\": {m.Value}"))}}}",
        _ => $"\"{(string)_reference!}\"",
    };
}
