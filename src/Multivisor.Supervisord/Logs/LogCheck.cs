namespace Multivisor.Supervisord.Logs;

/// <summary>
/// A number made of the octets right before a position in a log file. Whoever comes back to that position compares it: a file that was
/// truncated, or replaced, and has grown past the position since then is not taken for the one that was read.
/// </summary>
public static class LogCheck
{
    /// <summary>Octets before a position that go into the number; fewer near the beginning of a file.</summary>
    public const int Length = 64;

    /// <param name="before">What is in the file before the position; its last <see cref="Length"/> octets count.</param>
    public static long Of(ReadOnlySpan<byte> before)
    {
        // FNV-1a. It has to tell apart, not to withstand anybody: who can write the log can write anything into it.
        var hash = 14695981039346656037UL;
        foreach (var octet in before[Math.Max(0, before.Length - Length)..])
            hash = (hash ^ octet) * 1099511628211UL;
        return unchecked((long)hash);
    }
}
