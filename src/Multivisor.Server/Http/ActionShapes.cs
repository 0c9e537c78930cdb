using Multivisor.Contract;
using Multivisor.Fleet.Operations;

namespace Multivisor.Server.Http;

/// <summary>Plans and results of actions in the shapes of the API.</summary>
internal static class ActionShapes
{
    public static PlanJson Of(OperationPlan plan) => new(
        plan.Action,
        [.. plan.Targets.Select(t => new PlannedTargetJson(t.Target, t.Supervisor, t.Host) { Skip = t.SkipReason })],
        plan.UnknownNames);

    public static ActionJson Of(OperationReport report) => new(
        report.Action,
        report.Count(OperationOutcome.Done),
        report.Count(OperationOutcome.Failed),
        report.Count(OperationOutcome.Skipped),
        [.. report.Results.Select(Of)],
        report.UnknownNames);

    public static ActionSummaryJson SummaryOf(OperationReport report) => new(
        report.Action,
        report.Count(OperationOutcome.Done),
        report.Count(OperationOutcome.Failed),
        report.Count(OperationOutcome.Skipped),
        Seconds(report.Elapsed));

    public static ActionResultJson Of(OperationResult result) =>
        new(result.Target, Name(result.Outcome), result.Message, result.Fault, Seconds(result.Elapsed));

    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 3);

    private static string Name(OperationOutcome outcome) => outcome switch
    {
        OperationOutcome.Done => "done",
        OperationOutcome.Failed => "failed",
        _ => "skipped",
    };
}
