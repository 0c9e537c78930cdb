namespace Multivisor.Agent.Logs;

/// <summary>
/// A part of a log, over all the files that it was rotated into. Offsets count from the beginning of one file, the anchor: what is before
/// it has negative ones, what was begun later goes on after its end.
/// </summary>
/// <remarks>As it was at one moment; what is written or rotated meanwhile changes nothing, since the files are held open.</remarks>
internal sealed class LogRange : IDisposable
{
    private readonly List<(LogFile File, long Begin, long End)> _files = [];

    private LogRange(FileIdentity anchor) => Anchor = anchor;

    public FileIdentity Anchor { get; }

    /// <summary>Of the first octet that is kept.</summary>
    public long Oldest => _files[0].Begin;

    /// <summary>Behind the last octet.</summary>
    public long End => _files[^1].End;

    public long From { get; private set; }

    public long To { get; private set; }

    /// <param name="anchor">Null for the newest file.</param>
    /// <param name="to">Null for the end as it is now.</param>
    /// <param name="length">Instead of <paramref name="from"/>: so many octets before <paramref name="to"/>.</param>
    /// <returns>Null when there is no file, or the anchor is no longer kept.</returns>
    public static LogRange? Open(LogFamily family, FileIdentity? anchor, long? from, long? to, long? length)
    {
        var files = family.OpenBack(_ => false);
        files.Reverse();
        var index = anchor is null ? files.Count - 1 : files.FindIndex(f => f.Identity == anchor);
        if (index < 0)
        {
            files.ForEach(f => f.Dispose());
            return null;
        }

        var range = new LogRange(files[index].Identity);
        var begin = -files.Take(index).Sum(f => f.Stat.Size);
        foreach (var file in files)
        {
            var end = begin + file.Stat.Size;
            range._files.Add((file, begin, end));
            begin = end;
        }

        range.To = Math.Clamp(to ?? range.End, range.Oldest, range.End);
        range.From = Math.Clamp(length is { } back ? range.To - Math.Max(0, back) : from ?? 0, range.Oldest, range.To);
        return range;
    }

    /// <summary>The octets in order, a file's last piece marked.</summary>
    public IEnumerable<(long Offset, byte[] Octets, bool IsEndOfFile)> Read()
    {
        foreach (var (file, begin, end) in _files)
        {
            var last = Math.Min(end, To);
            for (var at = Math.Max(begin, From); at < last;)
            {
                var octets = new byte[Math.Min(LogCursor.StepLength, last - at)];
                var length = file.Read(octets, at - begin);
                if (length == 0)
                    yield break; // truncated meanwhile: what is promised no longer exists
                yield return (at, length < octets.Length ? octets[..length] : octets, at + length == end);
                at += length;
            }
        }
    }

    public void Dispose() => _files.ForEach(f => f.File.Dispose());
}
