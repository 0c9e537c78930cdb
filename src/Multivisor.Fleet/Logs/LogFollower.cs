using System.Diagnostics.CodeAnalysis;
using Multivisor.Fleet.Links;
using Multivisor.Supervisord;

namespace Multivisor.Fleet.Logs;

/// <summary>
/// One log that is followed, for all who look at it: read once, kept as far as it is needed to hand it out. Started by the first viewer, ended
/// with the last. Thread-safe.
/// </summary>
/// <remarks>
/// A viewer is a place in what is kept and costs no memory of its own. The fastest decides how fast the log is read: one that lies further
/// back than what is kept is told how much it has missed.
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "The token source holds no handle, and a reader that ends may still look at it.")]
internal sealed class LogFollower
{
    /// <summary>Octets that are kept, about.</summary>
    public const int Kept = 512 * 1024;

    private const int KeptEvents = 4096;
    private readonly Lock _gate = new();
    private readonly Entry[] _entries = new Entry[KeptEvents];
    private readonly HashSet<LogViewer> _viewers = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly LogTracker _head = new();
    private readonly string _supervisor;
    private readonly Action<LogFollower> _onEnd;
    private TaskCompletionSource _changed = NewSignal();
    private TaskCompletionSource _taken = NewSignal();
    private long _firstNumber;
    private long _nextNumber;
    private long _octets;
    private long _unknownLosses;
    private long _kept;
    private long _mostTaken;
    private bool _hasEnded;
    private bool _isLeft;
    private Exception? _failure;

    /// <param name="supervisor">Its name, for messages.</param>
    public LogFollower(string supervisor, ILogSource source, LogTarget target, LogStart start, Action<LogFollower> onEnd)
    {
        _supervisor = supervisor;
        Source = source;
        Target = target;
        Start = start;
        _onEnd = onEnd;
    }

    public ILogSource Source { get; }

    public LogTarget Target { get; }

    /// <summary>Where the first viewer wanted to begin.</summary>
    public LogStart Start { get; }

    /// <summary>Begins to read. The first viewer has joined before.</summary>
    public void Run() => _ = Task.Run(RunAsync);

    /// <summary>False when this follower has ended.</summary>
    public bool TryJoin(LogViewer viewer)
    {
        lock (_gate)
            return !_hasEnded && !_isLeft && _viewers.Add(viewer);
    }

    /// <summary>The last one who leaves ends it.</summary>
    public void Leave(LogViewer viewer)
    {
        lock (_gate)
        {
            if (!_viewers.Remove(viewer) || _viewers.Count > 0)
                return;
            _isLeft = true;
        }

        _onEnd(this);
        _ = _stopping.CancelAsync();
    }

    /// <summary>Completes at the next event or end; take it before looking.</summary>
    public Task Changed
    {
        get
        {
            lock (_gate)
                return _changed.Task;
        }
    }

    /// <summary>A place among what is kept that is right for a start; null when that needs more than is kept.</summary>
    public LogPlace? Find(LogStart start)
    {
        lock (_gate)
        {
            if (_firstNumber == 0 && (Start == start || Start.Covers(start)))
                return new LogPlace { Number = 0 };
            if (start.Position is not { } position)
                return FindBack(start);
            return FindPosition(position.File, position.Offset, position.Check) is { } place ? place with { Introduction = LogMove.Resumed } : null;
        }
    }

    /// <summary>Where a reader of its own that has come this far can go on among what is kept.</summary>
    public LogPlace? FindPosition(LogTracker reader)
    {
        lock (_gate)
            return FindPosition(reader.File, reader.Offset, reader.Position.Check);
    }

