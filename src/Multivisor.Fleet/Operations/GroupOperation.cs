using Multivisor.Fleet.Feed;
using Multivisor.Fleet.Links;
using Multivisor.Fleet.Model;
using Multivisor.Supervisord;

namespace Multivisor.Fleet.Operations;

/// <summary>Start, stop or restart of a whole group with supervisord's own group calls, which keep to the priorities.</summary>
internal sealed class GroupOperation(OperationScope scope)
{
    /// <summary>Why nothing is asked of supervisord for this group; null when it is.</summary>
    public static string? SkipReason(GroupTarget target) => target.HasAgent ? AgentGuard.Reason(target.Supervisor.Name) : null;

    public async Task<IReadOnlyList<OperationResult>> RunAsync(
        GroupTarget target, ProcessAction action, CancellationToken cancellationToken)
    {
        var timer = scope.StartTimer();
        if (SkipReason(target) is { } reason)
            return [.. target.Members.Select(m => timer.Skipped(m.Uid, reason))];
        try
        {
            return action switch
            {
                ProcessAction.Start => await StartAsync(target, timer, cancellationToken),
                ProcessAction.Stop => await StopAsync(target, timer, cancellationToken),
                ProcessAction.Restart => await RestartAsync(target, timer, cancellationToken),
                _ => throw new ArgumentOutOfRangeException(nameof(action), action, "A group can be started, stopped or restarted."),
            };
        }
        catch (Exception e) when (e is SupervisordFaultException or LinkException)
        {
            scope.Notify(NotificationLevel.Error, target.Uid, $"Error trying to {Verb(action)} {target.Uid}! {e.Message}");
            return [.. target.Members.Select(m => timer.Failed(m.Uid, e))];
        }
    }

    private async Task<IReadOnlyList<OperationResult>> StartAsync(
        GroupTarget target, OperationTimer timer, CancellationToken cancellationToken)
    {
        var started = await StartNowAsync();
        if (!Array.Exists(started, r => r.Outcome == OperationOutcome.Done))
            return started;
        var stopping = (await StoppingAsync(target, cancellationToken)).ToDictionary(m => m.Uid, StringComparer.Ordinal);
        if (stopping.Count == 0)
            return started;

        // supervisord says OK for those as well, and starts them not (supervisor.md section 4).
        var errors = await Task.WhenAll(stopping.Values.Select(async m => (m.Uid, Error: await WaitUntilStoppedAsync(target, m, cancellationToken))));
        var failed = errors.Where(e => e.Error is not null).ToDictionary(e => e.Uid, e => timer.Failed(e.Uid, e.Error!), StringComparer.Ordinal);
        var again = await StartNowAsync();
        return [.. started.Zip(again, (first, second) => stopping.ContainsKey(first.Target) ? failed.GetValueOrDefault(first.Target, second) : first)];

        async Task<OperationResult[]> StartNowAsync()
        {
            var statuses = await target.Supervisor.RequestAsync((c, t) => c.StartGroupAsync(target.Group, t), cancellationToken);
            return Results(target, timer, statuses, "started", "already running");
        }
    }

    /// <summary>Members that a start just now has not started: what was known of them may be older than their stop.</summary>
    private static async Task<IEnumerable<ProcessSnapshot>> StoppingAsync(GroupTarget target, CancellationToken cancellationToken)
    {
        try
        {
            await target.Supervisor.RefreshStatesAsync(cancellationToken);
        }
        catch (Exception e) when (e is LinkException or SupervisordFaultException)
        {
            // The start was accepted; what became of it will be told when the supervisor is back.
        }

        var now = target.Supervisor.Snapshot.Processes;
        return target.Members.Where(m => IsStopping(m) || (now.TryGet(m.Namespec, out var process) && IsStopping(process)));

        static bool IsStopping(ProcessSnapshot member) => member.Info.State == ProcessState.Stopping;
    }

    private async Task<IReadOnlyList<OperationResult>> StopAsync(
        GroupTarget target, OperationTimer timer, CancellationToken cancellationToken)
    {
        var statuses = await target.Supervisor.RequestAsync((c, t) => c.StopGroupAsync(target.Group, t), cancellationToken);
        var results = Results(target, timer, statuses, "stopped", "not running");
        return await Task.WhenAll(target.Members.Zip(results, async (member, result) =>
        {
            // supervisord neither lists nor awaits those that are STOPPING already, and one that refused will not stop.
            var stopping = result.Outcome == OperationOutcome.Skipped && member.Info.State == ProcessState.Stopping;
            if (result.Outcome != OperationOutcome.Done && !stopping)
                return result;
            var error = await WaitUntilStoppedAsync(target, member, cancellationToken);
            return error is null ? timer.Done(member.Uid, "stopped") : timer.Failed(member.Uid, error);
        }));
    }

    private async Task<IReadOnlyList<OperationResult>> RestartAsync(
        GroupTarget target, OperationTimer timer, CancellationToken cancellationToken)
    {
        var stops = await StopAsync(target, timer, cancellationToken);
        var failed = stops.Where(r => r.Outcome == OperationOutcome.Failed).ToDictionary(r => r.Target, StringComparer.Ordinal);
        var statuses = await target.Supervisor.RequestAsync((c, t) => c.StartGroupAsync(target.Group, t), cancellationToken);
        var starts = Results(target, timer, statuses, "restarted", "already running");
        return [.. starts.Select(r => failed.GetValueOrDefault(r.Target, r))];
    }

    private static OperationResult[] Results(
        GroupTarget target, OperationTimer timer, IEnumerable<ProcessStatus> statuses, string done, string untouched)
    {
        var asked = new Dictionary<string, ProcessStatus>(StringComparer.Ordinal);
        foreach (var status in statuses)
            asked[status.Name] = status;
        return
        [
            .. target.Members.Select(m => !asked.TryGetValue(m.Info.Name, out var status)
                ? timer.Skipped(m.Uid, untouched)
                : status.Succeeded
                    ? timer.Done(m.Uid, done)
                    : timer.Failed(m.Uid, status.Description, status.Status)),
        ];
    }

    /// <returns>Null when it stopped, else why that is not known.</returns>
    private async Task<string?> WaitUntilStoppedAsync(GroupTarget target, ProcessSnapshot member, CancellationToken cancellationToken)
    {
        try
        {
            await scope.FollowUntilStoppedAsync(target.Supervisor, member.Namespec, member, cancellationToken);
            return null;
        }
        catch (Exception e) when (e is SupervisordFaultException or LinkException or TimeoutException)
        {
            return e.Message;
        }
    }

    private static string Verb(ProcessAction action) => action switch
    {
        ProcessAction.Start => "start",
        ProcessAction.Stop => "stop",
        _ => "restart",
    };
}
