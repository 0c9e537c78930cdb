using Multivisor.Fleet.Feed;
using Multivisor.Fleet.Links;
using Multivisor.Fleet.Model;
using Multivisor.Supervisord;

namespace Multivisor.Fleet.Operations;

/// <summary>Start, stop, restart or signal of one process. It never throws: whatever happens is the result.</summary>
/// <remarks>
/// supervisord is asked without waiting, and the state is followed: a stop that takes minutes holds no connection and no
/// place among the requests in flight.
/// </remarks>
internal sealed class ProcessOperation(OperationScope scope)
{
    private const int StartAttempts = 3;
    private static readonly TimeSpan LossLimit = TimeSpan.FromSeconds(2);

    /// <summary>Why nothing is asked of supervisord for this target; null when it is.</summary>
    public static string? SkipReason(ProcessTarget target, ProcessAction action, bool isOnlyTarget) =>
        target.IsAgent && (action != ProcessAction.Restart || !isOnlyTarget) ? AgentGuard.Reason(target.Supervisor.Name) : null;

    public async Task<OperationResult> RunAsync(
        ProcessTarget target, ProcessAction action, string? signal, bool isOnlyTarget, CancellationToken cancellationToken)
    {
        var timer = scope.StartTimer();
        var uid = target.Process.Uid;
        try
        {
            if (target.IsAgent)
                return await RunOnAgentAsync(target, action, isOnlyTarget, timer, cancellationToken);
            return action switch
            {
                ProcessAction.Start => await StartAsync(target, timer, cancellationToken),
                ProcessAction.Stop => await StopAsync(target, timer, cancellationToken),
                ProcessAction.Restart => await RestartAsync(target, timer, cancellationToken),
                _ => await SignalAsync(target, signal!, timer, cancellationToken),
            };
        }
        catch (Exception e) when (e is SupervisordFaultException or LinkException or TimeoutException)
        {
            Notify(target, action, e.Message);
            return timer.Failed(uid, e);
        }
    }

    private async Task<OperationResult> StartAsync(ProcessTarget target, OperationTimer timer, CancellationToken cancellationToken)
    {
        if (target.Process.Info.State == ProcessState.Stopping)
            await WaitUntilStoppedAsync(target, target.Process, cancellationToken);
        try
        {
            await StartForSureAsync(target, cancellationToken);
            return timer.Done(target.Process.Uid, "started");
        }
        catch (SupervisordFaultException e) when (e.Fault == SupervisordFault.AlreadyStarted)
        {
            return timer.Skipped(target.Process.Uid, "already running", e.Code);
        }
    }

