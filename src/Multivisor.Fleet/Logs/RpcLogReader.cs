using System.Text;
using Multivisor.Supervisord;
using Multivisor.Supervisord.Logs;

namespace Multivisor.Fleet.Logs;

/// <summary>One reader's place in a log that only supervisord's own calls can read. Not thread-safe.</summary>
/// <remarks>
/// supervisord sends text and fails where a slice is not valid UTF-8, be it only cut inside a character. So slices are made smaller until
/// they can be sent, and what cannot be sent at all is counted and left out.
/// </remarks>
internal sealed class RpcLogReader(ILogCalls calls, LogTarget target)
{
    private const int MaxLength = 256 * 1024;

    /// <summary>More waits than a reader is worth waiting for.</summary>
    internal const long MaxLag = 16 * 1024 * 1024;

    /// <summary>How often the end of a file that cannot be read is tried again: its last character may not be written to the end yet.</summary>
    private const int Patience = 3;

    /// <summary>Questions for one step. Beyond them what is left of a slice is left out.</summary>
    private const int MaxQuestions = 40;

    /// <summary>As much as a log may grow between two questions, mostly.</summary>
    private const int Slack = 4096;

    private const int MaxSkip = 64 * 1024;

    /// <summary>supervisord's numbers have 32 bits: of a file as large as this it cannot say how large it is, but it reads there all the same.</summary>
    private const long MaxTold = int.MaxValue;

    private const string TooLarge =
        "this log has 2 GiB or more, and the agent of its host cannot read so far. Let supervisord rotate it (stdout_logfile_maxbytes), or install multivisor-rpc of this project there";

    private readonly LogTracker _at = new();
    private bool _hasRead = true;
    private bool _isHuge;
    private int _failures;
    private int _skip = 1;

    public long Offset => _at.Offset;

    public async Task<IReadOnlyList<LogEvent>> BeginAsync(LogStart start, CancellationToken cancellationToken)
    {
        if (start.Position is { } position)
        {
            var before = await BeforeAsync(position.Offset, cancellationToken);
            // Without the octets before it nobody can tell; then the offset alone has to do.
            var isSame = await SizeAsync(position.Offset, cancellationToken) >= position.Offset
                && (position.Check is null || before.Length == 0 || position.Check == LogCheck.Of(before));
            return [isSame ? Move(LogMove.Resumed, position.Offset, before, 0) : Move(LogMove.Rotated, 0, [], null)];
        }

        var size = await SizeAsync(0, cancellationToken);
        if (start.Lines == 0)
        {
            var from = await AlignAsync(size - Math.Min(Math.Min(start.Octets, MaxLag), size), size, cancellationToken);
            return [Move(LogMove.Begun, from, await BeforeAsync(from, cancellationToken), 0)];
        }

        // Lines can only be counted in what was read: as many octets as lines usually have, then the last ones of them.
        var begin = Math.Max(0, size - Math.Min(MaxLength, Math.Max(4096L, start.Lines * 256L)));
        var (octets, length) = await ReadAsync(begin, size, cancellationToken);
        var cut = length == size - begin ? LastLines(octets, start.Lines) : 0;
        return octets.Length == length
            ? [Move(LogMove.Begun, begin + cut, octets[Math.Max(0, cut - LogCheck.Length)..cut], 0)]
            : [Move(LogMove.Begun, begin, [], 0)];
    }

