using System.Text;

namespace Multivisor.Fleet.Logs;

/// <summary>
/// What an answer to <c>tailProcess…Log(position, length)</c> says to somebody who has read up to that position (supervisor.md section
/// 5.1): its text ends where the file ends, and begins wherever its length leads to, before the position or behind it.
/// </summary>
/// <param name="Skipped">Octets between the position and those that came.</param>
/// <param name="Octets">What is new; it may begin inside a character.</param>
/// <param name="Position">Where to go on.</param>
/// <param name="IsReplaced">
/// The file is smaller than the position, or has other octets before it: it is another one, or was cleared; nothing else is said.
/// </param>
internal readonly record struct TailArithmetic(long Skipped, ReadOnlyMemory<byte> Octets, long Position, bool IsReplaced)
{
    /// <param name="length">That was asked for; 0 or more.</param>
    /// <param name="before">What is known to be right before the position, as far as that may be sent with the rest.</param>
    public static TailArithmetic Of(long position, long length, LogTailChunk answer, ReadOnlySpan<byte> before = default)
    {
        var fresh = answer.Offset - position;
        if (fresh < 0)
            return Replaced;
        // supervisord sends the last octets of the file, as many as were asked for, or none when the position is behind the end.
        var sent = fresh == 0 ? 0 : Math.Min(length, answer.Offset);
        var octets = sent == 0 ? [] : Encoding.UTF8.GetBytes(answer.Text);
        if (sent <= fresh)
            return new TailArithmetic(fresh - sent, octets, answer.Offset, false);
        // Where carriage returns were swallowed on the way nobody can tell which octet is which.
        if (octets.Length == sent && LogOverlap.Differs(octets.AsSpan(0, (int)(sent - fresh)), before))
            return Replaced;
        return new TailArithmetic(0, octets.AsMemory((int)Math.Max(0, octets.Length - fresh)), answer.Offset, false);
    }

    private static TailArithmetic Replaced => new(0, default, 0, true);
}
