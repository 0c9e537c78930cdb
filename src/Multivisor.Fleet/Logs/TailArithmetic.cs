using System.Text;

namespace Multivisor.Fleet.Logs;

/// <summary>
/// What an answer to <c>tailProcess…Log(position, length)</c> says to somebody who has read up to that position (supervisor.md section
/// 5.1): its text ends where the file ends, and begins wherever its length leads to, before the position or behind it.
/// </summary>
/// <param name="Skipped">Octets between the position and the text.</param>
/// <param name="Text">What is new.</param>
/// <param name="Position">Where to go on.</param>
/// <param name="IsReplaced">The file is smaller than the position: it is another one, or was cleared; nothing else is said.</param>
internal readonly record struct TailArithmetic(long Skipped, string Text, long Position, bool IsReplaced)
{
    /// <param name="length">That was asked for; 0 or more.</param>
    public static TailArithmetic Of(long position, long length, LogTailChunk answer)
    {
        var fresh = answer.Offset - position;
        if (fresh < 0)
            return new TailArithmetic(0, "", 0, true);
        // supervisord sends the last octets of the file, as many as were asked for, or none when the position is behind the end.
        var sent = fresh == 0 ? 0 : Math.Min(length, answer.Offset);
        return sent <= fresh
            ? new TailArithmetic(fresh - sent, sent == 0 ? "" : answer.Text, answer.Offset, false)
            : new TailArithmetic(0, LastOctets(answer.Text, fresh), answer.Offset, false);
    }

    private static string LastOctets(string text, long count)
    {
        var octets = Encoding.UTF8.GetBytes(text);
        return count >= octets.Length ? text : Encoding.UTF8.GetString(octets.AsSpan(octets.Length - (int)count));
    }
}
