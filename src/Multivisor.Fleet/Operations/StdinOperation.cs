using Multivisor.Fleet.Links;
using Multivisor.Supervisord;

namespace Multivisor.Fleet.Operations;

/// <summary>Writes a text to the standard input of one process. It never throws: whatever happens is the result.</summary>
internal sealed class StdinOperation(OperationScope scope)
{
    /// <summary>Characters at most: what a pipe holds, and supervisord would keep the rest in memory until the program reads.</summary>
    public const int MaxLength = 64 * 1024;

    /// <summary>Why nothing is asked of supervisord for a target; null when it is.</summary>
    public static string? SkipReason(ProcessTarget target) =>
        target.IsAgent ? "it is the agent: its input is supervisord's own" : null;

    public async Task<OperationResult> RunAsync(ProcessTarget target, string text, CancellationToken cancellationToken)
    {
        var timer = scope.StartTimer();
        if (SkipReason(target) is { } reason)
            return timer.Skipped(target.Process.Uid, reason);
        try
        {
            await target.Supervisor.RequestAsync((c, t) => c.SendStdinAsync(target.Namespec, text, t), cancellationToken);
            return timer.Done(target.Process.Uid, $"sent {text.Length} characters");
        }
        catch (Exception e) when (e is SupervisordFaultException or LinkException)
        {
            return timer.Failed(target.Process.Uid, e);
        }
    }
}