    /// <summary>supervisord answers "true" to a start of a STOPPING process, and starts nothing (supervisor.md section 4); what is known may be older than that.</summary>
    private async Task StartForSureAsync(ProcessTarget target, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            await target.Supervisor.RequestAsync((c, t) => c.StartProcessAsync(target.Namespec, t), cancellationToken);
            try
            {
                await target.Supervisor.RefreshProcessAsync(target.Namespec, cancellationToken);
            }
            catch (Exception e) when (e is LinkException or SupervisordFaultException)
            {
                // It was accepted; what became of it will be told when the supervisor is back.
                return;
            }

            if (!IsStopping(target))
                return;
            if (attempt == StartAttempts)
                throw new TimeoutException($"it was stopping at each of {StartAttempts} starts; somebody else seems to stop it");
            await WaitUntilStoppedAsync(target, before: null, cancellationToken);
        }
    }

    private async Task<OperationResult> StopAsync(ProcessTarget target, OperationTimer timer, CancellationToken cancellationToken)
    {
        var before = Known(target);
        try
        {
            await target.Supervisor.RequestAsync((c, t) => c.StopProcessAsync(target.Namespec, t), cancellationToken);
        }
        catch (SupervisordFaultException e) when (e.Fault == SupervisordFault.NotRunning)
        {
            await target.Supervisor.RefreshProcessAsync(target.Namespec, cancellationToken);
            before = null;
            if (!IsStopping(target))
            {
                Notify(target, ProcessAction.Stop, "it is not running");
                return timer.Skipped(target.Process.Uid, "not running", e.Code);
            }
        }

        await WaitUntilStoppedAsync(target, before, cancellationToken);
        return timer.Done(target.Process.Uid, "stopped");
    }

    private async Task<OperationResult> RestartAsync(ProcessTarget target, OperationTimer timer, CancellationToken cancellationToken)
    {
        var stop = !target.Process.Info.State.IsStopped();
        while (true)
        {
            if (stop)
                await StopBeforeStartAsync(target, cancellationToken);
            try
            {
                await StartForSureAsync(target, cancellationToken);
                return timer.Done(target.Process.Uid, "restarted");
            }
            catch (SupervisordFaultException e) when (e.Fault == SupervisordFault.AlreadyStarted && stop)
            {
                return timer.Done(target.Process.Uid, "restarted, by somebody else at the same moment");
            }
            catch (SupervisordFaultException e) when (e.Fault == SupervisordFault.AlreadyStarted)
            {
                // What was known of it was old: it does run.
                stop = true;
            }
        }
    }

    private async Task StopBeforeStartAsync(ProcessTarget target, CancellationToken cancellationToken)
    {
        var before = Known(target);
        try
        {
            await target.Supervisor.RequestAsync((c, t) => c.StopProcessAsync(target.Namespec, t), cancellationToken);
        }
        catch (SupervisordFaultException e) when (e.Fault == SupervisordFault.NotRunning)
        {
            // It stopped, or is stopping, by itself.
            await target.Supervisor.RefreshProcessAsync(target.Namespec, cancellationToken);
            before = null;
        }

        await WaitUntilStoppedAsync(target, before, cancellationToken);
    }

    private static async Task<OperationResult> SignalAsync(
        ProcessTarget target, string signal, OperationTimer timer, CancellationToken cancellationToken)
    {
        await target.Supervisor.RequestAsync((c, t) => c.SignalProcessAsync(target.Namespec, signal, t), cancellationToken);
        return timer.Done(target.Process.Uid, $"sent {signal}");
    }

    private async Task<OperationResult> RunOnAgentAsync(
        ProcessTarget target, ProcessAction action, bool isOnlyTarget, OperationTimer timer, CancellationToken cancellationToken)
    {
        var uid = target.Process.Uid;
        if (SkipReason(target, action, isOnlyTarget) is { } reason)
            return timer.Skipped(uid, reason);

        // Stopped and started by its own hand it would stay stopped: nobody is left to start it. Killed by a signal it
        // is an unexpected exit to supervisord, which starts it again by itself.
        var sent = false;
        try
        {
            await target.Supervisor.RequestAsync(
                (c, t) =>
                {
                    sent = true;
                    return c.SignalProcessAsync(target.Namespec, "TERM", t);
                },
                cancellationToken);
        }
        catch (LinkException) when (sent)
        {
            // The agent may die before it has passed the answer on; then the loss of the link is the answer.
            if (!await scope.IsLostWithinAsync(target.Supervisor, LossLimit, cancellationToken))
                throw;
        }

        return timer.Done(uid, "restarted by a signal; the link comes back by itself");
    }

    private Task WaitUntilStoppedAsync(ProcessTarget target, ProcessSnapshot? before, CancellationToken cancellationToken) =>
        scope.FollowUntilStoppedAsync(target.Supervisor, target.Namespec, before, cancellationToken);

    private static ProcessSnapshot? Known(ProcessTarget target) =>
        target.Supervisor.Snapshot.Processes.TryGet(target.Namespec, out var process) ? process : null;

    private static bool IsStopping(ProcessTarget target) => Known(target)?.Info.State == ProcessState.Stopping;

    /// <summary>The texts that clients of the original know, with the reason that they miss there.</summary>
    private void Notify(ProcessTarget target, ProcessAction action, string reason)
    {
        if (action == ProcessAction.Stop)
            scope.Notify(NotificationLevel.Warning, target.Process.Uid, $"Failed to stop {target.Process.Uid}: {reason}");
        else if (action == ProcessAction.Signal)
            scope.Notify(NotificationLevel.Error, target.Process.Uid, $"Failed to signal {target.Process.Uid}: {reason}");
        else
            scope.Notify(NotificationLevel.Error, target.Process.Uid, $"Error trying to start {target.Process.Info.Name} on {target.Supervisor.Name}! {reason}");
    }
}
