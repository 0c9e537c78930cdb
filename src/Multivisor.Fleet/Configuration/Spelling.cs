namespace Multivisor.Fleet.Configuration;

/// <summary>Finds what somebody may have meant to write.</summary>
internal static class Spelling
{
    /// <summary>Shorter words are near to too many others.</summary>
    private const int ShortestWord = 6;

    /// <summary>So many letters may be missing, too many or wrong; two that changed places count as one.</summary>
    private const int MostMistakes = 2;

    /// <summary>The word that <paramref name="text"/> is a misspelling of; null when there is none, or when it is one of them.</summary>
    /// <param name="text">In lower case, as are the words. Marks between its parts do not count.</param>
    public static string? Meant(string text, IEnumerable<string> words)
    {
        string? best = null;
        var fewest = MostMistakes + 1;
        foreach (var word in words)
        {
            if (word == text)
                return null;
            if (Mistakes(text, word) is var mistakes && mistakes < fewest)
                (best, fewest) = (word, mistakes);
        }

        return best;
    }

    public static bool IsNear(string text, string word) => Mistakes(text, word) <= MostMistakes;

    private static int Mistakes(string text, string word)
    {
        if (word.Length < ShortestWord || Math.Abs(text.Length - word.Length) > 2 * MostMistakes)
            return int.MaxValue;
        var (a, b) = (Letters(text), Letters(word));
        // The smallest number of changes by rows, and the row before the last for letters that changed places.
        var (beforeLast, last, row) = (new int[b.Length + 1], new int[b.Length + 1], new int[b.Length + 1]);
        for (var j = 0; j <= b.Length; j++)
            last[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                row[j] = Math.Min(Math.Min(row[j - 1], last[j]) + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    row[j] = Math.Min(row[j], beforeLast[j - 2] + 1);
            }

            (beforeLast, last, row) = (last, row, beforeLast);
        }

        return last[b.Length];
    }

    private static string Letters(string text) => string.Concat(text.Where(char.IsLetterOrDigit));
}
