using System.Buffers;
using Multivisor.ZeroRpc.Zmtp;

namespace Multivisor.ZeroRpc.Events;

/// <summary>Collects one payload behind room for what stands before it on the wire: delimiter frame and frame header.</summary>
/// <remarks>One per thread is kept, unless a large message made it grow.</remarks>
internal sealed class MessageBuffer : IBufferWriter<byte>
{
    private const int DelimiterLength = 2;
    private const int Prefix = DelimiterLength + ZmtpFrame.MaxHeader;
    private const int KeptLength = 16 * 1024;

    [ThreadStatic]
    private static MessageBuffer? _kept;

    private byte[] _octets = new byte[1024];
    private int _end = Prefix;

    public int PayloadLength => _end - Prefix;

    public static MessageBuffer Rent()
    {
        var buffer = _kept ?? new MessageBuffer();
        _kept = null;
        buffer._end = Prefix;
        return buffer;
    }

    public static void Return(MessageBuffer buffer)
    {
        if (buffer._octets.Length <= KeptLength)
            _kept = buffer;
    }

    public void Advance(int count) => _end += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _octets.AsMemory(_end);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _octets.AsSpan(_end);
    }

    /// <summary>The whole message: <c>01 00</c>, frame header, payload.</summary>
    public byte[] ToMessage()
    {
        var start = Prefix - ZmtpFrame.WriteHeaderBefore(_octets.AsSpan(0, Prefix), 0, PayloadLength);
        _octets[--start] = 0;
        _octets[--start] = ZmtpFrame.MoreFlag;
        return _octets.AsSpan(start, _end - start).ToArray();
    }

    private void Reserve(int sizeHint)
    {
        var needed = checked(_end + Math.Max(sizeHint, 16));
        if (needed > _octets.Length)
            Array.Resize(ref _octets, (int)Math.Max(needed, Math.Min(2L * _octets.Length, Array.MaxLength)));
    }
}
