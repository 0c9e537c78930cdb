namespace Multivisor.Fleet.Operations;

public enum OperationOutcome
{
    Done,
    Failed,

    /// <summary>Nothing was asked of supervisord, or there was nothing to do; the message says why.</summary>
    Skipped,
}

/// <summary>What became of one target.</summary>
/// <param name="Target">The uid of a process, or the name of a supervisor.</param>
/// <param name="Message">For the operator; never empty unless done.</param>
/// <param name="Fault">supervisord's fault number, when it refused.</param>
/// <param name="Elapsed">From the request to this result.</param>
public sealed record OperationResult(
    string Target, OperationOutcome Outcome, string Message, int? Fault, TimeSpan Elapsed);

/// <summary>What became of a request.</summary>
/// <param name="UnknownNames">What was named without a wildcard and does not exist.</param>
/// <param name="Elapsed">From the request to the last result.</param>
public sealed record OperationReport(
    string Action, IReadOnlyList<OperationResult> Results, IReadOnlyList<string> UnknownNames, TimeSpan Elapsed)
{
    public int Count(OperationOutcome outcome) => Results.Count(r => r.Outcome == outcome);
}

public enum ProcessAction
{
    Start,
    Stop,
    Restart,
    Signal,
}

public enum SupervisorAction
{
    Reread,
    Update,
    Restart,
    Shutdown,
}
