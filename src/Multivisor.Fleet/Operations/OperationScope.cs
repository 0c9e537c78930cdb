using Multivisor.Fleet.Feed;
using Multivisor.Fleet.Links;
using Multivisor.Fleet.Model;
using Multivisor.Fleet.Supervisors;
using Multivisor.Supervisord;

namespace Multivisor.Fleet.Operations;

/// <summary>What every kind of operation needs: the clock, the feed for notifications, and how to follow a process.</summary>
internal sealed class OperationScope(FleetFeed feed, FleetOptions options)
{
    public OperationTimer StartTimer() => new(options.Time, options.Time.GetTimestamp());

    /// <param name="subject">Whom it concerns (<see cref="FleetChange.Notification.Subject"/>).</param>
    public void Notify(NotificationLevel level, string subject, string message) =>
        feed.Publish(new FleetChange.Notification(message, level, options.Time.GetUtcNow()) { Subject = subject });

    /// <summary>
    /// Follows a process that was asked to stop until it has. Events bring its state; a read now and then covers for an
    /// event that a burst has thrown away.
    /// </summary>
    /// <remarks>
    /// From the moment that supervisord accepts a stop the process is STOPPING or STOPPED. So a later read that finds it
    /// running means that it has stopped and somebody else has started it again, too fast to be seen.
    /// </remarks>
    /// <param name="before">
    /// What was known when the stop was asked for. It may have been old, so if it says that the process is stopped it is no proof.
    /// </param>
    /// <exception cref="LinkException">The supervisor was lost meanwhile: what became of the process is not known.</exception>
    /// <exception cref="TimeoutException">Not reached within <see cref="FleetOptions.ActionLimit"/>.</exception>
    public async Task FollowUntilStoppedAsync(Supervisor supervisor, string @namespec, ProcessSnapshot? before, CancellationToken cancellationToken)
    {
        var started = options.Time.GetTimestamp();
        var read = started;
        var isProof = before is null || !before.Info.State.IsStopped();
        while (true)
        {
            var changed = supervisor.State.Changed;
            var snapshot = supervisor.Snapshot;
            if (!snapshot.IsRunning)
                throw new LinkException(snapshot.Link.Error ?? $"{supervisor.Name}: the connection was lost");
            if (!snapshot.Processes.TryGet(@namespec, out var process))
                return;
            if (process.Info.State.IsStopped())
            {
                if (isProof || !ReferenceEquals(process, before))
                    return;
                await supervisor.RefreshProcessAsync(@namespec, cancellationToken);
                isProof = true;
                continue;
            }

            if (options.Time.GetElapsedTime(started) > options.ActionLimit)
                throw new TimeoutException($"still {process.Info.StateName} after {options.ActionLimit.TotalSeconds:0} s");
            // Measured from the last read and not from the last change: busy neighbours must not put the read off for ever.
            if (await ChangesWithinAsync(changed, options.ActionPollPeriod - options.Time.GetElapsedTime(read), cancellationToken))
                continue;
            await supervisor.RefreshStatesAsync(cancellationToken);
            read = options.Time.GetTimestamp();
            isProof = true;
            if (supervisor.Snapshot.Processes.TryGet(@namespec, out var now) && now.IsRunning)
                return;
        }
    }

    /// <summary>Waits until a supervisor is no longer connected. False when it still is after a while.</summary>
    public async Task<bool> IsLostWithinAsync(Supervisor supervisor, TimeSpan limit, CancellationToken cancellationToken)
    {
        var started = options.Time.GetTimestamp();
        while (true)
        {
            var changed = supervisor.State.Changed;
            if (!supervisor.Snapshot.IsRunning)
                return true;
            if (!await ChangesWithinAsync(changed, limit - options.Time.GetElapsedTime(started), cancellationToken))
                return false;
        }
    }

    private async Task<bool> ChangesWithinAsync(Task changed, TimeSpan limit, CancellationToken cancellationToken)
    {
        if (limit <= TimeSpan.Zero)
            return false;
        try
        {
            await changed.WaitAsync(limit, options.Time, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}

/// <summary>Makes results that know how long they took.</summary>
internal readonly record struct OperationTimer(TimeProvider Time, long Started)
{
    public OperationResult Done(string target, string message = "") => Result(target, OperationOutcome.Done, message);

    public OperationResult Skipped(string target, string message, int? fault = null) =>
        Result(target, OperationOutcome.Skipped, message, fault);

    public OperationResult Failed(string target, Exception error) => error is SupervisordFaultException fault
        ? Result(target, OperationOutcome.Failed, fault.Message, fault.Code)
        : Result(target, OperationOutcome.Failed, error.Message);

    public OperationResult Failed(string target, string message, int? fault = null) =>
        Result(target, OperationOutcome.Failed, message, fault);

    private OperationResult Result(string target, OperationOutcome outcome, string message, int? fault = null) =>
        new(target, outcome, message, fault, Time.GetElapsedTime(Started));
}