    /// <summary>What is new; empty when nothing is.</summary>
    public async Task<IReadOnlyList<LogEvent>> NextAsync(CancellationToken cancellationToken)
    {
        var size = await SizeAsync(_at.Offset, cancellationToken);
        if (size < _at.Offset)
            return [Move(LogMove.Rotated, 0, [], null)];
        if (size == _at.Offset)
            return [];
        if (size - _at.Offset > MaxLag)
            return [Move(LogMove.Skipped, size - (MaxLag / 2), [], size - (MaxLag / 2) - _at.Offset)];
        if (!_hasRead && target.Channel != LogChannel.Main)
            return await NextByTailAsync(size, cancellationToken);
        var next = await ReadOnAsync(size, cancellationToken);
        if (!_hasRead)
            return await NextByTailAsync(size, cancellationToken);
        if (next is not var (octets, length))
            return [Move(LogMove.Rotated, 0, [], null)];
        if (length == 0)
            return [];
        return octets.Length == 0 ? [Move(LogMove.Skipped, _at.Offset + length, [], length)] : [Told(new LogEvent.Data(_at.Offset, octets, length))];
    }

    /// <summary>Reads from the place on, as <see cref="ReadAsync"/> does; null when the file is another one than before.</summary>
    /// <remarks>A file may be replaced, and grow past the place, between any two questions. So what is new is asked for together with what is before it.</remarks>
    public async Task<(byte[] Octets, long Length)?> ReadOnAsync(long end, CancellationToken cancellationToken)
    {
        var known = LogOverlap.Of(_at.Before);
        var wanted = (int)Math.Min(MaxLength, end - _at.Offset);
        if (known.Length > 0 && await TryReadAsync(_at.Offset - known.Length, known.Length + wanted, cancellationToken) is { } text)
        {
            var octets = Encoding.UTF8.GetBytes(text);
            if (octets.AsSpan().StartsWith(known))
            {
                _failures = 0;
                _skip = 1;
                return (octets[known.Length..], await LengthAsync(_at.Offset, wanted, octets.Length - known.Length, cancellationToken));
            }

            // Where some are missing a carriage return may have been swallowed, and nobody can tell which octet is which.
            if (octets.Length == known.Length + wanted)
                return null;
        }

        if (!_hasRead)
            return ([], 0);
        var read = await ReadAsync(_at.Offset, end, cancellationToken, mayWait: true);
        // Afterwards: a file that is still the one before was so when it was read.
        return _hasRead && await IsOtherFileAsync(cancellationToken) ? null : read;
    }

    /// <summary>Octets of the file now; asked without any text, so that it cannot fail for what the text is.</summary>
    /// <param name="hint">Where the end is expected.</param>
    public async Task<long> SizeAsync(long hint, CancellationToken cancellationToken)
    {
        if (target.Channel == LogChannel.Main)
            return await FindEndAsync(hint, cancellationToken);
        if (!_isHuge)
        {
            try
            {
                return Math.Max(0, (await calls.TailLogAsync(target, hint, 0, cancellationToken)).Offset);
            }
            catch (LogUnreadableException e)
            {
                var isHuge = await ExistsAsync(MaxTold, cancellationToken);
                if (!isHuge && _hasRead)
                    throw;
                if (!_hasRead || calls.MaxOffset <= MaxTold)
                    throw new LogUnreadableException(TooLarge, e);
            }
        }

        var end = await FindEndAsync(hint, cancellationToken);
        _isHuge = end > MaxTold;
        return end;
    }

    /// <summary>For its own log supervisord cannot be asked for its size: looks where octets are.</summary>
    private async Task<long> FindEndAsync(long hint, CancellationToken cancellationToken)
    {
        var (low, high) = (0L, 1L);
        if (await ExistsAsync(hint - 1, cancellationToken))
        {
            for (low = hint, high = hint + 1; await ExistsAsync(high - 1, cancellationToken); high = hint + ((high - hint) * 2))
                low = high;
        }
        else if (hint > 0)
        {
            high = hint;
        }
        else
        {
            for (; await ExistsAsync(high - 1, cancellationToken); high *= 2)
                low = high;
        }

        while (high - low > 1)
        {
            var middle = low + ((high - low) / 2);
            (low, high) = await ExistsAsync(middle - 1, cancellationToken) ? (middle, high) : (low, middle);
        }

        return low;
    }

