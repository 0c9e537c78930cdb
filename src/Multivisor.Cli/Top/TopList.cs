using Multivisor.Client;
using Multivisor.Contract;
using Multivisor.Contract.Filter;

namespace Multivisor.Cli.Top;

/// <summary>The processes that the screen shows, in their order: made anew from the live state, away from the screen's thread.</summary>
internal static class TopList
{
    public static IReadOnlyList<ProcessJson> Of(LiveSite site, string filter, TopSort sort)
    {
        var words = ProcessFilter.Parse(filter);
        var supervisors = site.GetSupervisors().ToDictionary(s => s.Name, StringComparer.Ordinal);
        return Of(site.GetProcesses(), p => words.IsEmpty || words.Matches(new ProcessJsonSubject(p, supervisors.GetValueOrDefault(p.Supervisor))), sort);
    }

    public static IReadOnlyList<ProcessJson> Of(IReadOnlyList<ProcessJson> all, Func<ProcessJson, bool> isWanted, TopSort sort)
    {
        var rows = all.Where(isWanted).ToArray();
        Array.Sort(rows, (a, b) => sort switch
        {
            TopSort.State => Then(Rank(a).CompareTo(Rank(b)), a, b),
            TopSort.Name => Then(string.CompareOrdinal(a.Name, b.Name), a, b),
            TopSort.Latest => Then(Latest(b).CompareTo(Latest(a)), a, b),
            _ => string.CompareOrdinal(a.Uid, b.Uid),
        });
        return rows;
    }

    private static int Then(int order, ProcessJson a, ProcessJson b) => order != 0 ? order : string.CompareOrdinal(a.Uid, b.Uid);

    private static long Latest(ProcessJson process) => Math.Max(process.Start, process.Stop);

    private static int Rank(ProcessJson process) => process switch
    {
        _ when ProcessStates.IsProblem(process.State, process.ExitStatus, process.Expected) => 0,
        { Stale: true } => 1,
        { State: ProcessStates.Starting or ProcessStates.Stopping } => 2,
        { State: ProcessStates.Stopped or ProcessStates.Exited } => 3,
        _ => 4,
    };
}