    /// <summary>Takes the next event at a place and moves the place on; null when there is none yet.</summary>
    /// <exception cref="LinkException">The reading has failed, and all that was read before is taken.</exception>
    public LogEvent? TryTake(ref LogPlace place)
    {
        lock (_gate)
        {
            NoteTaken(place.Octets);
            if (place.Introduction is { } reason)
            {
                var introduction = Introduce(place) with { Reason = reason };
                place = place with { Introduction = null };
                return introduction;
            }

            if (place.Number < _firstNumber)
                return CatchUp(ref place);
            if (place.Number == _nextNumber)
            {
                if (_failure is not null)
                    throw Again(_failure);
                return _hasEnded ? new LogEvent.Ended("") : null;
            }

            var entry = At(place.Number);
            var happened = place.Within > 0 && entry.Event is LogEvent.Data data ? Rest(data, place.Within) : entry.Event;
            place = new LogPlace { Number = place.Number + 1, Octets = entry.OctetsAfter, UnknownLosses = entry.UnknownLossesAfter };
            return happened;
        }
    }

    private Entry At(long number) => _entries[number % KeptEvents];

    private LogEvent.Moved Introduce(LogPlace place) => place.Number >= _firstNumber && place.Number < _nextNumber
        ? At(place.Number).Introduce(place.Within)
        : new LogEvent.Moved(LogMove.Begun, _head.File, _head.Offset, _head.Before.ToArray(), 0);

