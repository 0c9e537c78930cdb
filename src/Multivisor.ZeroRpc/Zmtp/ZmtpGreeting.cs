using System.Buffers;
using System.Text;

namespace Multivisor.ZeroRpc.Zmtp;

/// <summary>The 64 octets that each side sends first (zerorpc.md section 2.1).</summary>
internal static class ZmtpGreeting
{
    public const int Length = 64;

    private const byte TlsHandshake = 0x16;
    private const int MajorOffset = 10;
    private const int MechanismOffset = 12;
    private const int MechanismLength = 20;

    /// <summary>Our greeting: ZMTP 3.1 (we answer PING), mechanism NULL.</summary>
    public static ReadOnlyMemory<byte> Ours { get; } = Build();

    /// <summary>Takes the peer's greeting from the buffer; false while octets are missing.</summary>
    /// <remarks>Judges each octet as soon as it is there: a peer of another protocol may never send 64 of them.</remarks>
    /// <exception cref="ProtocolException">Not ZMTP 3 or later, or another mechanism than NULL.</exception>
    public static bool TryRead(ref ReadOnlySequence<byte> buffer)
    {
        Span<byte> copy = stackalloc byte[Length];
        var have = (int)Math.Min(buffer.Length, Length);
        buffer.Slice(0, have).CopyTo(copy);
        var octets = copy[..have];
        if (have == 0 || !SpeaksZmtp(octets))
            return false;
        if (have > 9 && octets[9] != 0x7F)
            throw new ProtocolException("it speaks ZMTP 1");
        if (have > MajorOffset && octets[MajorOffset] < 3)
            throw new ProtocolException($"it speaks ZMTP {Math.Max(1, octets[MajorOffset] + 1)}");
        if (have < Length)
            return false;

        var mechanism = octets.Slice(MechanismOffset, MechanismLength);
        if (!mechanism.TrimEnd((byte)0).SequenceEqual("NULL"u8))
            throw new ProtocolException($"it wants the security mechanism {Printable(mechanism.TrimEnd((byte)0))}");
        buffer = buffer.Slice(Length);
        return true;
    }

    private static bool SpeaksZmtp(ReadOnlySpan<byte> octets)
    {
        if (octets[0] == 0xFF)
            return true;

        if (octets[0] == TlsHandshake)
            throw new ProtocolException("it begins with TLS; start this agent with --tls-cert and --tls-key, or remove tls:// from the server's url");

        var http = "HTTP/"u8;
        if (octets.StartsWith(http))
            throw new ProtocolException("it answers HTTP");
        // Fewer than five octets of what may still become HTTP: the next segment tells.
        if (octets.Length < http.Length && http.StartsWith(octets))
            return false;
        throw new ProtocolException($"it greets with {Printable(octets[..Math.Min(octets.Length, 24)])}");
    }

    private static string Printable(ReadOnlySpan<byte> octets)
    {
        var end = octets.IndexOfAnyExceptInRange((byte)0x20, (byte)0x7E);
        if (end >= 0)
            octets = octets[..end];
        return octets.IsEmpty ? "octets that are no text" : $"\"{Encoding.ASCII.GetString(octets)}\"";
    }

    private static byte[] Build()
    {
        var octets = new byte[Length];
        octets[0] = 0xFF;
        octets[9] = 0x7F;
        octets[MajorOffset] = 3;
        octets[MajorOffset + 1] = 1;
        "NULL"u8.CopyTo(octets.AsSpan(MechanismOffset));
        return octets;
    }
}
