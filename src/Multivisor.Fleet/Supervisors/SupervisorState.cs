using System.Collections.Immutable;
using Multivisor.Fleet.Feed;
using Multivisor.Fleet.History;
using Multivisor.Fleet.Links;
using Multivisor.Fleet.Model;
using Multivisor.Supervisord;

namespace Multivisor.Fleet.Supervisors;

/// <summary>
/// The state of one supervisor and its rules: what a read, an event or a loss changes, and what the feed is told.
/// </summary>
/// <remarks>Written by one loop only; <see cref="Snapshot"/> may be read by anybody. Swaps first, publishes afterwards.</remarks>
internal sealed class SupervisorState
{
    /// <summary>How long after a STOPPING the return of a restarted supervisord is looked for with short delays.</summary>
    private static readonly TimeSpan RestartWindow = TimeSpan.FromSeconds(60);

    /// <summary>How original agents are called in the configuration that their README recommends.</summary>
    private const string UsualAgentNamespec = "multivisor-rpc:multivisor-rpc";

    private readonly SupervisorDefinition _definition;
    private readonly string _address;
    private readonly FleetFeed _feed;
    private readonly TimeProvider _time;
    private readonly ProcessHistory _history;
    private SupervisorSnapshot _snapshot;
    private TaskCompletionSource? _changed;
    private string? _agentNamespec;
    private long _stoppingAt;
    private bool _isPolled;

    public SupervisorState(SupervisorDefinition definition, string address, FleetFeed feed, TimeProvider time, HistoryBudget history)
    {
        _definition = definition;
        _address = address;
        _feed = feed;
        _time = time;
        _history = new ProcessHistory(history);
        _snapshot = new SupervisorSnapshot
        {
            Name = definition.Name,
            Url = definition.Url,
            Host = definition.Host,
            Labels = definition.Labels,
            Link = new LinkStatus(LinkState.Connecting, time.GetUtcNow()) { Address = address, IsProtected = definition.IsProtected },
        };
    }

    public SupervisorSnapshot Snapshot => Volatile.Read(ref _snapshot);

    /// <summary>Completes at the next change of <see cref="Snapshot"/>; take it before reading the snapshot.</summary>
    public Task Changed
    {
        get
        {
            // Made only for those who ask: most changes nobody waits for.
            var mine = NewSignal();
            return (Interlocked.CompareExchange(ref _changed, mine, null) ?? mine).Task;
        }
    }

    /// <summary>What the processes went through since the server started.</summary>
    public ProcessHistory History => _history;

    public bool IsRestartExpected => _stoppingAt != 0 && _time.GetElapsedTime(_stoppingAt) < RestartWindow;

    public void SetAgent(string? @namespec)
    {
        _agentNamespec = @namespec;
        var old = Snapshot;
        var agent = AgentIn(old.Processes);
        if (agent == old.AgentNamespec)
            return;
        Swap(old with { AgentNamespec = agent });
        if (old.IsRunning)
            _feed.Publish(new FleetChange.SupervisorChanged(Snapshot));
    }

    /// <summary>A full state was read.</summary>
    /// <param name="took">How long the read took.</param>
    /// <returns>Whether anything is another than before.</returns>
    public bool ApplyRead(SupervisorIdentity identity, ImmutableArray<ProcessInfo> processes, ConnectionFacts facts, TimeSpan took)
    {
        var old = Snapshot;
        var now = _time.GetUtcNow();
        _isPolled = facts.PollPeriod is not null;
        var table = old.Processes.Read(_definition.Name, _definition.Host, processes, JudgeExit, out var sameProcesses, out var changed);
        var connected = old.Link.State == LinkState.Connected ? old.Link : new LinkStatus(LinkState.Connected, now) { Address = _address, Contact = old.Link.Contact };
        var link = connected with
        {
            Agent = facts.Agent,
            Address = facts.Address ?? _address,
            IsProtected = facts.IsProtected ?? _definition.IsProtected,
            IsSlow = facts.IsSlow,
            PollPeriod = facts.PollPeriod,
            ClockDifference = ClockDifference.Of(old.Link.ClockDifference, processes, now, took),
        };
        var asBefore = old.IsRunning && sameProcesses && old.Identity == identity;
        var isSameLink = old.Link.IsSameLink(link);
        foreach (var process in changed)
        {
            if (!old.Processes.TryGet(process.Namespec, out var before))
                continue;
            if (_isPolled && old.IsRunning && IsSilentRestart(before.Info, process.Info))
                NotePassedExit(process.Info, new PassedExit(before.Info.Pid, Expected: null));
            _history.Record(before, process, now, byRead: true);
        }

        link.Contact.Note(now);
        // Also when nothing changed that is worth an event: the clock and the uptimes are newer.
        _stoppingAt = 0;
        Swap(old with
        {
            IsRunning = true,
            Identity = identity,
            Processes = table,
            AgentNamespec = AgentIn(table),
            Link = link with { RoundTrip = facts.PollPeriod is null ? link.RoundTrip ?? took : took },
        });
        if (!sameProcesses)
            _history.Prune(table);
        if (!asBefore || !isSameLink)
            _feed.Publish(new FleetChange.SupervisorChanged(Snapshot));
        if (!asBefore)
            return true;

        foreach (var process in changed)
            PublishProcess(old.Processes.TryGet(process.Namespec, out var before) ? before : null, process);
        return changed.Length > 0;
    }

