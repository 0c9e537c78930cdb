using System.Runtime.InteropServices;
using Multivisor.Supervisord.Logs;

namespace Multivisor.Agent.Logs;

/// <summary>Finds the file and the offset at which somebody begins to read a log.</summary>
/// <remarks>The file is the caller's; all others that had to be opened are closed.</remarks>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct LogBeginning(LogFile File, long Offset, LogChange Reason, long? Lost)
{
    /// <summary>How far back lines are counted.</summary>
    private const long MaxLinesLength = 8 * 1024 * 1024;

    private const int Block = 64 * 1024;

    /// <returns>Null when there is no file.</returns>
    public static LogBeginning? Find(LogFamily family, LogStart start)
    {
        var wanted = start.Lines > 0 ? MaxLinesLength : start.Octets;
        var opened = 0L;
        // A position of somebody who could not tell the files apart can only be in the newest.
        var isInNewest = start.File is null && start.Check is not null;
        var files = family.OpenBack(file => start.File is { } identity ? file.Identity == identity : isInNewest || (opened += file.Stat.Size) >= wanted);
        if (files.Count == 0)
            return null;
        var found = (isInNewest ? files[0].Identity : start.File) is { } left ? Resume(files, left, start) : start.Lines > 0 ? BackLines(files, start.Lines) : Back(files, start.Octets);
        foreach (var file in files)
        {
            if (file != found.File)
                file.Dispose();
        }

        return found;
    }

    /// <summary>The number of what is before an offset, for who compares it with the one he kept.</summary>
    public static void ReadTrail(LogFile file, long offset, LogTrail trail)
    {
        Span<byte> before = stackalloc byte[LogCheck.Length];
        var length = (int)Math.Min(before.Length, offset);
        trail.Clear();
        trail.Add(before[..file.Read(before[..length], offset - length)]);
    }

    private static LogBeginning Resume(List<LogFile> files, FileIdentity identity, LogStart start)
    {
        if (files[^1] is var left && left.Identity == identity)
        {
            if (start.Check is null && start.Offset > left.Stat.Size && files.Count > 1)
                return ResumeBehind(files, start.Offset);
            var trail = new LogTrail();
            ReadTrail(left, start.Offset, trail);
            return left.Stat.Size >= start.Offset && (start.Check is null || trail.Check == start.Check)
                ? new LogBeginning(left, start.Offset, LogChange.Resumed, 0)
                : new LogBeginning(left, 0, LogChange.Cleared, null);
        }

        // No longer kept. What was begun later has not been read yet; what was begun earlier has.
        var younger = identity.Born == 0 ? null : files.FindLast(file => file.Identity.Born > identity.Born);
        return younger is null ? new LogBeginning(files[0], 0, LogChange.Cleared, null) : new LogBeginning(younger, 0, LogChange.Rotated, null);
    }

    /// <summary>Offsets of a range go on through the files that were begun later (<see cref="LogRange"/>), and who has read one comes back with such.</summary>
    private static LogBeginning ResumeBehind(List<LogFile> files, long offset)
    {
        var index = files.Count - 1;
        for (; index > 0 && offset > files[index].Stat.Size; index--)
            offset -= files[index].Stat.Size;
        return offset <= files[index].Stat.Size
            ? new LogBeginning(files[index], offset, LogChange.Resumed, 0)
            : new LogBeginning(files[index], 0, LogChange.Cleared, null);
    }

    private static LogBeginning Back(List<LogFile> files, long octets)
    {
        foreach (var file in files)
        {
            var size = file.Stat.Size;
            if (size >= octets)
                return new LogBeginning(file, size - octets, LogChange.Begun, 0);
            octets -= size;
        }

        return new LogBeginning(files[^1], 0, LogChange.Begun, 0);
    }

    private static LogBeginning BackLines(List<LogFile> files, int lines)
    {
        var buffer = new byte[Block];
        var left = MaxLinesLength;
        var isEnd = true;
        foreach (var file in files)
        {
            for (var end = file.Stat.Size; end > 0;)
            {
                var begin = Math.Max(0, end - Block);
                var block = buffer.AsSpan(0, file.Read(buffer.AsSpan(0, (int)(end - begin)), begin));
                // The line end that ends the log ends its last line; it begins no further one.
                var upTo = isEnd && block.Length > 0 && block[^1] == (byte)'\n' ? block.Length - 1 : block.Length;
                isEnd = isEnd && block.Length == 0;
                while (block[..upTo].LastIndexOf((byte)'\n') is >= 0 and var at)
                {
                    if (--lines == 0)
                        return new LogBeginning(file, begin + at + 1, LogChange.Begun, 0);
                    upTo = at;
                }

                left -= end - begin;
                end = begin;
                if (left <= 0)
                    return new LogBeginning(file, begin, LogChange.Begun, 0);
            }
        }

        return new LogBeginning(files[^1], 0, LogChange.Begun, 0);
    }
}
