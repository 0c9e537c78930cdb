namespace Multivisor.Manual;

/// <summary>The part of a document that is made by this program: it stands between two comments.</summary>
internal static class MarkedPart
{
    /// <exception cref="InvalidDataException">The document has no place for it.</exception>
    public static string Replace(string document, string begin, string end, string part)
    {
        var from = document.IndexOf(begin, StringComparison.Ordinal);
        var to = from < 0 ? -1 : document.IndexOf(end, from, StringComparison.Ordinal);
        return to < 0
            ? throw new InvalidDataException($"The document has no lines '{begin}' and '{end}'.")
            : $"{document[..from]}{begin}\n{part}{document[to..]}";
    }

    /// <summary>A text as it stands in a cell of a table.</summary>
    public static string Cell(string text) => text.Replace("|", @"\|", StringComparison.Ordinal);
}
