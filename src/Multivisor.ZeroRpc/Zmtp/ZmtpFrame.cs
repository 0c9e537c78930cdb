using System.Buffers;
using System.Buffers.Binary;

namespace Multivisor.ZeroRpc.Zmtp;

/// <summary>One ZMTP frame (zerorpc.md section 2.2); the body points into the buffer it was read from.</summary>
internal readonly record struct ZmtpFrame(byte Flags, ReadOnlySequence<byte> Body)
{
    public const byte MoreFlag = 1;
    public const byte LongFlag = 2;
    public const byte CommandFlag = 4;

    /// <summary>Longest header: flags and an 8-octet size.</summary>
    public const int MaxHeader = 9;

    /// <summary>Commands carry names and small properties; nobody needs more.</summary>
    public const int MaxCommand = 64 * 1024;

    public bool More => (Flags & MoreFlag) != 0;

    public bool IsCommand => (Flags & CommandFlag) != 0;

    /// <summary>Takes one whole frame from the buffer; false while octets are missing. Takes no memory.</summary>
    /// <exception cref="ProtocolException">Reserved flags, or a size above the limit: told by the header alone.</exception>
    public static bool TryRead(ref ReadOnlySequence<byte> buffer, int maxLength, out ZmtpFrame frame)
    {
        frame = default;
        Span<byte> copy = stackalloc byte[MaxHeader];
        var have = (int)Math.Min(buffer.Length, MaxHeader);
        buffer.Slice(0, have).CopyTo(copy);
        if (have == 0)
            return false;

        var flags = copy[0];
        var command = (flags & CommandFlag) != 0;
        if (flags > (LongFlag | CommandFlag) || (command && (flags & MoreFlag) != 0))
            throw new ProtocolException($"a frame has the flags 0x{flags:x2}");

        var header = (flags & LongFlag) != 0 ? MaxHeader : 2;
        if (have < header)
            return false;
        var size = header == 2 ? copy[1] : BinaryPrimitives.ReadUInt64BigEndian(copy[1..]);
        var limit = command ? Math.Min(maxLength, MaxCommand) : maxLength;
        if (size > (ulong)limit)
            throw new ProtocolException($"a frame of {size} octets is over the limit of {limit}");
        if (buffer.Length - header < (long)size)
            return false;

        frame = new ZmtpFrame(flags, buffer.Slice(header, (long)size));
        buffer = buffer.Slice(frame.Body.End);
        return true;
    }

    /// <summary>Writes a frame's header so that it ends where <paramref name="destination"/> ends; gives its length (2 or 9).</summary>
    public static int WriteHeaderBefore(Span<byte> destination, byte flags, int length)
    {
        if (length <= byte.MaxValue)
        {
            destination[^2] = flags;
            destination[^1] = (byte)length;
            return 2;
        }

        destination[^MaxHeader] = (byte)(flags | LongFlag);
        BinaryPrimitives.WriteUInt64BigEndian(destination[^8..], (ulong)length);
        return MaxHeader;
    }
}
