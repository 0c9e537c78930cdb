namespace Multivisor.Supervisord.Logs;

/// <summary>A line that was found, or one beside it.</summary>
/// <param name="Offset">Of its first octet, as the reader counts.</param>
/// <param name="Octets">Without the line end, cut after <see cref="LineSearch.MaxShown"/>.</param>
/// <param name="IsMatch">False for the lines before and after.</param>
public sealed record FoundLine(long Offset, byte[] Octets, bool IsMatch);

/// <summary>
/// Searches octets that come in pieces for lines, and keeps the last ones that match with the lines around them. Its memory is bounded
/// whatever comes: lines are shown up to a length, long ones are searched in pieces, and the oldest finds give way to newer ones.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
public sealed class LineSearch(LineQuery query, int before, int after, int maxMatches)
{
    /// <summary>Octets of a line that are given out.</summary>
    public const int MaxShown = 8 * 1024;

    /// <summary>A longer line is searched in pieces of this length.</summary>
    public const int MaxLine = 64 * 1024;

    /// <summary>Octets of all that is kept, about.</summary>
    public const int MaxKept = 2 * 1024 * 1024;

    public const int MaxContext = 50;
    public const int MaxMatches = 5000;

    private readonly Queue<FoundLine> _found = new();
    private readonly Queue<FoundLine> _before = new();
    private readonly byte[] _rest = new byte[MaxLine];
    private readonly int _context = Math.Clamp(before, 0, MaxContext);
    private readonly int _after = Math.Clamp(after, 0, MaxContext);
    private readonly int _max = Math.Clamp(maxMatches, 1, MaxMatches);
    private int _restLength;
    private int _afterLeft;
    private int _matchesKept;
    private long _kept;

    /// <summary>All that matched, also those that are no longer kept.</summary>
    public long Matches { get; private set; }

    public IEnumerable<FoundLine> Found => _found;

    /// <param name="offset">Of the first of these octets.</param>
    public void Add(long offset, ReadOnlySpan<byte> octets)
    {
        while (octets.Length > 0)
        {
            var end = octets.IndexOf((byte)'\n');
            var part = end < 0 ? octets : octets[..end];
            if (_restLength == 0 && end >= 0 && part.Length <= MaxLine)
            {
                Look(offset, part);
            }
            else
            {
                part = part[..Math.Min(part.Length, MaxLine - _restLength)];
                part.CopyTo(_rest.AsSpan(_restLength));
                _restLength += part.Length;
                var isWhole = end == part.Length;
                if (isWhole || _restLength == MaxLine)
                    LookAtRest(offset + part.Length);
                end = isWhole ? end : -1;
            }

            var used = part.Length + (end < 0 ? 0 : 1);
            offset += used;
            octets = octets[used..];
        }
    }

    /// <summary>Nothing follows, or what follows is another file: the last line need not have an end.</summary>
    /// <param name="offset">Behind the last octet.</param>
    public void EndOfFile(long offset)
    {
        if (_restLength > 0)
            LookAtRest(offset);
    }

    private void LookAtRest(long end)
    {
        Look(end - _restLength, _rest.AsSpan(0, _restLength));
        _restLength = 0;
    }

    private void Look(long offset, ReadOnlySpan<byte> line)
    {
        if (line.Length > 0 && line[^1] == (byte)'\r')
            line = line[..^1];
        if (query.IsMatch(line))
        {
            Matches++;
            while (_before.TryDequeue(out var earlier))
                Keep(earlier);
            Keep(Shown(offset, line, true));
            _afterLeft = _after;
        }
        else if (_afterLeft > 0)
        {
            _afterLeft--;
            Keep(Shown(offset, line, false));
        }
        else if (_context > 0)
        {
            if (_before.Count == _context)
                _before.Dequeue();
            _before.Enqueue(Shown(offset, line, false));
        }
    }

    private void Keep(FoundLine line)
    {
        _found.Enqueue(line);
        _matchesKept += line.IsMatch ? 1 : 0;
        _kept += line.Octets.Length + 64;
        while (_found.Count > 1 && (_matchesKept > _max || _kept > MaxKept))
        {
            var oldest = _found.Dequeue();
            _matchesKept -= oldest.IsMatch ? 1 : 0;
            _kept -= oldest.Octets.Length + 64;
        }
    }

    private static FoundLine Shown(long offset, ReadOnlySpan<byte> line, bool isMatch) =>
        new(offset, line[..Math.Min(line.Length, MaxShown)].ToArray(), isMatch);
}
