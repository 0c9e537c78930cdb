using Multivisor.Fleet.Feed;
using Multivisor.Fleet.Links;
using Multivisor.Fleet.Supervisors;
using Multivisor.Supervisord;

namespace Multivisor.Fleet.Operations;

/// <summary>Reread, update, restart or shutdown of one supervisor. It never throws: whatever happens is the result.</summary>
internal sealed class SupervisorOperation(OperationScope scope)
{
    public async Task<OperationResult> RunAsync(Supervisor supervisor, SupervisorAction action, CancellationToken cancellationToken)
    {
        var timer = scope.StartTimer();
        try
        {
            return action switch
            {
                SupervisorAction.Reread => await RereadAsync(supervisor, timer, cancellationToken),
                SupervisorAction.Update => await new SupervisorUpdate(scope).RunAsync(supervisor, timer, cancellationToken),
                SupervisorAction.Restart => await RestartAsync(supervisor, timer, cancellationToken),
                _ => await ShutdownAsync(supervisor, timer, cancellationToken),
            };
        }
        catch (Exception e) when (e is SupervisordFaultException or LinkException or TimeoutException)
        {
            scope.Notify(NotificationLevel.Error, supervisor.Name, action switch
            {
                SupervisorAction.Restart => $"Error restarting {supervisor.Name}: {e.Message}",
                SupervisorAction.Shutdown => $"Error shutting down {supervisor.Name}: {e.Message}",
                _ => e.Message,
            });
            return timer.Failed(supervisor.Name, e);
        }
    }

    private async Task<OperationResult> RereadAsync(Supervisor supervisor, OperationTimer timer, CancellationToken cancellationToken)
    {
        var changes = await supervisor.RequestAsync((c, t) => c.ReloadConfigurationAsync(t), cancellationToken);
        var counts = $"{changes.Added.Length} added; {changes.Changed.Length} changed; {changes.Removed.Length} disappeared";
        scope.Notify(NotificationLevel.Info, supervisor.Name, $"Reread config of {supervisor.Name} ({counts})");
        return timer.Done(supervisor.Name, counts);
    }

    private async Task<OperationResult> RestartAsync(Supervisor supervisor, OperationTimer timer, CancellationToken cancellationToken)
    {
        try
        {
            // A supervisord that restarts into a broken configuration does not come back: let it read it first.
            await supervisor.RequestAsync((c, t) => c.ReloadConfigurationAsync(t), cancellationToken);
        }
        catch (SupervisordFaultException e)
        {
            scope.Notify(NotificationLevel.Error, supervisor.Name, $"Cannot restart: {e.Message}");
            return timer.Failed(supervisor.Name, e);
        }

        await supervisor.RequestAsync((c, t) => c.RestartAsync(t), cancellationToken);
        scope.Notify(NotificationLevel.Info, supervisor.Name, $"Restarted {supervisor.Name}");
        return timer.Done(supervisor.Name, "restarting");
    }

    private async Task<OperationResult> ShutdownAsync(Supervisor supervisor, OperationTimer timer, CancellationToken cancellationToken)
    {
        await supervisor.RequestAsync((c, t) => c.ShutdownAsync(t), cancellationToken);
        scope.Notify(NotificationLevel.Info, supervisor.Name, $"Shut down {supervisor.Name}");
        return timer.Done(supervisor.Name, "shutting down");
    }
}