    /// <summary>Reads as much as can be sent from an offset on, at least one octet unless the file ends or what comes is not yet complete.</summary>
    /// <returns>The octets, and how many of the file they stand for; no octets for some that cannot be sent.</returns>
    public async Task<(byte[] Octets, long Length)> ReadAsync(long offset, long end, CancellationToken cancellationToken, bool mayWait = false)
    {
        var wanted = (int)Math.Min(MaxLength, end - offset);
        var isEnd = wanted == end - offset;
        for (var (length, questions) = (wanted, 0); length > 0; questions++)
        {
            if (questions >= MaxQuestions)
                return ([], length);
            if (await TryReadAsync(offset, length, cancellationToken) is { } text)
            {
                _failures = 0;
                _skip = 1;
                var octets = Encoding.UTF8.GetBytes(text);
                return (octets, await LengthAsync(offset, length, octets.Length, cancellationToken));
            }

            if (!_hasRead)
                return ([], 0);
            // First as if only its last character were cut, then by halves.
            length = questions < 3 && wanted - length < 3 ? length - 1 : length / 2;
            if (length == 0 && isEnd && mayWait && wanted < 4 && ++_failures < Patience)
                return ([], 0);
        }

        // What is no text is rarely alone: pieces that are left out grow while nothing between them can be sent.
        _failures = 0;
        var skip = Math.Min(_skip, wanted);
        _skip = Math.Min(_skip * 2, MaxSkip);
        return ([], skip);
    }

    /// <summary>How many octets of the file an answer stands for. Fewer than asked for: the file is shorter by now, or carriage returns were swallowed on the way.</summary>
    private async Task<long> LengthAsync(long offset, int wanted, int got, CancellationToken cancellationToken) =>
        got < wanted && await SizeAsync(offset + wanted, cancellationToken) < offset + wanted ? got : wanted;

    private async Task<IReadOnlyList<LogEvent>> NextByTailAsync(long size, CancellationToken cancellationToken)
    {
        var length = (int)Math.Min(MaxLength, size - _at.Offset);
        try
        {
            // Where not all of it can be had, what is before it cannot either.
            var answer = await TailAsync(length, length < size - _at.Offset ? [] : LogOverlap.Of(_at.Before), cancellationToken);
            if (answer.Skipped > 0 && answer.Position - _at.Offset + Slack <= MaxLength)
                answer = await TailWiderAsync(answer, cancellationToken);
            _failures = 0;
            if (answer.IsReplaced)
                return [Move(LogMove.Rotated, 0, [], null)];
            var begin = _at.Offset + answer.Skipped;
            var data = new LogEvent.Data(begin, answer.Octets, answer.Position - begin);
            return answer.Skipped > 0 ? [Move(LogMove.Skipped, begin, [], answer.Skipped), Told(data)] : [Told(data)];
        }
        catch (LogUnreadableException)
        {
            if (++_failures < Patience)
                return [];
            _failures = 0;
            return [Move(LogMove.Skipped, size, [], size - _at.Offset)];
        }
    }

    /// <summary>Asks for the last octets, and for some before them that are known: they tell whether the file is still the one before.</summary>
    private async Task<TailArithmetic> TailAsync(int length, byte[] known, CancellationToken cancellationToken)
    {
        try
        {
            return TailArithmetic.Of(_at.Offset, length + known.Length, await calls.TailLogAsync(target, _at.Offset, length + known.Length, cancellationToken), known);
        }
        catch (LogUnreadableException) when (known.Length > 0)
        {
            return await TailAsync(length, [], cancellationToken);
        }
    }

    /// <summary>It grew meanwhile, so that the window began too late: one is asked for that begins before, maybe inside a character.</summary>
    private async Task<TailArithmetic> TailWiderAsync(TailArithmetic narrow, CancellationToken cancellationToken)
    {
        for (var shift = 0; shift < 4; shift++)
        {
            try
            {
                var length = (int)(narrow.Position - _at.Offset + Slack) - shift;
                return TailArithmetic.Of(_at.Offset, length, await calls.TailLogAsync(target, _at.Offset, length, cancellationToken), _at.Before);
            }
            catch (LogUnreadableException)
            {
                // The next one begins an octet later.
            }
        }

        return narrow;
    }

