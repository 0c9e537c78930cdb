using Multivisor.Fleet.Feed;
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
    private readonly FleetFeed _feed;
    private readonly TimeProvider _time;
    private SupervisorSnapshot _snapshot;
    private TaskCompletionSource _changed = NewSignal();
    private string? _agentNamespec;
    private long _stoppingAt;

    public SupervisorState(SupervisorDefinition definition, FleetFeed feed, TimeProvider time)
    {
        _definition = definition;
        _feed = feed;
        _time = time;
        _snapshot = new SupervisorSnapshot
        {
            Name = definition.Name,
            Url = definition.Url,
            Host = definition.Host,
            Link = new LinkStatus(LinkState.Connecting, time.GetUtcNow()),
        };
    }

    public SupervisorSnapshot Snapshot => Volatile.Read(ref _snapshot);

    /// <summary>Completes at the next change of <see cref="Snapshot"/>; take it before reading the snapshot.</summary>
    public Task Changed => Volatile.Read(ref _changed).Task;

    public string? AgentNamespec =>
        _agentNamespec ?? (Snapshot.Processes.TryGet(UsualAgentNamespec, out _) ? UsualAgentNamespec : null);

    public bool IsRestartExpected => _stoppingAt != 0 && _time.GetElapsedTime(_stoppingAt) < RestartWindow;

    public void SetAgent(string? @namespec) => _agentNamespec = @namespec;

    /// <summary>A full state was read.</summary>
    public void ApplyRead(SupervisorIdentity identity, IEnumerable<ProcessInfo> processes, AgentInfo agent)
    {
        var old = Snapshot;
        var read = ProcessTable.From(_definition.Name, _definition.Host, processes);
        var table = old.Processes.Merge(read, out var sameProcesses, out var changed);
        var asBefore = old.IsRunning && sameProcesses && old.Identity == identity;
        // Also when nothing changed that is worth an event: the clock and the uptimes are newer.
        _stoppingAt = 0;
        Swap(old with
        {
            IsRunning = true,
            Identity = identity,
            Processes = table,
            Link = old.Link.State == LinkState.Connected ? old.Link : new LinkStatus(LinkState.Connected, _time.GetUtcNow(), null, agent),
        });
        if (!asBefore)
        {
            _feed.Publish(new FleetChange.SupervisorChanged(Snapshot));
            return;
        }

        foreach (var process in changed)
            PublishProcess(old.Processes.TryGet(process.Info.Namespec, out var before) ? before : null, process);
    }

    /// <summary>One process was read. False when it is not known: a full read must tell what changed.</summary>
    public bool ApplyProcess(ProcessInfo info)
    {
        var old = Snapshot;
        if (!old.IsRunning || !old.Processes.TryGet(info.Namespec, out var before))
            return false;
        if (before.Info == info)
            return true;
        var process = new ProcessSnapshot(_definition.Name, _definition.Host, info);
        Swap(old with { Processes = old.Processes.With(process) });
        if (!before.IsSameState(info))
            PublishProcess(before, process);
        return true;
    }

    /// <summary>supervisord said that it stops. What it did is no longer known from here on.</summary>
    public void MarkStopping()
    {
        _stoppingAt = _time.GetTimestamp();
        MarkNotRunning(LinkState.Stopping, $"{_definition.Name}: supervisord is shutting down or restarting");
    }

    /// <summary>The link is lost. False when that was known already, with the same reason.</summary>
    public bool MarkLost(string error)
    {
        var link = Snapshot.Link;
        if (link.State == LinkState.Lost && link.Error == error)
            return false;
        MarkNotRunning(LinkState.Lost, error);
        return true;
    }

    private void MarkNotRunning(LinkState state, string error)
    {
        var old = Snapshot;
        var since = old.Link.State == LinkState.Lost && state == LinkState.Lost ? old.Link.Since : _time.GetUtcNow();
        Swap(old with { IsRunning = false, Identity = null, Link = new LinkStatus(state, since, error, old.Link.Agent) });
        _feed.Publish(new FleetChange.SupervisorChanged(Snapshot));
    }

    private void PublishProcess(ProcessSnapshot? before, ProcessSnapshot process)
    {
        FleetMetrics.Events.Add(1);
        _feed.Publish(new FleetChange.ProcessChanged(process));
        if (before is not null && before.Info.StateName != process.Info.StateName)
        {
            _feed.Publish(new FleetChange.Notification(
                $"{process.Info.Name} on {process.Supervisor} changed from {before.Info.StateName} to {process.Info.StateName}",
                NotificationLevel.Info,
                _time.GetUtcNow()));
        }
    }

    private void Swap(SupervisorSnapshot snapshot)
    {
        Volatile.Write(ref _snapshot, snapshot);
        Interlocked.Exchange(ref _changed, NewSignal()).TrySetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
