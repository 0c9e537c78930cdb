using Multivisor.Fleet.Feed;
using Multivisor.Fleet.Supervisors;
using Multivisor.Supervisord;

namespace Multivisor.Fleet.Operations;

/// <summary>
/// What <c>supervisorctl update</c> does, made robust: a process that is already STOPPING is awaited, and a group that
/// fails does not keep the next one from being updated (supervisor.md section 6).
/// </summary>
internal sealed class SupervisorUpdate(OperationScope scope)
{
    private const int RemoveAttempts = 3;

    public async Task<OperationResult> RunAsync(Supervisor supervisor, OperationTimer timer, CancellationToken cancellationToken)
    {
        var changes = await supervisor.RequestAsync((c, t) => c.ReloadConfigurationAsync(t), cancellationToken);
        var problems = new List<string>();
        foreach (var group in changes.Removed)
            await UpdateGroupAsync(supervisor, group, remove: true, add: false, problems, cancellationToken);
        foreach (var group in changes.Changed)
            await UpdateGroupAsync(supervisor, group, remove: true, add: true, problems, cancellationToken);
        foreach (var group in changes.Added)
            await UpdateGroupAsync(supervisor, group, remove: false, add: true, problems, cancellationToken);
        if (!changes.Removed.IsEmpty || !changes.Changed.IsEmpty || !changes.Added.IsEmpty)
            await supervisor.RefreshAsync(cancellationToken);

        var counts = $"{changes.Added.Length} added; {changes.Changed.Length} changed; {changes.Removed.Length} removed";
        if (problems.Count == 0)
            return timer.Done(supervisor.Name, counts);
        var message = string.Join("; ", problems);
        scope.Notify(NotificationLevel.Error, supervisor.Name, $"Update of {supervisor.Name}: {message}");
        return timer.Failed(supervisor.Name, $"{message} ({counts})");
    }

    private async Task UpdateGroupAsync(
        Supervisor supervisor, string group, bool remove, bool add, List<string> problems, CancellationToken cancellationToken)
    {
        if (remove && IsAgentGroup(supervisor, group))
        {
            problems.Add($"{group} is the group of the agent through which {supervisor.Name} is reached: "
                + $"run 'supervisorctl update {group}' on the host");
            return;
        }

        try
        {
            if (remove)
                await RemoveAsync(supervisor, group, cancellationToken);
            if (add)
                await supervisor.RequestAsync((c, t) => c.AddGroupAsync(group, t), cancellationToken);
        }
        catch (Exception e) when (e is SupervisordFaultException or TimeoutException)
        {
            problems.Add($"{group}: {e.Message}");
        }
    }

    private static bool IsAgentGroup(Supervisor supervisor, string group) =>
        supervisor.AgentNamespec?.StartsWith($"{group}:", StringComparison.Ordinal) == true;

    private async Task RemoveAsync(Supervisor supervisor, string group, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var members = supervisor.Snapshot.Processes.All.Where(p => p.Info.Group == group).ToArray();
            await supervisor.RequestAsync((c, t) => c.StopGroupAsync(group, t), cancellationToken);
            await Task.WhenAll(members.Select(m => scope.FollowUntilStoppedAsync(supervisor, m.Namespec, m, cancellationToken)));
            try
            {
                await supervisor.RequestAsync((c, t) => c.RemoveGroupAsync(group, t), cancellationToken);
                return;
            }
            catch (SupervisordFaultException e) when (e.Fault == SupervisordFault.StillRunning && attempt < RemoveAttempts)
            {
                // One of it came up meanwhile: EXITED is not stopped by supervisord, but may be about to be restarted.
            }
        }
    }
}
