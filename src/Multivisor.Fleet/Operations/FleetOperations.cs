using Multivisor.Fleet.Access;
using Multivisor.Fleet.Feed;
using Multivisor.Fleet.Model;
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
    private readonly AccessScope _reach;
    private readonly CancellationToken _stopping;

    internal FleetOperations(SupervisorFleet fleet, FleetFeed feed, FleetOptions options, CancellationToken stopping)
    {
        _fleet = fleet;
        _options = options;
        _stopping = stopping;
        _reach = AccessScope.All;
        _scope = new OperationScope(feed, options);
    }

    private FleetOperations(FleetOperations all, AccessScope reach)
    {
        _fleet = all._fleet;
        _options = all._options;
        _stopping = all._stopping;
        _scope = all._scope;
        _reach = reach;
    }

    /// <summary>The same actions for somebody who may touch only a part: to these, what is outside of it does not exist.</summary>
    public FleetOperations Within(AccessScope reach) => reach.IsAll ? this : new FleetOperations(this, reach);

    /// <param name="patterns">Comma-separated patterns of uids (<see cref="TargetSelector.SelectProcesses"/>).</param>
    /// <param name="signal">A name or number, for <see cref="ProcessAction.Signal"/> only.</param>
    public OperationPlan PlanOnProcesses(string patterns, ProcessAction action, string? signal = null)
    {
        if (action == ProcessAction.Signal)
            ArgumentException.ThrowIfNullOrWhiteSpace(signal);
        var names = TargetSelector.Split(patterns);
        var selection = TargetSelector.SelectProcesses(_fleet.Supervisors, names, _reach);
        var operation = new ProcessOperation(_scope);
        var only = names is [var name] && selection.Targets is [var target] && target.Process.Uid == name;
        return Plan(
            $"process/{action}",
            selection.Targets.Select(t => Planned(t, ProcessOperation.SkipReason(t, action, only))),
            selection.UnknownNames,
            () => selection.Targets.Select(t => OneAsync(operation.RunAsync(t, action, signal, only, _stopping))));
    }

    /// <summary>Clears the logs of processes. supervisord clears both of a process together.</summary>
    /// <param name="patterns">Comma-separated patterns of uids.</param>
    public OperationPlan PlanToClearLogs(string patterns)
    {
        var selection = TargetSelector.SelectProcesses(_fleet.Supervisors, TargetSelector.Split(patterns), _reach);
        var operation = new LogClearOperation(_scope);
        return Plan(
            "process/log/clear",
            selection.Targets.Select(t => Planned(t, LogClearOperation.SkipReason(t))),
            selection.UnknownNames,
            () => selection.Targets.Select(t => OneAsync(operation.RunAsync(t, _stopping))));
    }

    /// <summary>Writes a text to the standard input of processes.</summary>
    /// <param name="patterns">Comma-separated patterns of uids.</param>
    /// <exception cref="ArgumentException">The text is longer than 65,536 characters.</exception>
    public OperationPlan PlanToSendStdin(string patterns, string text)
    {
        if (text.Length > StdinOperation.MaxLength)
            throw new ArgumentException($"the text has more than {StdinOperation.MaxLength} characters", nameof(text));
        var selection = TargetSelector.SelectProcesses(_fleet.Supervisors, TargetSelector.Split(patterns), _reach);
        var operation = new StdinOperation(_scope);
        return Plan(
            "process/stdin",
            selection.Targets.Select(t => Planned(t, StdinOperation.SkipReason(t))),
            selection.UnknownNames,
            () => selection.Targets.Select(t => OneAsync(operation.RunAsync(t, text, _stopping))));
    }

    /// <summary>The processes that patterns of uids mean now, and the names among them that mean none.</summary>
    public (IReadOnlyList<(Supervisor Supervisor, ProcessSnapshot Process)> Processes, IReadOnlyList<string> UnknownNames) Select(string patterns)
    {
        var selection = TargetSelector.SelectProcesses(_fleet.Supervisors, TargetSelector.Split(patterns), _reach);
        return ([.. selection.Targets.Select(t => (t.Supervisor, t.Process))], selection.UnknownNames);
    }

    /// <param name="patterns">Comma-separated patterns of <c>supervisor:group</c>.</param>
    /// <param name="action">Start, stop or restart.</param>
    public OperationPlan PlanOnGroups(string patterns, ProcessAction action)
    {
        var selection = TargetSelector.SelectGroups(_fleet.Supervisors, TargetSelector.Split(patterns), _reach);
        var operation = new GroupOperation(_scope);
        return Plan(
            $"group/{action}",
            selection.Targets.SelectMany(
                t => t.Members, (t, member) => Planned(new ProcessTarget(t.Supervisor, member), GroupOperation.SkipReason(t))),
            selection.UnknownNames,
            () => selection.Targets.Select(t => operation.RunAsync(t, action, _stopping)));
    }

    /// <param name="names">Comma-separated names of supervisors; no patterns.</param>
    public OperationPlan PlanOnSupervisors(string names, SupervisorAction action)
    {
        var unknown = new List<string>();
        var targets = new List<Supervisor>();
        foreach (var name in TargetSelector.Split(names).Distinct(StringComparer.Ordinal))
        {
            if (_fleet.TryGet(name, out var supervisor) && _reach.CoversSupervisor(name))
                targets.Add(supervisor);
            else
                unknown.Add(name);
        }

        var operation = new SupervisorOperation(_scope);
        return Plan(
            $"supervisor/{action}",
            targets.Select(t => new PlannedTarget(t.Name, t.Name, t.Definition.Host)),
            unknown,
            () => targets.Select(t => OneAsync(operation.RunAsync(t, action, _stopping))));
    }

    /// <inheritdoc cref="PlanOnProcesses"/>
    public Task<OperationReport> RunOnProcessesAsync(string patterns, ProcessAction action, string? signal = null) =>
        PlanOnProcesses(patterns, action, signal).Start().Report;

    /// <inheritdoc cref="PlanOnGroups"/>
    public Task<OperationReport> RunOnGroupsAsync(string patterns, ProcessAction action) => PlanOnGroups(patterns, action).Start().Report;

    /// <inheritdoc cref="PlanOnSupervisors"/>
    public Task<OperationReport> RunOnSupervisorsAsync(string names, SupervisorAction action) => PlanOnSupervisors(names, action).Start().Report;

    private static PlannedTarget Planned(ProcessTarget target, string? skipReason) =>
        new(target.Process.Uid, target.Process.Supervisor, target.Process.Host, skipReason);

    private static async Task<IReadOnlyList<OperationResult>> OneAsync(Task<OperationResult> operation) => [await operation];

    private OperationPlan Plan(
        string action, IEnumerable<PlannedTarget> targets, IReadOnlyList<string> unknown,
        Func<IEnumerable<Task<IReadOnlyList<OperationResult>>>> start)
    {
        // Lower case is how the routes call them.
#pragma warning disable CA1308
        var name = action.ToLowerInvariant();
#pragma warning restore CA1308
        return new OperationPlan(name, [.. targets], unknown, plan =>
        {
            var started = _options.Time.GetTimestamp();
            return new OperationRun(plan, start(), results => Report(plan, results, _options.Time.GetElapsedTime(started)));
        });
    }

    private static OperationReport Report(OperationPlan plan, OperationResult[] results, TimeSpan elapsed)
    {
        FleetMetrics.ActionDuration.Record(elapsed.TotalSeconds, new KeyValuePair<string, object?>("action", plan.Action));
        return new OperationReport(plan.Action, results, plan.UnknownNames, elapsed);
    }
}