    /// <summary>Somebody has come that far: the reading may go on.</summary>
    private void NoteTaken(long octets)
    {
        if (octets <= _mostTaken)
            return;
        _mostTaken = octets;
        _taken.TrySetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static LogEvent.Data Rest(LogEvent.Data data, int within) => new(data.Offset + within, data.Octets[within..]);

    /// <summary>Each viewer gets an exception of its own.</summary>
    private Exception Again(Exception failure) => failure switch
    {
        SupervisordFaultException fault => new SupervisordFaultException(fault.Code, fault.Message),
        LogAbsentException => new LogAbsentException(failure.Message, failure),
        _ => new LinkException(failure.Message.Contains(_supervisor, StringComparison.Ordinal) ? failure.Message : $"{_supervisor}: {failure.Message}", failure),
    };

    private async Task RunAsync()
    {
        Exception? failure = null;
        try
        {
            await foreach (var happened in Source.FollowAsync(Target, Start, _stopping.Token))
            {
                Publish(happened);
                while (IsTooFarAhead(out var taken))
                    await taken.WaitAsync(_stopping.Token);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Nobody looks any more.
        }
        catch (Exception e)
        {
            // Whatever it is, those who look must learn of it.
            failure = e;
        }

        lock (_gate)
        {
            if (failure is not null)
                _failure = failure;
            _hasEnded = true;
            _changed.TrySetResult();
        }

        _onEnd(this);
    }

    private void Publish(LogEvent happened)
    {
        lock (_gate)
        {
            var entry = new Entry(happened, _head.File, _head.Offset, _head.Before.ToArray(), _octets, _unknownLosses);
            _head.Apply(happened);
            _octets += happened switch
            {
                LogEvent.Data data => data.Length,
                LogEvent.Moved moved => moved.Lost ?? 0,
                _ => 0,
            };
            _unknownLosses += happened is LogEvent.Moved { Lost: null } ? 1 : 0;
            _kept += entry.Size;
            for (; _nextNumber > _firstNumber && (_kept > Kept || _nextNumber - _firstNumber == KeptEvents); _firstNumber++)
                _kept -= At(_firstNumber).Size;
            _entries[_nextNumber++ % KeptEvents] = entry with { OctetsAfter = _octets, UnknownLossesAfter = _unknownLosses };

            _changed.TrySetResult();
            _changed = NewSignal();
        }
    }

    private bool IsTooFarAhead(out Task taken)
    {
        lock (_gate)
        {
            if (_taken.Task.IsCompleted)
                _taken = NewSignal();
            taken = _taken.Task;
            return _octets - _mostTaken > Kept / 2;
        }
    }

    /// <summary>The viewer was too slow: it goes on with the oldest that is kept.</summary>
    private LogEvent.Moved CatchUp(ref LogPlace place)
    {
        var oldest = At(_firstNumber);
        var lost = oldest.UnknownLosses > place.UnknownLosses ? (long?)null : oldest.Octets - place.Octets;
        place = new LogPlace { Number = _firstNumber, Octets = oldest.Octets, UnknownLosses = oldest.UnknownLosses };
        return new LogEvent.Moved(LogMove.Skipped, oldest.File, oldest.Offset, oldest.Before, lost);
    }

    private LogPlace? FindPosition(string file, long offset, long? check)
    {
        for (var number = _firstNumber; number < _nextNumber; number++)
        {
            var entry = At(number);
            if (entry.Event is not LogEvent.Data { IsExact: true } data || entry.File != file || offset < data.Offset || offset >= data.Offset + data.Length)
                continue;
            var within = (int)(offset - data.Offset);
            var tracker = new LogTracker();
            tracker.Apply(entry.Introduce(within));
            return check is null || tracker.Position.Check is not { } known || known == check ? Place(number, within) : null;
        }

        // Exactly the end of all that was read: what comes next is new for both.
        return _nextNumber > 0 && _head.File == file && _head.Offset == offset && (check is null || _head.Position.Check == check) ? End() : null;
    }

    private LogPlace? FindBack(LogStart start)
    {
        if (start is { Octets: 0, Lines: 0 })
            return _nextNumber > 0 ? End() : null;
        var (octets, lines, isEnd) = (start.Octets, start.Lines, true);
        for (var number = _nextNumber - 1; number >= _firstNumber; number--)
        {
            var happened = At(number).Event;
            if (happened is LogEvent.Moved { Reason: LogMove.Cleared or LogMove.Skipped } or LogEvent.Data { IsExact: false })
                return null;
            if (happened is not LogEvent.Data data)
                continue;
            var within = start.Lines > 0 ? BackLines(data.Octets.Span, ref lines, ref isEnd) : (int)Math.Max(-1, data.Length - octets);
            if (within >= 0)
                return Place(number, within);
            octets -= data.Length;
        }

        return null;
    }

    private LogPlace Place(long number, int within) => new()
    {
        Number = number,
        Within = within,
        Introduction = LogMove.Begun,
        Octets = At(number).Octets + within,
        UnknownLosses = At(number).UnknownLosses,
    };

    private LogPlace End() => new() { Number = _nextNumber, Introduction = LogMove.Begun, Octets = _octets, UnknownLosses = _unknownLosses };

    private static int BackLines(ReadOnlySpan<byte> octets, ref int lines, ref bool isEnd)
    {
        var upTo = isEnd && octets.Length > 0 && octets[^1] == (byte)'\n' ? octets.Length - 1 : octets.Length;
        isEnd = isEnd && octets.Length == 0;
        while (octets[..upTo].LastIndexOf((byte)'\n') is >= 0 and var at)
        {
            if (--lines == 0)
                return at + 1;
            upTo = at;
        }

        return -1;
    }

    /// <param name="File">Where it was before the event, like the offset and what is before it.</param>
    private sealed record Entry(LogEvent Event, string File, long Offset, byte[] Before, long Octets, long UnknownLosses)
    {
        public long OctetsAfter { get; init; }

        public long UnknownLossesAfter { get; init; }

        public long Size => 200 + (Event is LogEvent.Data data ? data.Octets.Length : 0);

        /// <summary>What tells somebody who begins here where he is.</summary>
        public LogEvent.Moved Introduce(int within)
        {
            if (within == 0 || Event is not LogEvent.Data data)
                return new LogEvent.Moved(LogMove.Begun, File, Offset, Before, 0);
            var tracker = new LogTracker();
            tracker.Apply(new LogEvent.Moved(LogMove.Begun, File, Offset, Before, 0));
            tracker.Pass(data.Octets.Span[..within], within);
            return new LogEvent.Moved(LogMove.Begun, File, tracker.Offset, tracker.Before.ToArray(), 0);
        }
    }
}
