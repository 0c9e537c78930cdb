using Multivisor.Cli.Output;
using Multivisor.Contract;
using Multivisor.Contract.Filter;

namespace Multivisor.Cli.Commands;

/// <summary><c>status</c>: processes by group.</summary>
internal static class StatusCommand
{
    public static async Task<int> RunAsync(CliSession session, string? pattern, string? filter, CancellationToken cancellationToken) =>
        Show(session, ProcessesOf(await session.Client.GetSiteAsync(cancellationToken)), pattern, filter);

    /// <param name="all">Processes, each with its supervisor.</param>
    /// <param name="pattern">A glob over the uid; null for all.</param>
    /// <param name="filter">The grammar of docs/filter.md; null for all.</param>
    public static int Show(CliSession session, IEnumerable<(ProcessJson Process, SupervisorJson Supervisor)> all, string? pattern, string? filter)
    {
        var glob = pattern is null ? null : new UidPattern(pattern, isWholeUid: true);
        var words = ProcessFilter.Parse(filter ?? "");
        var found = all
            .Where(p => glob?.Matches(p.Process.Uid) != false && (words.IsEmpty || words.Matches(new ProcessJsonSubject(p.Process, p.Supervisor))))
            .ToDictionary(p => p.Process, p => p.Supervisor);
        ProcessListing.Write(session.Terminal, found.Keys, session.Format, process => HostClock.Now(process, found[process]));
        if (found.Count > 0 || (pattern is null && filter is null))
            return ExitCode.Done;
        session.Terminal.Note($"no process matches {string.Join(" and ", new[] { pattern, filter }.OfType<string>().Select(t => $"'{t}'"))}");
        return ExitCode.NothingMatched;
    }

    public static IEnumerable<(ProcessJson Process, SupervisorJson Supervisor)> ProcessesOf(SiteJson site) =>
        from supervisor in site.Supervisors.Values
        from process in (supervisor.StaleProcesses ?? supervisor.Processes).Values
        select (process, supervisor);
}
