namespace Multivisor.Fleet.Links.Direct;

/// <summary>
/// Finds lines of supervisord's own log that tell of something: <c>2026-11-25 10:29:11,123 INFO exited: …</c>. At <c>loglevel=trace</c> every request
/// of ours is a line too (<c>TRAC</c>); those must not lead to the next request.
/// </summary>
internal sealed class MainLogLines
{
    /// <summary>Date, time and milliseconds, each with a blank behind: where the level begins.</summary>
    private const int LevelAt = 24;
    private const int LevelLength = 4;

    private readonly byte[] _start = new byte[LevelAt + LevelLength];
    private int _length;

    /// <summary>True when a telling line began in these octets.</summary>
    public bool Take(ReadOnlySpan<byte> octets)
    {
        var telling = false;
        while (!octets.IsEmpty)
        {
            var end = octets.IndexOf((byte)'\n');
            var line = end < 0 ? octets : octets[..end];
            var taken = Math.Min(line.Length, _start.Length - _length);
            if (taken > 0)
            {
                line[..taken].CopyTo(_start.AsSpan(_length));
                _length += taken;
                telling |= _length == _start.Length && IsTelling(_start.AsSpan(LevelAt));
            }

            if (end < 0)
                break;
            _length = 0;
            octets = octets[(end + 1)..];
        }

        return telling;
    }

    private static bool IsTelling(ReadOnlySpan<byte> level) =>
        level.SequenceEqual("INFO"u8) || level.SequenceEqual("WARN"u8) || level.SequenceEqual("ERRO"u8) || level.SequenceEqual("CRIT"u8);
}
