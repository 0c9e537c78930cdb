using System.Globalization;
using System.Threading.Channels;
using Multivisor.Agent.Events;
using Multivisor.Supervisord;
using Multivisor.Supervisord.Events;
using Multivisor.Supervisord.XmlRpc;

namespace Multivisor.Agent.Wake;

/// <summary>
/// Wakes supervisord when it sleeps though there is something to notice: a child that has ended, or one that has run for its startsecs.
/// Left alone it notices within a second, because Python goes on waiting after SIGCHLD. Any call ends its sleep, and at the end of that turn of
/// its loop it waits for dead children.
/// </summary>
/// <remarks>
/// The pids come from events and from looks that others make; while nobody looks, it looks itself at the start and after a loss. What it does
/// not know costs nothing but the second. The notes may come from anywhere and never wait.
/// </remarks>
internal sealed class Waker(SupervisordClient supervisord, Func<bool> othersLook, AgentLog log, TimeProvider time)
{
    public const string LogName = "wake";

    /// <summary>One of those that cost supervisord least: it looks nothing up.</summary>
    private const string WakeCall = "supervisor.getPID";
    private const int MaxNotes = 10_000;

    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    /// <summary>After a loss, the events that are still on their way come first.</summary>
    private static readonly TimeSpan LookPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    // supervisord writes down all settings of all processes for it.
    private static readonly TimeSpan StartSecondsPeriod = TimeSpan.FromSeconds(30);

    /// <summary>Has room for the end of every child beside the notes of others.</summary>
    private readonly Channel<WakeNote> _notes =
        Channel.CreateBounded<WakeNote>(new BoundedChannelOptions(MaxNotes + ChildWatch.MaxChildren) { SingleReader = true });

    private readonly StartDues _starts = new(time);
    private readonly WakeBudget _budget = new(time);
    private readonly Troubles _troubles = new(log, LogName);
    private long? _lookDue = time.GetTimestamp();
    private long? _startSecondsRead;
    private bool _tellsStartSeconds = true;
    private volatile bool _isOff;
    private int _lossNoted;
    private int _wakes;

    /// <summary>An event has come from supervisord.</summary>
    public void Note(ListenerEvent received)
    {
        const string Prefix = "PROCESS_STATE_";
        if (_isOff || !received.Name.StartsWith(Prefix, StringComparison.Ordinal))
            return;
        string group = "", name = "";
        long pid = 0;
        foreach (var (key, value) in received.ReadPairs())
        {
            if (key == "groupname")
                group = value;
            else if (key == "processname")
                name = value;
            else if (key == "pid" && long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                pid = number;
        }

        Post(new WakeNote.Change($"{group}:{name}", ProcessStateExtensions.FromName(received.Name[Prefix.Length..]), pid, time.GetTimestamp()));
    }

    /// <summary>supervisord has told one process, or all in an array.</summary>
    public void NoteLook(XmlRpcValue answer) => Post(new WakeNote.Look(answer));

    public void NoteNewGroups() => Post(new WakeNote.NewGroups());

    /// <summary>Events are missing.</summary>
    public void NoteLoss()
    {
        Volatile.Write(ref _lossNoted, 1);
        // With many waiting, the loop comes by anyway.
        if (!_isOff && _notes.Reader.Count < MaxNotes)
            _notes.Writer.TryWrite(new WakeNote.Loss());
    }

    /// <summary>From now on notes cost nothing.</summary>
    public void TurnOff(string reason)
    {
        _isOff = true;
        log.Info(LogName, $"off: {reason}; supervisord notices the end of a process by itself, within a second");
    }

    /// <summary>Runs until cancelled, or until it turns itself off. Throws nothing else.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (WakeSupport.WhatIsMissing() is { } missing)
            {
                TurnOff(missing);
                return;
            }

            var pid = await FindSupervisordAsync(cancellationToken);
            if (!ProcFolder.IsAncestor(pid))
            {
                TurnOff($"supervisord says that its pid is {pid}, which is not among those that have started this agent; it runs in another pid namespace");
                return;
            }

            using var children = new ChildWatch(pid, id => _notes.Writer.TryWrite(new WakeNote.Ended(id)), log, time);
            log.Info(LogName, $"on: the end of a child of supervisord {pid} is noticed at once");
            while (!cancellationToken.IsCancellationRequested)
                await TurnAsync(children, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The agent ends.
        }
        catch (Exception unexpected)
        {
            TurnOff($"unexpected {unexpected}");
        }
    }

    private void Post(WakeNote note)
    {
        if (!_isOff && (_notes.Reader.Count >= MaxNotes || !_notes.Writer.TryWrite(note)))
            NoteLoss();
    }

