using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Multivisor.ZeroRpc;

/// <summary>The kinds of value that msgpack can carry and zerorpc peers use.</summary>
public enum RpcKind
{
    Nil,
    Boolean,

    /// <summary>Any integer, signed or not, that fits 64 signed bits.</summary>
    Integer,

    /// <summary>An unsigned integer above <see cref="long.MaxValue"/>.</summary>
    Unsigned,
    Float,
    String,
    Binary,
    Array,
    Map,
}

/// <summary>
/// One msgpack value, as zerorpc carries it. Immutable; <c>default</c> is nil.
/// </summary>
/// <remarks>
/// Old peers write text as msgpack <em>bin</em> or raw, so every text accessor accepts both.
/// Map keys are always text: zerorpc peers drop events with other keys.
/// </remarks>
public readonly struct RpcValue : IEquatable<RpcValue>
{
    /// <summary>What the value is, or for a number which kind of number: a field of its own for the kind would make each value half as large again.</summary>
    private readonly object? _reference;
    private readonly long _bits;

    private RpcValue(long bits, object? reference)
    {
        _bits = bits;
        _reference = reference;
    }

    public RpcKind Kind => _reference switch
    {
        null => RpcKind.Nil,
        string => RpcKind.String,
        Scalar scalar => scalar.Kind,
        KeyValuePair<string, RpcValue>[] => RpcKind.Map,
        RpcValue[] => RpcKind.Array,
        _ => RpcKind.Binary,
    };

    public static RpcValue Nil => default;

    public bool IsNil => Kind == RpcKind.Nil;

    /// <summary>The elements of an array; empty for every other kind.</summary>
    public IReadOnlyList<RpcValue> Items => _reference as RpcValue[] ?? [];

    /// <summary>The members of a map in wire order; empty for every other kind.</summary>
    public IReadOnlyList<KeyValuePair<string, RpcValue>> Members =>
        _reference as KeyValuePair<string, RpcValue>[] ?? [];

    /// <summary>The octets of a binary value; empty for every other kind.</summary>
    public ReadOnlyMemory<byte> Bytes => _reference as byte[];

    public static implicit operator RpcValue(string? value) =>
        new(0, value);

    public static implicit operator RpcValue(bool value) => new(value ? 1 : 0, Scalar.Boolean);

    public static implicit operator RpcValue(long value) => new(value, Scalar.Integer);

    public static implicit operator RpcValue(int value) => new(value, Scalar.Integer);

    public static implicit operator RpcValue(double value) =>
        new(BitConverter.DoubleToInt64Bits(value), Scalar.Float);

    public static RpcValue Unsigned(ulong value) =>
        value <= long.MaxValue ? (long)value : new RpcValue(unchecked((long)value), Scalar.Unsigned);

    /// <summary>A binary value; the array is not copied.</summary>
    public static RpcValue Binary(byte[] octets) => new(0, octets);

    /// <summary>An array; <paramref name="items"/> is not copied.</summary>
    public static RpcValue Array(params RpcValue[] items) => new(0, items);

    /// <summary>A map; <paramref name="members"/> is not copied. Keys are not checked for duplicates.</summary>
    public static RpcValue Map(params KeyValuePair<string, RpcValue>[] members) => new(0, members);

    /// <summary>Text, from a string or from the UTF-8 octets of a binary value (invalid octets become U+FFFD).</summary>
    public bool TryGetString([NotNullWhen(true)] out string? text)
    {
        text = _reference switch
        {
            string value => value,
            byte[] octets => Encoding.UTF8.GetString(octets),
            _ => null,
        };
        return text is not null;
    }

    public bool TryGetInt64(out long number)
    {
        number = _bits;
        return Kind == RpcKind.Integer || (Kind == RpcKind.Float && TryWholeNumber(out number));
    }

    public bool TryGetBoolean(out bool flag)
    {
        flag = _bits != 0;
        return Kind == RpcKind.Boolean;
    }

    public bool TryGetDouble(out double number)
    {
        number = Kind switch
        {
            RpcKind.Float => BitConverter.Int64BitsToDouble(_bits),
            RpcKind.Integer => _bits,
            RpcKind.Unsigned => unchecked((ulong)_bits),
            _ => 0,
        };
        return Kind is RpcKind.Float or RpcKind.Integer or RpcKind.Unsigned;
    }

    public bool TryGetUnsigned(out ulong number)
    {
        number = unchecked((ulong)_bits);
        return Kind == RpcKind.Unsigned || (Kind == RpcKind.Integer && _bits >= 0);
    }

    /// <summary>The member of a map with that key (the last one if a peer sent it twice).</summary>
    public bool TryGetMember(string key, out RpcValue value)
    {
        var members = Members;
        for (var i = members.Count - 1; i >= 0; i--)
        {
            if (string.Equals(members[i].Key, key, StringComparison.Ordinal))
            {
                value = members[i].Value;
                return true;
            }
        }

        value = default;
        return false;
    }

    public static bool operator ==(RpcValue left, RpcValue right) => left.Equals(right);

    public static bool operator !=(RpcValue left, RpcValue right) => !left.Equals(right);

    public bool Equals(RpcValue other) => Kind == other.Kind && Kind switch
    {
        RpcKind.String => string.Equals((string)_reference!, (string)other._reference!, StringComparison.Ordinal),
        RpcKind.Binary => Bytes.Span.SequenceEqual(other.Bytes.Span),
        RpcKind.Array => Items.SequenceEqual(other.Items),
        RpcKind.Map => Members.SequenceEqual(other.Members),
        _ => _bits == other._bits,
    };

    public override bool Equals(object? obj) => obj is RpcValue other && Equals(other);

    public override int GetHashCode() => Kind switch
    {
        RpcKind.String => HashCode.Combine(Kind, string.GetHashCode((string)_reference!, StringComparison.Ordinal)),
        RpcKind.Binary => HashCode.Combine(Kind, Bytes.Length),
        RpcKind.Array => HashCode.Combine(Kind, Items.Count),
        RpcKind.Map => HashCode.Combine(Kind, Members.Count),
        _ => HashCode.Combine(Kind, _bits),
    };

    /// <summary>A short text for logs and test failures; not a wire format.</summary>
    public override string ToString() => Kind switch
    {
        RpcKind.Nil => "nil",
        RpcKind.Boolean => _bits != 0 ? "true" : "false",
        RpcKind.String => $"\"{(string)_reference!}\"",
        RpcKind.Binary => $"bin({Bytes.Length})",
        RpcKind.Float => BitConverter.Int64BitsToDouble(_bits).ToString("R"),
        RpcKind.Unsigned => unchecked((ulong)_bits).ToString(),
        RpcKind.Array => $"[{string.Join(", ", Items)}]",
        RpcKind.Map => $"{{{string.Join(", ", Members.Select(m => $"\"{m.Key}\": {m.Value}"))}}}",
        _ => _bits.ToString(),
    };

    /// <summary>Stands for a kind whose value is in the bits.</summary>
    private sealed class Scalar(RpcKind kind)
    {
        public static readonly Scalar Boolean = new(RpcKind.Boolean);
        public static readonly Scalar Integer = new(RpcKind.Integer);
        public static readonly Scalar Unsigned = new(RpcKind.Unsigned);
        public static readonly Scalar Float = new(RpcKind.Float);

        public RpcKind Kind { get; } = kind;
    }

    private bool TryWholeNumber(out long number)
    {
        var value = BitConverter.Int64BitsToDouble(_bits);
        var whole = Math.Abs(value) < 1L << 53 && Math.Truncate(value) == value;
        number = whole ? (long)value : 0;
        return whole;
    }
}
