using Multivisor.Supervisord.Events;
using Multivisor.Supervisord.XmlRpc;

namespace Multivisor.Agent.Events;

/// <summary>
/// Turns events into items for the subscribers: adds what the process is now, and adds items for what no event told. Keeps what
/// subscribers have been told. Not thread-safe: the event pipeline owns it.
/// </summary>
/// <remarks>
/// <c>all</c>, throughout, is a look at all processes that serves a whole batch; null until one is needed. The process of a single event is
/// asked for alone, that of several is found in one look.
/// </remarks>
internal sealed class EventTeller(ProcessLooks looks, Subscribers subscribers, CheckSchedule schedule, string pool, AgentLog log, TimeProvider time)
{
    private const string LogName = "events";

    /// <summary>How long an event of a group may come after a look has told the same.</summary>
    private static readonly TimeSpan LateEvent = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, long> _comeBack = new(StringComparer.Ordinal);
    private KnownProcesses? _known;
    private SyntheticHeader _header = new("supervisor", "0", pool, "0");

    /// <summary>There is something to compare with.</summary>
    public bool HasStarted => _known is not null;

    public static bool NeedsProcess(ListenerEvent received) => received.Name.StartsWith("PROCESS_STATE", StringComparison.Ordinal);

    /// <summary>Reads the states against which later losses are repaired. Nothing is told: new subscribers read for themselves.</summary>
    public async Task<XmlRpcValue?> StartAsync(CancellationToken cancellationToken)
    {
        var all = await looks.AllAsync(cancellationToken);
        if (all is not { } processes)
        {
            schedule.Failed();
            return null;
        }

        if (await looks.IdentificationAsync(cancellationToken) is { } identification)
            _header = _header with { Server = identification };
        _known = new KnownProcesses(processes);
        schedule.Done(looks.Cost);
        return all;
    }

    /// <summary>supervisord answers nothing: who follows its state must not take it for true any longer.</summary>
    public void TellSilence() => subscribers.Publish(EventItem.Silent(_header));

    public void Forget()
    {
        _known = null;
        _comeBack.Clear();
    }

    public async Task<XmlRpcValue?> ForwardAsync(ListenerEvent received, XmlRpcValue? all, CancellationToken cancellationToken)
    {
        _header = new SyntheticHeader(received.Server, received.Serial, pool, received.PoolSerial);
        if (NeedsProcess(received))
            return await ForwardProcessAsync(received, all, cancellationToken);
        if (received.Name.StartsWith("SUPERVISOR_STATE_CHANGE", StringComparison.Ordinal))
            subscribers.Publish(EventItem.FromEvent(received));
        else if (received.Name is "PROCESS_GROUP_ADDED" or "PROCESS_GROUP_REMOVED")
            return await ForwardGroupAsync(received, all, cancellationToken);
        else if (received.Name.StartsWith("TICK", StringComparison.Ordinal))
            schedule.Tick();
        else
            log.Debug(LogName, $"{received.Name} ignored");
        return all;
    }

    /// <summary>Tells what differs between what subscribers know and what is.</summary>
    public async Task CheckAsync(XmlRpcValue? all, CancellationToken cancellationToken)
    {
        if (_known is not { } known)
            return;
        if ((all ?? await looks.AllAsync(cancellationToken)) is not { } processes)
        {
            schedule.Failed();
            return;
        }

        var differences = known.Compare(processes);
        if (!differences.IsEmpty && !schedule.IsUrgent)
        {
            schedule.SecondLook();
            return;
        }

        foreach (var group in differences.Removed.Except(differences.Added))
            PublishGroup(known, group, added: false, processes);
        foreach (var group in differences.Added)
            PublishGroup(known, group, added: true, processes);
        foreach (var (before, now) in differences.Changed)
            subscribers.Publish(EventItem.State(_header, before, now));
        known.Replace(processes);
        schedule.Done(looks.Cost);
        if (!differences.IsEmpty)
        {
            log.Info(
                LogName,
                $"told what no event had: {differences.Changed.Count} processes, {differences.Added.Count} groups added, {differences.Removed.Count} removed");
        }
    }

    private async Task<XmlRpcValue?> ForwardProcessAsync(ListenerEvent received, XmlRpcValue? all, CancellationToken cancellationToken)
    {
        var (group, name) = (Value(received, "groupname"), Value(received, "processname"));
        var isUnknown = _known?.Has(group, name) == false;
        if (isUnknown)
            all ??= await looks.AllAsync(cancellationToken);
        var process = all is { } look ? Find(look, group, name) : await looks.OneAsync(group, name, cancellationToken);
        if (process is not { } info)
        {
            // As with the original: during a shutdown nothing can be read any more, and a removed group is not there.
            schedule.NoteLoss();
            return all;
        }

        if (isUnknown && all is { } looked)
        {
            // A group that subscribers have not heard of: they are told before its events. Others may have come or gone with it.
            PublishGroup(_known!, group, added: true, looked);
            schedule.Now();
        }

        _known?.Set(info);
        subscribers.Publish(EventItem.FromEvent(received, info));
        return all;
    }

    private async Task<XmlRpcValue?> ForwardGroupAsync(ListenerEvent received, XmlRpcValue? all, CancellationToken cancellationToken)
    {
        var group = Value(received, "groupname");
        var added = received.Name == "PROCESS_GROUP_ADDED";
        if (_known is not null)
        {
            // Told already, by a look that was faster than the event.
            if (_known.HasGroup(group) == added)
                return all;
            if (!added && _comeBack.Remove(group, out var told) && time.GetElapsedTime(told) < LateEvent)
            {
                // Gone and come back, told by a look; should it be gone once more, the next look tells.
                schedule.NoteLoss();
                return all;
            }

            if (added)
                all ??= await looks.AllAsync(cancellationToken);
            if (added && all is { } processes)
                _known.SetGroup(group, processes);
            else
                _known.RemoveGroup(group);
        }

        subscribers.Publish(EventItem.FromEvent(received));
        return all;
    }

    /// <summary>Tells that a group has come or gone; one that comes though it is known has gone and come back with other processes.</summary>
    private void PublishGroup(KnownProcesses known, string group, bool added, XmlRpcValue all)
    {
        var comesBack = added && known.HasGroup(group);
        if (!added || comesBack)
            subscribers.Publish(EventItem.Group(_header, group, added: false));
        known.RemoveGroup(group);
        if (!added)
            return;
        known.SetGroup(group, all);
        subscribers.Publish(EventItem.Group(_header, group, added: true));
        if (comesBack)
            _comeBack[group] = time.GetTimestamp();
    }

    private static string Value(ListenerEvent received, string key)
    {
        foreach (var pair in received.ReadPairs())
        {
            if (pair.Key == key)
                return pair.Value;
        }

        return "";
    }

    private static XmlRpcValue? Find(XmlRpcValue all, string group, string name)
    {
        foreach (var process in all.Items)
        {
            if (process.Text("name") == name && process.Text("group") == group)
                return process;
        }

        return null;
    }
}
