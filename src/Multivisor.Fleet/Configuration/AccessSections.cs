using Multivisor.Fleet.Access;

namespace Multivisor.Fleet.Configuration;

/// <summary>Sections and keys that say who may do what, read as all of them are.</summary>
/// <param name="expand">The text of a key; null when it is wrong and reported.</param>
/// <param name="error">Takes a line, what is wrong, and what to do; as does <paramref name="warn"/>.</param>
internal sealed class AccessSections(
    IniDocument document, string folder, Func<IniSection, IniKey, string?> expand, Action<int, string, string> error, Action<int, string, string> warn)
{
    private const int MaxNameLength = 200;

    public IniDocument Document => document;

    /// <summary>Where a path begins that is not a full one.</summary>
    public string Folder => folder;

    public void Error(int line, string problem, string advice) => error(line, problem, advice);

    /// <summary>The sections <c>[PREFIX:NAME]</c>, each with its name.</summary>
    public IEnumerable<(IniSection Section, string Name)> All(string prefix, string kind, string[] keys)
    {
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var section in Document.Sections.Where(s => s.Name.StartsWith(prefix, StringComparison.Ordinal)))
        {
            var name = IniText.Trim(section.Name[prefix.Length..]);
            WarnOfUnknownKeys(section, $"{kind} '{name}'", keys);
            if (name.Length is 0 or > MaxNameLength || name.Any(char.IsControl))
                Error(section.Line, $"the {kind} has no usable name", $"write [{prefix}NAME]");
            else if (!lines.TryAdd(name, section.Line))
                Error(section.Line, $"{kind} '{name}' is there twice (first in line {lines[name]})", "give one of them another name");
            else
                yield return (section, name);
        }
    }

    public AccessRole ReadRole(IniSection section, string key = "role")
    {
        var text = Text(section, key);
        if (string.IsNullOrEmpty(text))
            return AccessRole.Viewer;
        if (!AccessRoles.TryParse(text, out var role))
            Error(LineOf(section, key), $"there is no role '{text}'", "choose viewer, operator or admin");
        return role;
    }

    /// <summary>An empty scope is a mistake and not everything: it may be one that somebody forgot to fill in.</summary>
    public AccessScope ReadScope(IniSection section, string key)
    {
        if (Text(section, key) is not { } text)
            return AccessScope.All;
        if (AccessScope.TryParse(text, out var scope, out var problem))
            return scope;
        Error(LineOf(section, key), problem.Value.What, problem.Value.Advice);
        return AccessScope.All;
    }

    public T Read<T>(IniSection section, string key, AccessValues.TryParse<T> parse, T missing)
    {
        var text = Text(section, key);
        if (string.IsNullOrEmpty(text))
            return missing;
        if (parse(text, out var value, out var problem))
            return value;
        Error(LineOf(section, key), $"{key}: {problem.What}", problem.Advice);
        return missing;
    }

    /// <summary>Null when the key is not there, or wrong and reported.</summary>
    public string? Text(IniSection section, string key) => Document.Find(section, key) is { } found ? expand(section, found) : null;

    public int LineOf(IniSection section, string key) => Document.Find(section, key)?.Line ?? section.Line;

    public void WarnOfUnknownKeys(IniSection section, string what, string[] keys)
    {
        foreach (var key in section.Keys.Where(key => !keys.Contains(key.Name)))
            warn(key.Line, $"key '{key.Name}' of {what} is not known and has no effect", $"use {string.Join(", ", keys)}");
    }
}
