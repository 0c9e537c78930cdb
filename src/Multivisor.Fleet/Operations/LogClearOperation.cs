using Multivisor.Fleet.Links;
using Multivisor.Supervisord;

namespace Multivisor.Fleet.Operations;

/// <summary>Clears both logs of one process. It never throws: whatever happens is the result.</summary>
internal sealed class LogClearOperation(OperationScope scope)
{
    /// <summary>Why nothing is asked of supervisord for a target; null when it is.</summary>
    public static string? SkipReason(ProcessTarget target)
    {
        var info = target.Process.Info;
        if (info.StdoutLogFile.Length == 0 && info.StderrLogFile.Length == 0)
            return "supervisord keeps no log of it";
        // supervisord answers true and does nothing (supervisor.md section 4): that is not to be told as success.
        return target.Process.IsRunning || info.State == ProcessState.Stopping
            ? null
            : $"it is {info.StateName}: supervisord clears the logs of running processes only";
    }

    public async Task<OperationResult> RunAsync(ProcessTarget target, CancellationToken cancellationToken)
    {
        var timer = scope.StartTimer();
        if (SkipReason(target) is { } reason)
            return timer.Skipped(target.Process.Uid, reason);
        try
        {
            await target.Supervisor.ClearLogsAsync(target.Namespec, cancellationToken);
            return timer.Done(target.Process.Uid, "cleared");
        }
        catch (Exception e) when (e is SupervisordFaultException or LinkException)
        {
            return timer.Failed(target.Process.Uid, e);
        }
    }
}
