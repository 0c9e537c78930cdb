namespace Multivisor.Agent.Wake;

/// <summary>
/// When processes that start are due to count as RUNNING: <c>startsecs</c> after their start. Not thread-safe: the waker owns it.
/// </summary>
internal sealed class StartDues(TimeProvider time)
{
    private const int MaxProcesses = 10_000;

    /// <summary>supervisord wants more than startsecs to have passed.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMilliseconds(1);

    /// <summary>A process that is RUNNING so long before or after it was due has other startsecs than we know.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(250);

    private readonly Dictionary<string, Start> _starting = new(StringComparer.Ordinal);
    private Dictionary<string, TimeSpan> _startSeconds = new(StringComparer.Ordinal);

    /// <summary>A process starts of which startsecs are not known, or are known to be wrong.</summary>
    public bool WantsStartSeconds { get; private set; }

    /// <param name="process"><c>group:name</c>.</param>
    /// <param name="at">When supervisord told of it.</param>
    public void NoteStart(string process, long at)
    {
        if (_starting.Count >= MaxProcesses && !_starting.ContainsKey(process))
            return;
        var start = new Start(at);
        _starting[process] = start;
        if (_startSeconds.TryGetValue(process, out var seconds))
            start.Due = DueAfter(at, seconds);
        else
            WantsStartSeconds = true;
    }

    /// <summary>It is RUNNING, or has failed, or is being stopped.</summary>
    public void NoteStartEnded(string process, long at, bool isRunning)
    {
        if (_starting.Remove(process, out var start) && isRunning && start.Due is { } due && Math.Abs(at - due) > Ticks(Tolerance))
            WantsStartSeconds = true;
    }

    /// <summary>What may be otherwise from now on: another configuration is in force.</summary>
    public void Forget() => _startSeconds.Clear();

    /// <summary>Takes over what supervisord's configuration says now.</summary>
    public void Learn(Dictionary<string, TimeSpan> startSeconds)
    {
        WantsStartSeconds = false;
        _startSeconds = startSeconds;
        foreach (var (process, start) in _starting)
        {
            if (start.Due is null && startSeconds.TryGetValue(process, out var seconds))
                start.Due = DueAfter(start.At, seconds);
        }
    }

    /// <summary>When supervisord should be woken because a process is due; null if it need not.</summary>
    public long? Due()
    {
        long? next = null;
        foreach (var start in _starting.Values)
        {
            if (!start.WasWoken && start.Due is { } due && (next is null || due < next))
                next = due;
        }

        return next;
    }

    /// <summary>supervisord is woken now.</summary>
    /// <returns>How many processes it should find to be RUNNING.</returns>
    public int NoteWake()
    {
        var count = 0;
        var now = time.GetTimestamp();
        foreach (var start in _starting.Values)
        {
            if (start.WasWoken || start.Due is not { } due || due > now)
                continue;
            start.WasWoken = true;
            count++;
        }

        return count;
    }

    /// <summary>Without startsecs it is RUNNING in supervisord's next turn, which has begun when we hear of its start.</summary>
    private long? DueAfter(long at, TimeSpan seconds) => seconds > TimeSpan.Zero ? at + Ticks(seconds + Margin) : null;

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);

    private sealed class Start(long at)
    {
        public long At => at;

        public long? Due { get; set; }

        public bool WasWoken { get; set; }
    }
}