    private async Task<int> FindSupervisordAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var pid = (int)await supervisord.GetPidAsync(cancellationToken);
                _troubles.Over();
                return pid;
            }
            catch (SupervisordException error)
            {
                _troubles.Note(error, "supervisord cannot be asked for its pid");
                await Task.Delay(RetryPause, time, cancellationToken);
            }
        }
    }

    private async Task TurnAsync(ChildWatch children, CancellationToken cancellationToken)
    {
        while (_notes.Reader.TryRead(out var note))
            Take(note, children);
        if (Interlocked.Exchange(ref _lossNoted, 0) != 0)
            _lookDue ??= time.GetTimestamp() + Ticks(LookPause);

        var due = Earlier(children.Due(), _starts.Due());
        if (Until(due) == TimeSpan.Zero && _budget.TryTake())
            await WakeAsync(children, cancellationToken);
        else if (Until(_lookDue) == TimeSpan.Zero)
            await LookAsync(cancellationToken);
        else if (_starts.WantsStartSeconds && MayReadStartSeconds)
            await ReadStartSecondsAsync(cancellationToken);
        else
            await WaitAsync(due, cancellationToken);
    }

    private void Take(WakeNote note, ChildWatch children)
    {
        switch (note)
        {
            case WakeNote.Change change:
                Take(change, children);
                break;
            case WakeNote.Ended(var id):
                children.NoteEnd(id);
                break;
            case WakeNote.Look({ Kind: XmlRpcKind.Array } all):
                foreach (var process in all.Items)
                    children.Add(process.Number("pid"), isNews: false);
                break;
            case WakeNote.Look(var process):
                children.Add(process.Number("pid"), isNews: false);
                break;
            case WakeNote.NewGroups:
                _starts.Forget();
                break;
        }
    }

    private void Take(WakeNote.Change change, ChildWatch children)
    {
        if (change.State == ProcessState.Starting)
            _starts.NoteStart(change.Process, change.At);
        else
            _starts.NoteStartEnded(change.Process, change.At, change.State == ProcessState.Running);
        if (change.State == ProcessState.Running)
            children.Add(change.Pid, isNews: true);
        else if (change.State is ProcessState.Exited or ProcessState.Stopped)
            children.NoteTold(change.Pid);
    }

    private async Task WakeAsync(ChildWatch children, CancellationToken cancellationToken)
    {
        _wakes++;
        var (ended, started) = (children.NoteWake(), _starts.NoteWake());
        if (log.IsEnabled(LogLevel.Debug))
            log.Debug(LogName, $"wake {_wakes}: {ended} ended, {started} due to run, {children.Count} watched");
        await AskAsync(WakeCall, "supervisord could not be woken", cancellationToken);
        children.NoteAnswer();
    }

    /// <summary>The pids of what runs already, or has started in events that were lost.</summary>
    private async Task LookAsync(CancellationToken cancellationToken)
    {
        _lookDue = null;
        if (othersLook())
            return;
        if (await AskAsync("supervisor.getAllProcessInfo", "the processes to be watched are not known", cancellationToken) is { } all)
            NoteLook(all);
        else
            _lookDue = time.GetTimestamp() + Ticks(RetryPause);
    }

    private bool MayReadStartSeconds => _tellsStartSeconds && (_startSecondsRead is not { } read || time.GetElapsedTime(read) >= StartSecondsPeriod);

    private async Task ReadStartSecondsAsync(CancellationToken cancellationToken)
    {
        _startSecondsRead = time.GetTimestamp();
        if (await AskAsync("supervisor.getAllConfigInfo", "startsecs are not known", cancellationToken) is not { } all)
            return;
        var startSeconds = new Dictionary<string, TimeSpan>(StringComparer.Ordinal);
        foreach (var process in all.Items)
        {
            if (process.TryGetMember("startsecs", out var value) && value.TryGetInt64(out var seconds) && seconds is >= 0 and <= int.MaxValue)
                startSeconds[$"{process.Text("group")}:{process.Text("name")}"] = TimeSpan.FromSeconds(seconds);
        }

        _tellsStartSeconds = startSeconds.Count > 0 || all.Items.Count == 0;
        if (!_tellsStartSeconds)
            log.Info(LogName, "this supervisord does not tell startsecs (4.0 and newer do): RUNNING comes when it notices by itself");
        _starts.Learn(startSeconds);
    }

    private async Task<XmlRpcValue?> AskAsync(string method, string consequence, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await supervisord.CallAsync(method, [], cancellationToken);
            _troubles.Over();
            return answer;
        }
        catch (SupervisordFaultException) when (method == WakeCall)
        {
            // It is going down, and awake.
            return null;
        }
        catch (SupervisordException error)
        {
            _troubles.Note(error, consequence);
            return null;
        }
    }

    /// <summary>Until there is a note, or something is due and may be done.</summary>
    private async Task WaitAsync(long? wakeDue, CancellationToken cancellationToken)
    {
        var wait = Until(wakeDue);
        if (wait < _budget.Remaining)
            wait = _budget.Remaining;
        var look = Until(_lookDue);
        wait = look < wait ? look : wait;
        // A timer counts whole milliseconds and must not end early.
        using var limit = new CancellationTokenSource(wait >= LongestWait ? LongestWait : wait + TimeSpan.FromMilliseconds(1), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await _notes.Reader.WaitToReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Something is due.
        }
    }

    /// <summary>Zero when it is due or past; very long when nothing is.</summary>
    private TimeSpan Until(long? due)
    {
        if (due is not { } at)
            return TimeSpan.MaxValue;
        var left = time.GetElapsedTime(time.GetTimestamp(), at);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private static long? Earlier(long? one, long? other) => one is not { } first || other < first ? other ?? one : one;

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);
}
