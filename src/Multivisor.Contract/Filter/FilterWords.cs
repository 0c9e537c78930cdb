namespace Multivisor.Contract.Filter;

/// <summary>One word of a filter before its meaning is looked at.</summary>
/// <param name="IsNegated">A minus stood before it.</param>
/// <param name="Key">What stood before its first colon, outside quotation marks; null when there was none.</param>
/// <param name="Units">Characters and <see cref="FilterUnit"/>s; with a key only what follows the colon.</param>
internal sealed record FilterWord(bool IsNegated, FilterField? Key, IReadOnlyList<int> Units);

/// <summary>Cuts the text of a filter into words. Every text has a meaning; nothing is refused.</summary>
internal static class FilterWords
{
    public static List<FilterWord> Read(string text)
    {
        var words = new List<FilterWord>();
        for (var i = 0; i < text.Length;)
        {
            if (IsBlank(text[i]))
                i++;
            else
                words.Add(ReadWord(text, ref i));
        }

        return words;
    }

    private static FilterWord ReadWord(string text, ref int i)
    {
        var negated = text[i] == '-';
        if (negated)
            i++;
        FilterField? key = null;
        var units = new List<int>();
        var quoted = false;
        var keyIsPossible = true;
        for (; i < text.Length && (quoted || !IsBlank(text[i])); i++)
        {
            var character = text[i];
            if (IsQuote(character))
            {
                quoted = !quoted;
                if (quoted)
                    units.Add(FilterUnit.Quote);
                keyIsPossible = false;
            }
            else if (!quoted && character == ':' && keyIsPossible && (key = KeyOf(units)) is not null)
            {
                units.Clear();
                keyIsPossible = false;
            }
            else
            {
                keyIsPossible &= character != ':';
                units.Add(quoted ? character : Unquoted(character));
            }
        }

        return new FilterWord(negated, key, units);
    }

    private static int Unquoted(char character) => character switch
    {
        '*' => FilterUnit.AnyRun,
        '?' => FilterUnit.AnyOne,
        ',' => FilterUnit.Comma,
        _ => character,
    };

    private static FilterField? KeyOf(List<int> units) =>
        units.TrueForAll(u => u >= 0) ? FilterFields.FromKey(string.Concat(units.Select(u => (char)u))) : null;

    /// <summary>The blanks of a keyboard; the ideographic one is what a Chinese or Japanese keyboard types.</summary>
    private static bool IsBlank(char character) => character is ' ' or (>= '\t' and <= '\r') or '\u00a0' or '\u3000';

    /// <summary>Also the curved ones, which phones put in by themselves.</summary>
    private static bool IsQuote(char character) => character is '"' or '\u201c' or '\u201d';
}
