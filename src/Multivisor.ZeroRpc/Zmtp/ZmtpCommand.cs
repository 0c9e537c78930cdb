using System.Buffers.Binary;
using System.Text;

namespace Multivisor.ZeroRpc.Zmtp;

/// <summary>Command frames: READY, ERROR, PING, PONG (zerorpc.md sections 2.3 and 2.4).</summary>
internal static class ZmtpCommand
{
    /// <summary>A READY frame with the Socket-Type and an empty Identity (a shared one would lose answers, section 2.3).</summary>
    public static byte[] Ready(string socketType) =>
    [
        ZmtpFrame.CommandFlag, (byte)(37 - 2 + socketType.Length),
        5, .. "READY"u8,
        11, .. "Socket-Type"u8, 0, 0, 0, (byte)socketType.Length, .. Encoding.ASCII.GetBytes(socketType),
        8, .. "Identity"u8, 0, 0, 0, 0,
    ];

    /// <summary>An ERROR frame; its reason is cut to the 255 octets that it may have.</summary>
    public static byte[] Error(string reason)
    {
        var text = Encoding.UTF8.GetBytes(reason);
        var length = Math.Min(text.Length, byte.MaxValue);
        // Never through the middle of a character.
        while (length > 0 && length < text.Length && (text[length] & 0xC0) == 0x80)
            length--;
        byte[] body = [5, .. "ERROR"u8, (byte)length, .. text.AsSpan(0, length)];
        Span<byte> header = stackalloc byte[ZmtpFrame.MaxHeader];
        var headerLength = ZmtpFrame.WriteHeaderBefore(header, ZmtpFrame.CommandFlag, body.Length);
        return [.. header[^headerLength..], .. body];
    }

    /// <summary>The PONG frame for a PING's data (2 octets TTL, then at most 16 of context, which is echoed).</summary>
    /// <remarks>The TTL is not kept: zerorpc has its own heartbeats, and TCP keep-alive finds dead idle links.</remarks>
    /// <exception cref="ProtocolException">Too short or too long.</exception>
    public static byte[] PongFor(ReadOnlySpan<byte> pingData)
    {
        if (pingData.Length is < 2 or > 18)
            throw new ProtocolException($"a PING has {pingData.Length} octets");
        return [ZmtpFrame.CommandFlag, (byte)(5 + pingData.Length - 2), 4, .. "PONG"u8, .. pingData[2..]];
    }

    /// <summary>Splits a command body into its name and data.</summary>
    /// <exception cref="ProtocolException">The name is longer than the body.</exception>
    public static void Split(ReadOnlySpan<byte> body, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> data)
    {
        if (body.IsEmpty || body[0] >= body.Length)
            throw new ProtocolException("a command has no whole name");
        name = body.Slice(1, body[0]);
        data = body[(1 + body[0])..];
    }

    /// <summary>The Socket-Type that READY's properties tell; null when it is left out, which libzmq accepts.</summary>
    /// <exception cref="ProtocolException">A property is cut short.</exception>
    public static string? SocketType(ReadOnlySpan<byte> properties)
    {
        string? socketType = null;
        while (!properties.IsEmpty)
        {
            var name = Take(ref properties, 1);
            var value = Take(ref properties, 4);
            if (Ascii.EqualsIgnoreCase(name, "Socket-Type"u8))
                socketType = Encoding.ASCII.GetString(value);
        }

        return socketType;
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> rest, int lengthOctets)
    {
        if (rest.Length < lengthOctets)
            throw new ProtocolException("READY is cut short");
        var length = lengthOctets == 1 ? rest[0] : BinaryPrimitives.ReadUInt32BigEndian(rest);
        rest = rest[lengthOctets..];
        if (length > (uint)rest.Length)
            throw new ProtocolException("READY is cut short");
        var taken = rest[..(int)length];
        rest = rest[(int)length..];
        return taken;
    }
}
