using System.Diagnostics.CodeAnalysis;
using Multivisor.Fleet.Operations;

namespace Multivisor.Fleet.Access;

/// <summary>One pattern of a scope. A part that is missing, or that is <c>*</c> at the end, means all of it.</summary>
internal sealed class ScopePattern
{
    private readonly ScopePart? _group;
    private readonly ScopePart? _process;

    private ScopePattern(ScopePart supervisor, ScopePart? group, ScopePart? process)
    {
        Supervisor = supervisor;
        _group = group;
        _process = process;
    }

    public ScopePart Supervisor { get; }

    public bool IsEverything => Supervisor.IsAny && _group is null;

    public static bool TryParse(string text, [NotNullWhen(true)] out ScopePattern? pattern)
    {
        pattern = null;
        var parts = text.Split(':');
        if (parts.Length > 3 || Array.Exists(parts, string.IsNullOrWhiteSpace))
            return false;
        var process = Part(parts, 2);
        var group = Part(parts, 1);
        pattern = new ScopePattern(
            new ScopePart(parts[0].Trim()),
            group is { IsAny: true } && process is null or { IsAny: true } ? null : group,
            process is { IsAny: true } ? null : process);
        return true;
    }

    public bool CoversSupervisor(string supervisor) => _group is null && Supervisor.IsMatch(supervisor);

    public bool CoversGroup(string supervisor, string group) =>
        _process is null && Supervisor.IsMatch(supervisor) && _group?.IsMatch(group) != false;

    public bool CoversProcess(string supervisor, string group, string process) =>
        Supervisor.IsMatch(supervisor) && _group?.IsMatch(group) != false && _process?.IsMatch(process) != false;

    private static ScopePart? Part(string[] parts, int index) => parts.Length > index ? new ScopePart(parts[index].Trim()) : null;
}

internal sealed class ScopePart(string text)
{
    private readonly GlobPattern _glob = new(text);

    public bool IsAny { get; } = text == "*";

    public bool IsMatch(string name) => _glob.IsMatch(name);

    /// <summary>It is this very name, and no pattern.</summary>
    public bool IsNameOf(string name) => text == name && !GlobPattern.HasWildcard(text);
}