    /// <summary>
    /// Where no event tells of an exit, supervisord's words do: it writes <c>Bad exit code …</c> for one that was not expected, and clears
    /// them at each start. Where events tell, a read may come before its event and must not guess.
    /// </summary>
    private bool? JudgeExit(ProcessInfo info) =>
        _isPolled && info.State == ProcessState.Exited ? !info.SpawnError.StartsWith("Bad exit code", StringComparison.Ordinal) : null;

    /// <summary>Between two looks it ended and was started again. Where events tell, a look may only have been faster than they.</summary>
    private static bool IsSilentRestart(ProcessInfo before, ProcessInfo now) =>
        before.State.IsRunning() && now.State.IsRunning() && before.Pid != 0 && now.Pid != 0 && before.Pid != now.Pid && now.Start >= before.Start;

    /// <summary>One process was told of or read. False when it is not known: a full read must tell what changed.</summary>
    public bool ApplyProcess(ProcessInfo info, bool? exitExpected, bool byRead)
    {
        var old = Snapshot;
        if (!old.IsRunning || !old.Processes.TryGet(info, out var before))
            return false;
        var process = before.Later(info, exitExpected ?? before.ExitExpectedIn(info) ?? JudgeExit(info));
        var isSameExit = process.ExitExpected == before.ExitExpected;
        if (before.Info == info && isSameExit)
            return true;
        var now = _time.GetUtcNow();
        _history.Record(before, process, now, byRead);
        old.Link.Contact.Note(now);
        Swap(old with { Processes = old.Processes.With(process) });
        if (!isSameExit || !before.IsSameState(info))
            PublishProcess(before, process);
        return true;
    }

    /// <summary>
    /// A process ended and was started again before anybody could look: its state may never have shown it, so it is told
    /// and remembered here. To be called before what was read is applied.
    /// </summary>
    public void NotePassedExit(ProcessInfo info, PassedExit exit)
    {
        var old = Snapshot;
        if (!old.IsRunning || !old.Processes.TryGet(info.Namespec, out var before) || before.Info.State == ProcessState.Exited || exit.Pid == info.Pid)
            return;
        var now = _time.GetUtcNow();
        _history.RecordPassedExit(before, info, exit.Expected, now);
        var (how, level) = exit.Expected switch
        {
            true => ("exited as expected", NotificationLevel.Info),
            false => ("exited unexpectedly", NotificationLevel.Warning),
            _ => ("ended", NotificationLevel.Warning),
        };
        _feed.Publish(new FleetChange.Notification($"{info.Name} on {_definition.Name} {how} and was started again", level, now) { Subject = before.Uid });
    }

    /// <summary>supervisord answered a small question. Nothing that anybody is told of: it would be an event every few seconds for each supervisor.</summary>
    public void MarkAnswered(TimeSpan roundTrip)
    {
        var old = Snapshot;
        if (!old.IsRunning)
            return;
        old.Link.Contact.Note(_time.GetUtcNow());
        Swap(old with { Link = old.Link with { RoundTrip = roundTrip } });
    }

    /// <summary>supervisord said that it stops. What it did is no longer known from here on.</summary>
    public void MarkStopping()
    {
        _stoppingAt = _time.GetTimestamp();
        MarkNotRunning(LinkState.Stopping, $"{_definition.Name}: supervisord is shutting down or restarting", null);
    }

    /// <summary>The link is lost. False when that was known already, with the same reason.</summary>
    public bool MarkLost(string error, DateTimeOffset nextAttempt)
    {
        var old = Snapshot;
        if (old.Link.State == LinkState.Lost && old.Link.Error == error)
        {
            Swap(old with { Link = old.Link with { NextAttempt = nextAttempt } });
            return false;
        }

        MarkNotRunning(LinkState.Lost, error, nextAttempt);
        return true;
    }

    /// <summary>A lost supervisor is being tried again.</summary>
    public void MarkAttempt()
    {
        var old = Snapshot;
        if (old.Link.NextAttempt is not null)
            Swap(old with { Link = old.Link with { NextAttempt = null } });
    }

    private void MarkNotRunning(LinkState state, string error, DateTimeOffset? nextAttempt)
    {
        var old = Snapshot;
        var since = old.Link.State == LinkState.Lost && state == LinkState.Lost ? old.Link.Since : _time.GetUtcNow();
        Swap(old with
        {
            IsRunning = false,
            Identity = null,
            Link = old.Link with { State = state, Since = since, Error = error, RoundTrip = null, NextAttempt = nextAttempt },
        });
        _feed.Publish(new FleetChange.SupervisorChanged(Snapshot));
    }

    private string? AgentIn(ProcessTable processes)
    {
        var agent = _agentNamespec ?? UsualAgentNamespec;
        return processes.TryGet(agent, out _) ? agent : null;
    }

    private void PublishProcess(ProcessSnapshot? before, ProcessSnapshot process)
    {
        FleetMetrics.Events.Add(1);
        _feed.Publish(new FleetChange.ProcessChanged(process));
        if (before is not null && before.Info.StateName != process.Info.StateName)
        {
            _feed.Publish(new FleetChange.Notification(process, before.Info.StateName, LevelOf(process), _time.GetUtcNow()));
        }
    }

    private static NotificationLevel LevelOf(ProcessSnapshot process) => process.Info.State switch
    {
        ProcessState.Fatal => NotificationLevel.Error,
        ProcessState.Backoff or ProcessState.Unknown => NotificationLevel.Warning,
        ProcessState.Exited when process.ExitExpected == false => NotificationLevel.Warning,
        _ => NotificationLevel.Info,
    };

    private void Swap(SupervisorSnapshot snapshot)
    {
        Volatile.Write(ref _snapshot, snapshot);
        Interlocked.Exchange(ref _changed, null)?.TrySetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
