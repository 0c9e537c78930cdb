using System.Text;

namespace Multivisor.Fleet.Configuration;

/// <summary>
/// Replaces <c>%(key)s</c> by the value of another key of the section or of DEFAULT, and <c>%%</c> by <c>%</c>. Any other use of <c>%</c>
/// is an error, as in Python's <c>BasicInterpolation</c>.
/// </summary>
internal sealed class IniInterpolation
{
    /// <summary>Python's limit: a reference may lead on to another one, ten values deep counting the first.</summary>
    private const int MaxDepth = 10;

    /// <summary>Python has no such limit; a few lines that double each other ten times would fill the memory.</summary>
    private const int MaxLength = 1024 * 1024;

    private readonly IniDocument _document;
    private readonly IniSection _section;
    private readonly StringBuilder _value = new();
    private readonly HashSet<string> _references = new(StringComparer.Ordinal);

    private IniInterpolation(IniDocument document, IniSection section)
    {
        _document = document;
        _section = section;
    }

    public static IniValue Expand(IniDocument document, IniSection section, IniKey key)
    {
        var interpolation = new IniInterpolation(document, section);
        var problem = interpolation.Append(key.RawValue, 1);
        return new IniValue(problem is null ? interpolation._value.ToString() : "", interpolation._references, problem);
    }

    /// <returns>What is wrong, or null.</returns>
    private ConfigProblem? Append(string text, int depth)
    {
        if (depth > MaxDepth && text.Contains('%'))
            return new ConfigProblem($"references go round in a circle or deeper than {MaxDepth} levels", "write the value itself");

        while (text.Length > 0)
        {
            var percent = text.IndexOf('%');
            _value.Append(text, 0, percent < 0 ? text.Length : percent);
            if (_value.Length > MaxLength)
                return new ConfigProblem("the references in it make it longer than 1 MiB", "write the value itself");
            if (percent < 0)
                return null;

            text = text[percent..];
            var problem = AppendEscape(ref text, depth);
            if (problem is not null)
                return problem;
        }

        return null;
    }

    private ConfigProblem? AppendEscape(ref string text, int depth)
    {
        if (text.StartsWith("%%", StringComparison.Ordinal))
        {
            _value.Append('%');
            text = text[2..];
            return null;
        }

        var close = text.IndexOf(')');
        if (!text.StartsWith("%(", StringComparison.Ordinal) || close < 3 || close + 1 >= text.Length || text[close + 1] != 's')
            return new ConfigProblem("a single % is a reference, %(key)s, and this one is not", "write %% for a percent sign");

        var name = text[2..close].ToLowerInvariant();
        text = text[(close + 2)..];
        var target = _document.Find(_section, name);
        if (target is null)
        {
            // Not named: the value may be a password that happens to look like a reference.
            return new ConfigProblem($"it refers to a key that [{_section.Name}] does not have", "add that key, or write %% for a percent sign");
        }

        _references.Add(name);
        return Append(target.RawValue, depth + 1);
    }
}

/// <param name="References">Names of all keys that went into the value, directly or not.</param>
internal sealed record IniValue(string Text, IReadOnlySet<string> References, ConfigProblem? Problem);
