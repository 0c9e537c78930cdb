using System.CommandLine;

namespace Multivisor.Cli.Repl;

/// <summary>What may stand at the cursor, by the same commands that carry the line out.</summary>
internal sealed class Completer(Command root)
{
    /// <summary>More are no help.</summary>
    private const int Most = 500;

    /// <summary>Where the word at the cursor begins, and what may stand in its place: what begins like it first, then what holds it somewhere.</summary>
    public (int Start, IReadOnlyList<string> Words) At(string text, int cursor)
    {
        var start = cursor;
        while (start > 0 && text[start - 1] is not (' ' or '"'))
            start--;
        var word = text[start..cursor];
        var parsed = root.Parse(text[..cursor]);
        string[] words = [.. parsed.GetCompletions(cursor)
            .Select(item => item.InsertText ?? item.Label)
            .Where(label => label.Contains(word, StringComparison.OrdinalIgnoreCase) && !label.StartsWith("-?", StringComparison.Ordinal) && !label.StartsWith('/'))
            // Options are offered to who began one.
            .Where(label => word.StartsWith('-') || !label.StartsWith('-'))
            .Distinct(StringComparer.Ordinal)
            .OrderByDescending(label => label.StartsWith(word, StringComparison.OrdinalIgnoreCase))
            .ThenBy(label => label, StringComparer.Ordinal)
            .Take(Most)];
        return (start, words);
    }
}
