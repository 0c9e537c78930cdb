using System.IO.Enumeration;

namespace Multivisor.Fleet.Configuration;

/// <summary><c>include = conf.d/*.conf, more.conf</c> in [global]: further files with supervisors.</summary>
/// <param name="file">The one that includes; paths are relative to its folder.</param>
internal sealed class ConfigInclude(string file, int line, string text)
{
    public const string Key = "include";

    private const int MaxFiles = 4096;

    private readonly List<ConfigError> _errors = [];
    private readonly List<ConfigWarning> _warnings = [];

    public IReadOnlyList<ConfigError> Errors => _errors;

    public IReadOnlyList<ConfigWarning> Warnings => _warnings;

    /// <summary>The full path of the folder that a file is in.</summary>
    public static string FolderOf(string file) => Path.GetDirectoryName(Path.GetFullPath(file.Length == 0 ? "." : file)) ?? "/";

    /// <summary>The files in the order of the patterns, those of one pattern by name; each file once.</summary>
    public List<ConfigSource> Read()
    {
        var found = new List<ConfigSource>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var pattern in text.Split([',', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            foreach (var path in Files(pattern))
            {
                if (seen.Count == MaxFiles)
                {
                    Error(file, line, $"'{Key}' names more than {MaxFiles} files", "put several supervisors into one file");
                    return found;
                }

                if (seen.Add(path) && ReadOne(path) is { } document)
                    found.Add(new ConfigSource(document, path));
            }
        }

        return found;
    }

    private string[] Files(string pattern)
    {
        var full = Path.GetFullPath(pattern, FolderOf(file));
        var (folder, name) = (Path.GetDirectoryName(full) ?? "/", Path.GetFileName(full));
        if (folder.AsSpan().ContainsAny('*', '?'))
        {
            Error(file, line, $"'{pattern}' has a wildcard in the name of a folder", "write wildcards in the last part only, as in conf.d/*.conf");
            return [];
        }

        if (!name.AsSpan().ContainsAny('*', '?'))
            return [full];
        try
        {
            string[] names = [.. Directory.EnumerateFiles(folder).Where(path => FileSystemName.MatchesSimpleExpression(name, Path.GetFileName(path), ignoreCase: false))];
            Array.Sort(names, StringComparer.Ordinal);
            if (names.Length == 0)
                Warn($"no file matches '{pattern}'", "check the pattern, or remove it");
            return names;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (e is DirectoryNotFoundException)
                Warn($"there is no folder {folder}", "make it, or remove the pattern");
            else
                Error(file, line, $"the folder {folder} cannot be read ({e.Message.TrimEnd('.')})", "let this user read it");
            return [];
        }
    }

    private IniDocument? ReadOne(string path)
    {
        var (content, problem) = ConfigFile.ReadText(path);
        if (content is null)
        {
            _errors.Add(problem ?? new ConfigError(file, line, $"the included file {path} does not exist", "create it, or remove it from the list"));
            return null;
        }

        var document = IniParser.Parse(content, path);
        _errors.AddRange(document.Errors);
        foreach (var section in document.Sections.Where(section => !SupervisorSectionReader.IsSupervisor(section)))
            Error(path, section.Line, $"section [{section.Name}] cannot stand in an included file", $"write it into {file}; here is room for [supervisor:NAME] only");
        return document;
    }

    private void Error(string where, int at, string problem, string advice) => _errors.Add(new ConfigError(where, at, problem, advice));

    private void Warn(string problem, string advice) => _warnings.Add(new ConfigWarning(file, line, problem, advice));
}