    /// <summary>A file that was replaced and has grown past our place shows by what is before it.</summary>
    public async Task<bool> IsOtherFileAsync(CancellationToken cancellationToken)
    {
        var before = _at.Before.ToArray();
        return before.Length > 0 && LogOverlap.Differs(await BeforeAsync(_at.Offset, cancellationToken), before);
    }

    /// <summary>The octets before an offset, as many as a check needs; none when they cannot be had.</summary>
    private async Task<byte[]> BeforeAsync(long offset, CancellationToken cancellationToken)
    {
        var wanted = (int)Math.Min(LogCheck.Length, offset);
        for (var more = 0; more < 4 && wanted + more <= offset && wanted > 0; more++)
        {
            if (await TryReadAsync(offset - wanted - more, wanted + more, cancellationToken) is not { } text)
                continue;
            var octets = Encoding.UTF8.GetBytes(text);
            return octets.Length == wanted + more ? octets[more..] : [];
        }

        return [];
    }

    /// <summary>The first place from an offset on where a character begins, if there is one within its longest.</summary>
    private async Task<long> AlignAsync(long offset, long size, CancellationToken cancellationToken)
    {
        for (var shift = 0; offset > 0 && shift < 4; shift++)
        {
            if (_hasRead || target.Channel == LogChannel.Main)
            {
                for (var length = 1; length <= 4 && offset + shift + length <= size; length++)
                {
                    if (await TryReadAsync(offset + shift, length, cancellationToken) is not null)
                        return offset + shift;
                }
            }

            if (!_hasRead && await BeginsCharacterAsync(offset + shift, size, cancellationToken))
                return offset + shift;
        }

        return offset;
    }

    private async Task<bool> BeginsCharacterAsync(long offset, long size, CancellationToken cancellationToken)
    {
        try
        {
            await calls.TailLogAsync(target, offset, (int)Math.Min(MaxLag, size - offset), cancellationToken);
            return true;
        }
        catch (LogUnreadableException)
        {
            return false;
        }
    }

    private async Task<bool> ExistsAsync(long offset, CancellationToken cancellationToken)
    {
        if (offset < 0)
            return false;
        try
        {
            return !string.IsNullOrEmpty(await calls.ReadLogAsync(target, offset, 1, cancellationToken));
        }
        catch (LogUnreadableException)
        {
            // A part of a character, but there.
            return true;
        }
    }

    private async Task<string?> TryReadAsync(long offset, int length, CancellationToken cancellationToken)
    {
        try
        {
            var text = await calls.ReadLogAsync(target, offset, length, cancellationToken);
            _hasRead &= text is not null;
            return text;
        }
        catch (LogUnreadableException)
        {
            return null;
        }
        catch (SupervisordFaultException fault) when (fault.Fault == SupervisordFault.NoFile)
        {
            return "";
        }
    }

    private static int LastLines(byte[] octets, int lines)
    {
        var upTo = octets.Length > 0 && octets[^1] == (byte)'\n' ? octets.Length - 1 : octets.Length;
        while (octets.AsSpan(0, upTo).LastIndexOf((byte)'\n') is >= 0 and var at)
        {
            if (--lines == 0)
                return at + 1;
            upTo = at;
        }

        return 0;
    }

    /// <summary>Goes on elsewhere.</summary>
    public LogEvent.Moved Move(LogMove reason, long offset, byte[] before, long? lost)
    {
        var moved = new LogEvent.Moved(reason, "", offset, before, lost);
        _at.Apply(moved);
        return moved;
    }

    /// <summary>Octets that came by another way, behind those before.</summary>
    public LogEvent.Data Told(LogEvent.Data data)
    {
        _at.Apply(data);
        return data;
    }
}
