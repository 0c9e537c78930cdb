namespace Multivisor.Fleet.Configuration;

/// <summary>
/// Reads a text as Python 3's <c>configparser.ConfigParser</c> does with its default options, except that it goes on after an error and
/// reports all of them, with lines.
/// </summary>
internal sealed class IniParser
{
    private readonly string _file;
    private readonly IniSection _defaults = new(IniDocument.DefaultSectionName, 0);
    private readonly Dictionary<string, IniSection> _sections = new(StringComparer.Ordinal);
    private readonly List<IniSection> _ordered = [];
    private readonly List<ConfigError> _errors = [];
    private IniSection? _section;
    private IniKey? _key;
    private bool _headerReported;

    private IniParser(string file) => _file = file;

    public static IniDocument Parse(string text, string file)
    {
        var parser = new IniParser(file);
        foreach (var line in IniScanner.Scan(text))
            parser.Take(line);
        return new IniDocument(parser._defaults, parser._ordered, parser._errors);
    }

    private void Take(IniLine line)
    {
        switch (line.Kind)
        {
            case IniLineKind.Comment:
                break;
            case IniLineKind.Blank:
                _key?.AddBlank();
                break;
            case IniLineKind.Continuation:
                _key?.Add(line);
                break;
            case IniLineKind.Section:
                Open(line);
                break;
            case IniLineKind.Key when _section is not null:
                AddKey(_section, line);
                break;
            case IniLineKind.Malformed when _section is not null:
                Malformed(line);
                break;
            default:
                MissingHeader(line);
                break;
        }
    }

    private void Open(IniLine line)
    {
        _key = null;
        if (line.Name == IniDocument.DefaultSectionName)
        {
            _section = _defaults;
            return;
        }

        // After a duplicate the lines go into a section that nobody reads, so that errors in them are found too.
        _section = new IniSection(line.Name, line.Number);
        if (_sections.TryAdd(line.Name, _section))
        {
            _ordered.Add(_section);
            return;
        }

        Error(
            line.Number,
            $"section [{line.Name}] is there twice (first in line {_sections[line.Name].Line})",
            "keep one of them, or give this one another name");
    }

    private void AddKey(IniSection section, IniLine line)
    {
        _key = new IniKey(line.Name, line.Number, line.Value);
        var first = section.Find(line.Name);
        if (first is null)
        {
            section.Add(_key);
            return;
        }

        Error(line.Number, $"key '{line.Name}' is there twice in [{section.Name}] (first in line {first.Line})", "remove one of them");
    }

    private void MissingHeader(IniLine line)
    {
        if (_headerReported)
            return;
        _headerReported = true;
        Error(line.Number, "there is text before the first [section]", "start the file with [global]");
    }

    private void Malformed(IniLine line)
    {
        // The line is not quoted: it may be a password without its key.
        var (problem, advice) = line.Text[line.ValueStart] switch
        {
            '[' => ("the section's name is empty or has no closing bracket", "write [global] or [supervisor:NAME]"),
            '=' or ':' => ("the name of the key is missing", "write key = value, or # in front of a comment"),
            _ => ("this is neither a section nor a key with a value", "write key = value, or # in front of a comment"),
        };
        Error(line.Number, problem, advice);
    }

    private void Error(int line, string problem, string advice) => _errors.Add(new ConfigError(_file, line, problem, advice));
}
