using System.Buffers;
using System.Text;

namespace Multivisor.Fleet.Logs;

/// <summary>What is asked for a second time, together with what follows it, to see that both are of the same file.</summary>
internal static class LogOverlap
{
    /// <summary>
    /// The end of what is known, as far as it can come by a call that sends text: whole characters, up to the last of which may be cut, and no carriage
    /// return, which XML swallows, nor other control characters, which it refuses.
    /// </summary>
    public static byte[] Of(ReadOnlySpan<byte> known)
    {
        var begin = 0;
        for (var at = 0; at < known.Length;)
        {
            var status = Rune.DecodeFromUtf8(known[at..], out var rune, out var length);
            at += length;
            if (status == OperationStatus.InvalidData || !CanBeSent(rune))
                begin = at;
        }

        return known[begin..].ToArray();
    }

    /// <summary>Both end at the same place; what the shorter one does not have is not compared.</summary>
    public static bool Differs(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        var length = Math.Min(one.Length, other.Length);
        return !one[^length..].SequenceEqual(other[^length..]);
    }

    private static bool CanBeSent(Rune rune) => rune.Value is (>= ' ' and not (0xFFFE or 0xFFFF)) or '\t' or '\n';
}
