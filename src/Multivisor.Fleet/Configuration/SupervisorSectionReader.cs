using System.Collections.Immutable;

namespace Multivisor.Fleet.Configuration;

/// <summary>Reads the <c>[supervisor:NAME]</c> sections of the configuration file and of those that it includes.</summary>
/// <param name="main">The configuration file itself.</param>
internal sealed class SupervisorSectionReader(ConfigSource main, List<ConfigError> errors, List<ConfigWarning> warnings)
{
    private const string Prefix = "supervisor:";
    private const string UrlKey = "url";
    private const string LabelsKey = "labels";

    private readonly Dictionary<string, (string File, int Line)> _places = new(StringComparer.Ordinal);
    private readonly ImmutableArray<SupervisorConfig>.Builder _found = ImmutableArray.CreateBuilder<SupervisorConfig>();

    /// <summary>In the order of the files.</summary>
    public ImmutableArray<SupervisorConfig> Found => _found.ToImmutable();

    public static bool IsSupervisor(IniSection section) => section.Name.StartsWith(Prefix, StringComparison.Ordinal);

    public void Read(ConfigSource source)
    {
        foreach (var section in source.Document.Sections.Where(IsSupervisor))
            Read(source, section);
    }

    /// <returns>What is wrong with the name of a supervisor, or null.</returns>
    public static ConfigProblem? CheckName(string name)
    {
        if (name.Length == 0)
            return new ConfigProblem("the supervisor has no name", "write [supervisor:NAME]");
        if (name.AsSpan().ContainsAny('[', ']'))
            return new ConfigProblem($"the supervisor's name '{name}' contains a bracket", "write [supervisor:NAME] and nothing behind it");
        return name.IndexOfAny([':', '/', ',']) is >= 0 and var at
            ? new ConfigProblem($"the supervisor's name '{name}' contains '{name[at]}', which separates names", "choose a name without it")
            : null;
    }

    private void Read(ConfigSource source, IniSection section)
    {
        var name = IniText.Trim(section.Name[Prefix.Length..]);
        if (CheckName(name) is { } problem)
        {
            Error(source, section.Line, problem.What, problem.Advice);
            return;
        }

        if (!_places.TryAdd(name, (source.File, section.Line)))
        {
            var (file, line) = _places[name];
            var where = file == source.File ? $"in line {line}" : $"in {file}:{line}";
            Error(source, section.Line, $"supervisor '{name}' is there twice (first {where})", "give one of them another name");
        }

        WarnAboutUnknownKeys(source, section, name);
        var (text, urls) = ReadUrls(source, section, name);
        if (urls.IsEmpty)
            return;
        var tls = new TlsReader(source, main, Expand, Report).Read(section, name, urls);
        // Only its own: what [DEFAULT] calls a password was never meant for supervisord.
        var credentials = new CredentialsReader(ConfigInclude.FolderOf(source.File), Own, (key, what, advice) => Error(source, section.Find(key)!.Line, what, advice),
            (key, what, advice) => warnings.Add(new ConfigWarning(source.File, section.Find(key)!.Line, what, advice))).Read(name, urls);
        _found.Add(new SupervisorConfig(name, text, urls[0], section.Line)
        {
            Tls = tls,
            Alternatives = urls.Length == 1 ? [] : urls.RemoveAt(0),
            Credentials = credentials,
            Labels = ReadLabels(source, section, name),
        });

        string? Own(string key) => section.Find(key) is { } found ? Expand(source, section, found) : null;
    }

    private (string Text, ImmutableArray<SupervisorUrl> Urls) ReadUrls(ConfigSource source, IniSection section, string name)
    {
        var key = source.Document.Find(section, UrlKey);
        var text = key is null ? "" : Expand(source, section, key);
        if (text is null)
            return ("", []);
        var problem = SupervisorUrlList.Read(text, name, out var urls);
        if (problem is not null)
            Error(source, key?.Line ?? section.Line, $"url of supervisor '{name}': {problem.What}", problem.Advice);
        return (urls.Length == 1 ? urls[0].Raw : ConfigMask.MaskUserInfos(text), urls);
    }

    private LabelSet ReadLabels(ConfigSource source, IniSection section, string name)
    {
        if (source.Document.Find(section, LabelsKey) is not { } key || Expand(source, section, key) is not { } text)
            return LabelSet.Empty;
        if (LabelSet.Read(text, out var labels) is { } problem)
            Error(source, key.Line, $"labels of supervisor '{name}': {problem.What}", problem.Advice);
        return labels;
    }

    private void WarnAboutUnknownKeys(ConfigSource source, IniSection section, string name)
    {
        foreach (var key in section.Keys.Where(key => !ConfigKeys.Supervisor.Contains(key.Name)))
        {
            warnings.Add(new ConfigWarning(
                source.File, key.Line, $"key '{key.Name}' of supervisor '{name}' is not known and has no effect",
                "remove it; url, labels, username, password_file and the keys of TLS are used"));
        }
    }

    private string? Expand(ConfigSource source, IniSection section, IniKey key)
    {
        var value = IniInterpolation.Expand(source.Document, section, key);
        if (value.Problem is null)
            return value.Text;
        Report(source.File, key.Line, $"value of '{key.Name}': {value.Problem.What}", value.Problem.Advice);
        return null;
    }

    private void Error(ConfigSource source, int line, string problem, string advice) => Report(source.File, line, problem, advice);

    private void Report(string file, int line, string problem, string advice)
    {
        // A key of [DEFAULT] is seen once for every section.
        var error = new ConfigError(file, line, problem, advice);
        if (!errors.Contains(error))
            errors.Add(error);
    }
}
