using System.Text.Json;
using Multivisor.Cli.Output;
using Multivisor.Client;
using Multivisor.Contract;

namespace Multivisor.Cli.Commands;

/// <summary>Everything that changes something: what will be touched is known, and agreed to, before it is done.</summary>
internal static class ActionCommand
{
    /// <summary>Named in a question; more are counted.</summary>
    private const int MostNamed = 20;

    /// <param name="verb">For the question: <c>stop</c>.</param>
    /// <param name="action">Makes the action for names or patterns.</param>
    /// <param name="isGrave">Asks even for one target.</param>
    public static async Task<int> RunAsync(
        CliSession session, string verb, Func<IEnumerable<string>, SiteAction> action, IReadOnlyList<string> patterns, bool isGrave, CancellationToken cancellationToken)
    {
        if (session.DryRun)
            return ShowPlan(session, verb, await session.Client.PlanAsync(action(patterns), cancellationToken));
        var wanted = action(patterns);
        if (session.Terminal.CanAsk && !session.AssumeYes)
        {
            var plan = await session.Client.PlanAsync(wanted, cancellationToken);
            string[] targets = [.. plan.Targets.Where(t => t.Skip is null).Select(t => t.Target)];
            if ((targets.Length > 1 || (isGrave && targets.Length > 0)) && !session.Terminal.Ask(Question(verb, targets)))
            {
                session.Terminal.Note("nothing was done");
                return ExitCode.SomeFailed;
            }
        }

        return await CarryOutAsync(session, wanted, cancellationToken);
    }

    private static async Task<int> CarryOutAsync(CliSession session, SiteAction action, CancellationToken cancellationToken)
    {
        var results = new List<ActionResultJson>();
        IReadOnlyList<string> unknown = [];
        var width = 0;
        await foreach (var step in session.Client.RunAsync(action, cancellationToken))
        {
            switch (step)
            {
                case ActionStep.Plan { Value: { Targets.Count: 0, Unknown.Count: 0 } }:
                    throw new CliException(ExitCode.NothingMatched, "nothing matches");
                case ActionStep.Plan plan:
                    unknown = plan.Value.Unknown;
                    width = plan.Value.Targets.Select(t => SafeText.WidthOf(t.Target)).DefaultIfEmpty().Max();
                    break;
                case ActionStep.Result result:
                    results.Add(result.Value);
                    ShowResult(session, result.Value, width);
                    break;
                case ActionStep.Summary summary:
                    ShowSummary(session, summary.Value, results, unknown);
                    break;
            }
        }

        foreach (var name in unknown)
            session.Terminal.Error($"nothing is called '{name}'");
        return unknown.Count > 0 || results.Exists(r => r.Outcome == "failed") ? ExitCode.SomeFailed : ExitCode.Done;
    }

    private static void ShowResult(CliSession session, ActionResultJson result, int width)
    {
        var terminal = session.Terminal;
        switch (session.Format)
        {
            case OutputFormat.Json:
                break;
            case OutputFormat.Ndjson:
                terminal.LineNow(JsonSerializer.Serialize(result, ContractJson.Wire.ActionResultJson));
                break;
            case OutputFormat.Plain:
                terminal.LineNow(string.Join('\t', result.Target, result.Outcome, result.Message));
                break;
            default:
                var outcome = terminal.Paint(Style.OfOutcome(result.Outcome), result.Outcome.PadRight(7));
                terminal.LineNow($"{SafeText.Pad(terminal.Safe(result.Target), width)} {outcome} {terminal.Safe(result.Message)}".TrimEnd());
                break;
        }
    }

    private static void ShowSummary(CliSession session, ActionSummaryJson summary, IReadOnlyList<ActionResultJson> results, IReadOnlyList<string> unknown)
    {
        if (session.Format == OutputFormat.Json)
        {
            var whole = new ActionJson(summary.Action, summary.Done, summary.Failed, summary.Skipped, results, unknown);
            session.Terminal.LineNow(JsonSerializer.Serialize(whole, ContractJson.Wire.ActionJson));
        }
        else if (session.Format == OutputFormat.Table)
        {
            string[] parts = [$"{summary.Done} done", .. Some(summary.Failed, "failed"), .. Some(summary.Skipped, "skipped")];
            session.Terminal.LineNow($"{string.Join(", ", parts)} in {summary.Seconds:0.0} s");
        }

        static string[] Some(int count, string what) => count > 0 ? [$"{count} {what}"] : [];
    }

    private static int ShowPlan(CliSession session, string verb, PlanJson plan)
    {
        var terminal = session.Terminal;
        if (session.Format is OutputFormat.Json or OutputFormat.Ndjson)
        {
            terminal.Line(JsonSerializer.Serialize(plan, ContractJson.Wire.PlanJson));
        }
        else
        {
            foreach (var target in plan.Targets)
            {
                var skip = target.Skip is null ? "" : $"would be left alone: {target.Skip}";
                terminal.Line(session.Format == OutputFormat.Plain
                    ? string.Join('\t', target.Target, target.Host, skip)
                    : $"{terminal.Safe(target.Target)} {(skip.Length > 0 ? terminal.Safe(skip) : $"would {verb}")}");
            }
        }

        terminal.Flush();
        foreach (var name in plan.Unknown)
            terminal.Error($"nothing is called '{name}'");
        return plan.Unknown.Count > 0 ? ExitCode.SomeFailed : ExitCode.Done;
    }

    private static string Question(string verb, string[] targets)
    {
        var named = string.Join(", ", targets.Take(MostNamed));
        var more = targets.Length > MostNamed ? $" and {targets.Length - MostNamed} more" : "";
        return targets.Length == 1 ? $"{verb} {named}?" : $"{verb} {targets.Length}: {named}{more}?";
    }
}
