using System.Diagnostics;
using System.Text;

namespace Multivisor.SimulatedFleet.Logs;

/// <summary>
/// The log of a process, which grows at a fixed rate and takes no memory: all lines are equally long, so that any part of it can be made
/// when somebody asks for it.
/// </summary>
internal sealed class SimulatedLog(string program, double linesPerSecond, int firstLines)
{
    public const int LineLength = 96;

    private static readonly long Epoch = Stopwatch.GetTimestamp();
    private static readonly DateTime EpochTime = DateTime.UtcNow;

    private static readonly string[] Texts =
    [
        "DEBUG cache hit ratio {0:000} of 1000", "INFO  request {0:000} done in {1} ms", "INFO  {1} items written",
        "INFO  heartbeat of peer {0:000}, {1} ms", "WARN  queue is {1} deep, limit 500", "ERROR peer {0:000} does not answer, attempt {1}",
        """{{"level":"info","msg":"job {0:000}","ms":{1}}}""", "INFO  connection from 10.0.{1}.{0:000}",
    ];

    public long Size => Lines * LineLength;

    private long Lines => firstLines + (long)(Stopwatch.GetElapsedTime(Epoch).TotalSeconds * linesPerSecond);

    /// <summary>supervisord's <c>tailProcess…Log</c>: the text, the size of the file, and whether something was left out.</summary>
    public (string Text, long Size, bool Overflow) Tail(long offset, long length)
    {
        var size = Size;
        var overflow = size > offset + length;
        if (overflow)
            offset = size - 1;
        if (offset + length > size)
        {
            if (offset > size - 1)
                length = 0;
            offset = size - length;
        }

        offset = Math.Max(0, offset);
        return (Slice(offset, Math.Max(0, length), size), size, overflow);
    }

    /// <summary>supervisord's <c>readProcess…Log</c>; null when it refuses the arguments.</summary>
    public string? Read(long offset, long length)
    {
        var size = Size;
        return (offset, length) switch
        {
            (_, < 0) or ( < 0, not 0) => null,
            ( < 0, _) => Slice(Math.Max(0, size + offset), size, size),
            (_, 0) => Slice(offset, size, size),
            _ => Slice(offset, length, size),
        };
    }

    private string Slice(long offset, long length, long size)
    {
        // No answer is larger than an agent would send.
        length = Math.Min(Math.Min(length, size - offset), 8 * 1024 * 1024);
        if (length <= 0)
            return "";
        var first = offset / LineLength;
        var last = (offset + length - 1) / LineLength;
        var text = new StringBuilder((int)((last - first + 1) * LineLength));
        for (var line = first; line <= last; line++)
            AppendLine(text, line);
        return text.ToString((int)(offset - (first * LineLength)), (int)length);
    }

    private void AppendLine(StringBuilder text, long line)
    {
        var begin = text.Length;
        var time = EpochTime.AddSeconds(linesPerSecond > 0 ? (line - firstLines) / linesPerSecond : line - firstLines);
        // A small mix of the number: the same line reads the same whenever it is asked for.
        var mix = (int)(unchecked((ulong)line * 0x9E3779B97F4A7C15) >> 40);
        text.Append($"{time:yyyy-MM-dd HH:mm:ss,fff} ").AppendFormat(Texts[mix % Texts.Length], mix % 1000, mix % 240)
            .Append(' ').Append(program).Append('#').Append(line);
        var room = begin + LineLength - 1 - text.Length;
        if (room < 0)
            text.Length += room;
        else
            text.Append('.', room);
        text.Append('\n');
    }
}
