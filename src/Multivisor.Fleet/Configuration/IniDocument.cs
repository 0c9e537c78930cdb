namespace Multivisor.Fleet.Configuration;

/// <summary>A parsed file: what is in it, and all that was wrong with it.</summary>
internal sealed class IniDocument(IniSection defaults, IReadOnlyList<IniSection> sections, IReadOnlyList<ConfigError> errors)
{
    public const string DefaultSectionName = "DEFAULT";

    /// <summary>Its keys appear in every section that does not have them itself.</summary>
    public IniSection Defaults { get; } = defaults;

    /// <summary>In the order of the file, without DEFAULT.</summary>
    public IReadOnlyList<IniSection> Sections { get; } = sections;

    public IReadOnlyList<ConfigError> Errors { get; } = errors;

    public IniSection? Find(string name) => Sections.FirstOrDefault(section => section.Name == name);

    /// <summary>The keys that a reader of that section sees: the defaults first, each replaced by the section's own.</summary>
    public IEnumerable<IniKey> KeysOf(IniSection section) => Defaults.Keys
        .Select(key => section.Find(key.Name) ?? key)
        .Concat(section.Keys.Where(key => Defaults.Find(key.Name) is null));

    public IniKey? Find(IniSection section, string key) => section.Find(key) ?? Defaults.Find(key);
}

internal sealed class IniSection(string name, int line)
{
    private readonly List<IniKey> _keys = [];
    private readonly Dictionary<string, IniKey> _byName = new(StringComparer.Ordinal);

    public string Name { get; } = name;

    public int Line { get; } = line;

    public IReadOnlyList<IniKey> Keys => _keys;

    public IniKey? Find(string key) => _byName.GetValueOrDefault(key);

    internal void Add(IniKey key)
    {
        _keys.Add(key);
        _byName.Add(key.Name, key);
    }
}

internal sealed class IniKey(string name, int line, string firstValue)
{
    private readonly List<string> _values = [firstValue];
    private readonly List<IniLine> _continuations = [];

    /// <summary>In lower case.</summary>
    public string Name { get; } = name;

    public int Line { get; } = line;

    /// <summary>Before interpolation; continuation lines joined with LF.</summary>
    public string RawValue => IniText.TrimEnd(string.Join('\n', _values));

    public IReadOnlyList<IniLine> Continuations => _continuations;

    internal void AddBlank() => _values.Add("");

    internal void Add(IniLine continuation)
    {
        _values.Add(continuation.Value);
        _continuations.Add(continuation);
    }
}
