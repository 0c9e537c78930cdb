using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Multivisor.Fleet.Model;

namespace Multivisor.Fleet.Access;

/// <summary>
/// The part of the fleet that somebody sees and may touch: patterns of <c>supervisor</c>, <c>supervisor:group</c> or
/// <c>supervisor:group:process</c>. Immutable.
/// </summary>
/// <remarks>
/// Each part of a pattern is compared with its own part of a uid, so a wildcard never reaches across a colon: <c>*:web</c> is
/// the group web on every supervisor, and no process of that name elsewhere.
/// </remarks>
public sealed class AccessScope
{
    private readonly ImmutableArray<ScopePattern> _patterns;

    private AccessScope(ImmutableArray<ScopePattern> patterns, string text)
    {
        _patterns = patterns;
        Text = text;
    }

    /// <summary>Everything, whatever it is called.</summary>
    public static AccessScope All { get; } = new([], "*");

    /// <summary>As written, blanks removed. Equal texts are equal scopes.</summary>
    public string Text { get; }

    public bool IsAll => _patterns.IsEmpty;

    /// <summary>The patterns as the API tells them.</summary>
    public IReadOnlyList<string> Patterns => Text.Split(',');

    /// <param name="problem">What is wrong and what to do, each a sentence without its end.</param>
    public static bool TryParse(
        string text, [NotNullWhen(true)] out AccessScope? scope, [NotNullWhen(false)] out (string What, string Advice)? problem)
    {
        scope = null;
        problem = null;
        var patterns = ImmutableArray.CreateBuilder<ScopePattern>();
        var all = false;
        string[] parts = [.. text.Split([',', '\n']).Select(p => p.Trim()).Where(p => p.Length > 0)];
        foreach (var part in parts)
        {
            if (!ScopePattern.TryParse(part, out var pattern))
            {
                problem = ($"scope '{part}' is no pattern", "write SUPERVISOR, SUPERVISOR:GROUP or SUPERVISOR:GROUP:PROCESS, each with * and ? as needed");
                return false;
            }

            all |= pattern.IsEverything;
            patterns.Add(pattern);
        }

        if (patterns.Count == 0)
        {
            problem = ("the scope is empty", "leave the key out, or write * for everything");
            return false;
        }

        scope = all ? All : new AccessScope(patterns.DrainToImmutable(), string.Join(',', parts));
        return true;
    }

    public bool Covers(ProcessSnapshot process) => Covers(process.Supervisor, process.Info.Group, process.Info.Name);

    public bool Covers(string supervisor, string group, string process)
    {
        foreach (var pattern in _patterns)
        {
            if (pattern.CoversProcess(supervisor, group, process))
                return true;
        }

        return IsAll;
    }

    /// <summary>All of a group, also processes of it that are not known yet.</summary>
    public bool CoversGroup(string supervisor, string group) => IsAll || _patterns.Any(p => p.CoversGroup(supervisor, group));

    /// <summary>All of a supervisor, also what is not known of it yet.</summary>
    public bool CoversSupervisor(string supervisor) => IsAll || _patterns.Any(p => p.CoversSupervisor(supervisor));

    /// <summary>All of what is called <c>supervisor</c>, <c>supervisor:group</c> or <c>supervisor:group:process</c>.</summary>
    public bool Covers(string subject)
    {
        var parts = subject.Split(':', 3);
        return parts.Length switch
        {
            1 => CoversSupervisor(parts[0]),
            2 => CoversGroup(parts[0], parts[1]),
            _ => Covers(parts[0], parts[1], parts[2]),
        };
    }

    /// <summary>Whether something of a supervisor with this name may be in the scope.</summary>
    public bool MayReach(string supervisor) => IsAll || _patterns.Any(p => p.Supervisor.IsMatch(supervisor));

    /// <summary>
    /// Whether the supervisor itself is seen: wholly covered, or named without a wildcard, so that its failure is seen too, or
    /// with a process in the scope.
    /// </summary>
    public bool Sees(SupervisorSnapshot supervisor) => IsAll
        || _patterns.Any(p => p.CoversSupervisor(supervisor.Name) || p.Supervisor.IsNameOf(supervisor.Name))
        || (MayReach(supervisor.Name) && supervisor.Processes.All.Any(Covers));

    public override string ToString() => Text;
}
