using System.Buffers.Text;

namespace Multivisor.ZeroRpc.Events;

/// <summary>Makes ids that are unique over all processes: 16 hex digits that count and 16 random ones. Thread-safe.</summary>
internal sealed class MessageIds
{
    private const int ContentLength = 32;
    private const int HeaderLength = 2;

    /// <summary>Unique, not secret: a generator for secrets would load OpenSSL, 4 MB, into every agent.</summary>
    private readonly ulong _base = unchecked((ulong)Random.Shared.NextInt64(long.MinValue, long.MaxValue));
    private ulong _count;

    /// <summary>The next id, as a msgpack bin of 32 octets, which is what zerorpc-python sends.</summary>
    public EventId Next()
    {
        var token = new byte[HeaderLength + ContentLength];
        token[0] = 0xC4;
        token[1] = ContentLength;
        Utf8Formatter.TryFormat(Interlocked.Increment(ref _count), token.AsSpan(HeaderLength), out _, new('x', 16));
        Utf8Formatter.TryFormat(_base, token.AsSpan(HeaderLength + 16), out _, new('x', 16));
        return new EventId(token, HeaderLength);
    }
}
