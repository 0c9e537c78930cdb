using Multivisor.Fleet.Feed;
using Multivisor.Fleet.Supervisors;

namespace Multivisor.Fleet.Operations;

/// <summary>The actions of the fleet: patterns to targets, run side by side, one result for each.</summary>
/// <remarks>
/// A request that has begun is carried out even when its client goes away; it ends with the program or after
/// <see cref="FleetOptions.ActionLimit"/>. Targets on one supervisor share its few requests in flight; supervisors
/// share nothing, so one that hangs delays no other.
/// </remarks>
public sealed class FleetOperations
{
    private readonly SupervisorFleet _fleet;
    private readonly FleetOptions _options;
    private readonly OperationScope _scope;
    private readonly CancellationToken _stopping;

    internal FleetOperations(SupervisorFleet fleet, FleetFeed feed, FleetOptions options, CancellationToken stopping)
    {
        _fleet = fleet;
        _options = options;
        _stopping = stopping;
        _scope = new OperationScope(feed, options);
    }

    /// <param name="patterns">Comma-separated patterns of uids (<see cref="TargetSelector.SelectProcesses"/>).</param>
    /// <param name="signal">A name or number, for <see cref="ProcessAction.Signal"/> only.</param>
    public Task<OperationReport> RunOnProcessesAsync(string patterns, ProcessAction action, string? signal = null)
    {
        if (action == ProcessAction.Signal)
            ArgumentException.ThrowIfNullOrWhiteSpace(signal);
        var names = TargetSelector.Split(patterns);
        var selection = TargetSelector.SelectProcesses(_fleet.Supervisors, names);
        var operation = new ProcessOperation(_scope);
        var only = names is [var name] && selection.Targets is [var target] && target.Process.Uid == name;
        return RunAsync(
            $"process/{action}",
            selection.UnknownNames,
            selection.Targets.Select(t => operation.RunAsync(t, action, signal, only, _stopping)));
    }

    /// <param name="patterns">Comma-separated patterns of <c>supervisor:group</c>.</param>
    /// <param name="action">Start, stop or restart.</param>
    public async Task<OperationReport> RunOnGroupsAsync(string patterns, ProcessAction action)
    {
        var selection = TargetSelector.SelectGroups(_fleet.Supervisors, TargetSelector.Split(patterns));
        var operation = new GroupOperation(_scope);
        var started = _options.Time.GetTimestamp();
        var results = await Task.WhenAll(selection.Targets.Select(target => operation.RunAsync(target, action, _stopping)));
        return Report($"group/{action}", selection.UnknownNames, [.. results.SelectMany(r => r)], started);
    }

    /// <param name="names">Comma-separated names of supervisors; no patterns.</param>
    public Task<OperationReport> RunOnSupervisorsAsync(string names, SupervisorAction action)
    {
        var unknown = new List<string>();
        var targets = new List<Supervisor>();
        foreach (var name in TargetSelector.Split(names).Distinct(StringComparer.Ordinal))
        {
            if (_fleet.TryGet(name, out var supervisor))
                targets.Add(supervisor);
            else
                unknown.Add(name);
        }

        var operation = new SupervisorOperation(_scope);
        return RunAsync($"supervisor/{action}", unknown, targets.Select(target => operation.RunAsync(target, action, _stopping)));
    }

    private async Task<OperationReport> RunAsync(
        string action, IReadOnlyList<string> unknown, IEnumerable<Task<OperationResult>> operations)
    {
        var started = _options.Time.GetTimestamp();
        return Report(action, unknown, await Task.WhenAll(operations), started);
    }

    private OperationReport Report(string action, IReadOnlyList<string> unknown, OperationResult[] results, long started)
    {
        // Lower case is how the routes call them.
#pragma warning disable CA1308
        var name = action.ToLowerInvariant();
#pragma warning restore CA1308
        FleetMetrics.ActionDuration.Record(
            _options.Time.GetElapsedTime(started).TotalSeconds, new KeyValuePair<string, object?>("action", name));
        return new OperationReport(name, results, unknown);
    }
}
