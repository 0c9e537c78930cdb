using System.Text;
using Multivisor.Fleet.Configuration;
using Multivisor.Fuzz.Naive;

namespace Multivisor.Fuzz.Targets;

/// <summary>
/// A configuration file. Python's own configparser accepts the same files and reads the same values; the text with its secrets masked has
/// the same lines and keys, none of the secrets, and is not changed by masking it again; and no error or warning has a secret in it.
/// </summary>
internal sealed class ConfigTarget : IFuzzTarget
{
    private const string Mark = "c4nary";

    public string Name => "config";

    public int MaxLength => 4 * 1024;

    public void Run(byte[] input)
    {
        var text = Encoding.UTF8.GetString(input);
        var document = IniParser.Parse(text, "x.conf");
        Compare(document, PythonConfigParser.Read(text));
        var result = MultivisorConfig.Parse(text, "x.conf");
        BrokenRuleException.ThrowIf(document.Errors.Count > 0 && result.IsValid, "a file with errors is valid");
        BrokenRuleException.ThrowIf(!result.IsValid && result.Errors.IsEmpty, "a file is refused without a reason");
        CheckMask(text, document);
        CheckSecrets(text, document);
    }

    private static void Compare(IniDocument document, Dictionary<string, Dictionary<string, string?>>? python)
    {
        BrokenRuleException.ThrowIf((document.Errors.Count == 0) != (python is not null), python is null ? "Python refuses it" : $"Python accepts it: {string.Join(' ', document.Errors)}");
        if (python is null)
            return;
        List<IniSection> sections = [document.Defaults, .. document.Sections];
        BrokenRuleException.ThrowIf(sections.Count != python.Count, "other sections than Python's");
        foreach (var section in sections)
        {
            BrokenRuleException.ThrowIf(!python.TryGetValue(section.Name, out var theirs), $"Python has no section {section.Name}");
            var ours = document.KeysOf(section).ToDictionary(key => key.Name, key => Value(document, section, key), StringComparer.Ordinal);
            BrokenRuleException.ThrowIf(ours.Count != theirs!.Count, $"other keys than Python's in {section.Name}");
            foreach (var (key, value) in ours)
            {
                BrokenRuleException.ThrowIf(!theirs.TryGetValue(key, out var expected), $"Python has no key {key}");
                BrokenRuleException.ThrowIf(value != expected, $"{section.Name}.{key} is '{value}', and '{expected}' for Python");
            }
        }
    }

    private static string? Value(IniDocument document, IniSection section, IniKey key) =>
        IniInterpolation.Expand(document, section, key) is { Problem: null, Text: var text } ? text : null;

    private static void CheckMask(string text, IniDocument document)
    {
        var masked = ConfigMask.Apply(text);
        BrokenRuleException.ThrowIf(ConfigMask.Apply(masked) != masked, "masking again changes it");
        BrokenRuleException.ThrowIf(Ends(text) != Ends(masked), "masking changes lines");
        var after = IniParser.Parse(masked, "x.conf");
        if (document.Errors.Count > 0)
            return;
        foreach (var section in after.Sections.Prepend(after.Defaults))
        {
            foreach (var key in section.Keys.Where(k => SecretNames.Contains(k.Name)))
            {
                BrokenRuleException.ThrowIf(
                    key.RawValue.Split('\n').Any(line => line is not ("" or ConfigMask.Mask)), $"{key.Name} is shown as '{key.RawValue}'");
            }
        }
    }

    private static string Ends(string text) => new([.. text.Where(c => c is '\r' or '\n')]);

    /// <summary>Marks every secret, so that none is taken for a word of our own messages, and looks for the mark in what is told of the file then.</summary>
    private static void CheckSecrets(string text, IniDocument document)
    {
        var secret = document.Sections.Prepend(document.Defaults)
            .SelectMany(section => section.Keys)
            .Where(key => SecretNames.Contains(key.Name))
            .SelectMany(key => key.Continuations.Select(line => line.Number).Prepend(key.Line))
            .ToHashSet();
        if (secret.Count == 0)
            return;
        var marked = string.Concat(IniScanner.Scan(text).Select(line => $"{line.Text}{(secret.Contains(line.Number) ? Mark : "")}{line.LineEnd}"));
        var result = MultivisorConfig.Parse(marked, "x.conf");
        var told = string.Join('\n', [.. result.Errors.Select(e => e.ToString()), .. result.Config?.Warnings.Select(w => w.ToString()) ?? []]);
        BrokenRuleException.ThrowIf(told.Contains(Mark, StringComparison.OrdinalIgnoreCase), $"a secret is told: {told}");
    }
}
