using Multivisor.Fleet.Access;
using Multivisor.Fleet.Model;
using Multivisor.Fleet.Supervisors;

namespace Multivisor.Fleet.Operations;

/// <summary>Which processes or groups a request means.</summary>
internal static class TargetSelector
{
    /// <summary>Splits a form field: comma separated, each trimmed, empty ones dropped.</summary>
    public static string[] Split(string? field) =>
        (field ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>
    /// The processes that match any of the patterns, each once, in the order of the configuration, and the patterns
    /// without a wildcard that matched nothing: those are names that do not exist.
    /// </summary>
    /// <remarks>
    /// A pattern without <c>:</c> and <c>*</c> names a process on any supervisor. Others are matched with the whole
    /// uid; one with a single colon that matches nothing so is read as <c>group:process</c> on any supervisor, which
    /// the original leaves without effect. It never widens a pattern that means something already, be it only a supervisor
    /// that is not connected.
    /// </remarks>
    public static Selection<ProcessTarget> SelectProcesses(
        IReadOnlyList<Supervisor> supervisors, IReadOnlyList<string> patterns, AccessScope? reach = null)
    {
        supervisors = Within(supervisors, reach);
        var all = supervisors
            .SelectMany(s => s.Snapshot.Processes.All, (s, p) => new ProcessTarget(s, p))
            .Where(t => reach is not { IsAll: false } || reach.Covers(t.Process))
            .ToArray();
        return Select(supervisors, all, patterns, t => t.Process.Uid, pattern =>
            pattern.AsSpan().ContainsAny(':', '*') ? pattern : $"*:{pattern}", colons: 1);
    }

    /// <summary>The same for groups, <c>supervisor:group</c>; a pattern without a colon names a group on any supervisor.</summary>
    /// <remarks>A group is within reach when all of it is: supervisord's calls for groups know no exceptions.</remarks>
    public static Selection<GroupTarget> SelectGroups(
        IReadOnlyList<Supervisor> supervisors, IReadOnlyList<string> patterns, AccessScope? reach = null)
    {
        supervisors = Within(supervisors, reach);
        var all = supervisors
            .SelectMany(
                s => s.Snapshot.Processes.All.GroupBy(p => p.Info.Group, StringComparer.Ordinal),
                (s, group) => new GroupTarget(s, group.Key, [.. group]))
            .Where(t => reach is not { IsAll: false } || reach.CoversGroup(t.Supervisor.Name, t.Group))
            .ToArray();
        return Select(supervisors, all, patterns, t => t.Uid, pattern =>
            pattern.Contains(':', StringComparison.Ordinal) ? pattern : $"*:{pattern}", colons: 0);
    }

    private static IReadOnlyList<Supervisor> Within(IReadOnlyList<Supervisor> supervisors, AccessScope? reach) =>
        reach is not { IsAll: false } ? supervisors : [.. supervisors.Where(s => reach.Sees(s.Snapshot))];

    private static Selection<T> Select<T>(
        IReadOnlyList<Supervisor> supervisors, T[] all, IReadOnlyList<string> patterns, Func<T, string> uid, Func<string, string> expand, int colons)
        where T : notnull
    {
        var uids = Array.ConvertAll(all, t => uid(t));
        var literals = new Lazy<LiteralIndex>(() => new LiteralIndex(uids));
        var selected = new bool[all.Length];
        var unknown = new List<string>();
        foreach (var pattern in patterns)
        {
            var any = Mark(expand(pattern));
            if (!any && colons > 0 && pattern.Count(c => c == ':') == colons && !NamesSupervisor(supervisors, pattern))
                any = Mark($"*:{pattern}");
            if (!any && !GlobPattern.HasWildcard(pattern))
                unknown.Add(pattern);
        }

        return new Selection<T>([.. all.Where((_, i) => selected[i])], unknown);

        bool Mark(string text)
        {
            var isAnywhere = text.StartsWith("*:", StringComparison.Ordinal);
            if (!GlobPattern.HasWildcard(isAnywhere ? text[2..] : text))
                return MarkLiteral(isAnywhere ? text[2..] : text, isAnywhere);
            var glob = new GlobPattern(text);
            var any = false;
            for (var i = 0; i < all.Length; i++)
            {
                if (!glob.IsMatch(uids[i]))
                    continue;
                selected[i] = true;
                any = true;
            }

            return any;
        }

        // "Select all" of a page names every uid: comparing each with each would take minutes in a fleet of 50,000.
        bool MarkLiteral(string name, bool isAnywhere)
        {
            var any = false;
            foreach (var i in literals.Value.Find(name, isAnywhere))
                any = selected[i] = true;
            return any;
        }
    }

    /// <summary>
    /// True when what stands before the colon is a supervisor: the pattern means that one, even if nothing is known of its
    /// processes yet, and never a group of the same name elsewhere.
    /// </summary>
    private static bool NamesSupervisor(IReadOnlyList<Supervisor> supervisors, string pattern)
    {
        var glob = new GlobPattern(pattern[..pattern.IndexOf(':', StringComparison.Ordinal)]);
        return supervisors.Any(s => glob.IsMatch(s.Name));
    }

    /// <summary>Finds uids by their text, or by the end of it.</summary>
    private sealed class LiteralIndex(string[] uids)
    {
        private readonly ILookup<string, int> _byUid = Enumerable.Range(0, uids.Length).ToLookup(i => uids[i], StringComparer.Ordinal);
        private readonly ILookup<string, int> _byName = Enumerable.Range(0, uids.Length).ToLookup(i => Name(uids[i]), StringComparer.Ordinal);

        public IEnumerable<int> Find(string name, bool isEnd) => isEnd
            ? _byName[Name(name)].Where(i => uids[i].EndsWith($":{name}", StringComparison.Ordinal))
            : _byUid[name];

        private static string Name(string text) => text[(text.LastIndexOf(':') + 1)..];
    }
}

internal sealed record Selection<T>(IReadOnlyList<T> Targets, IReadOnlyList<string> UnknownNames);

internal sealed record ProcessTarget(Supervisor Supervisor, ProcessSnapshot Process)
{
    public string Namespec => Process.Namespec;

    public bool IsAgent => Namespec == Supervisor.AgentNamespec;
}

internal sealed record GroupTarget(Supervisor Supervisor, string Group, IReadOnlyList<ProcessSnapshot> Members)
{
    public string Uid { get; } = $"{Supervisor.Name}:{Group}";

    public bool HasAgent => Members.Any(m => m.Namespec == Supervisor.AgentNamespec);
}
