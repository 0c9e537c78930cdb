namespace Multivisor.Contract.Filter;

/// <summary>
/// A value of a filter: characters in lower case, <c>*</c> for any run of them and <c>?</c> for one. Without a wildcard
/// it is a plain text.
/// </summary>
/// <remarks>Matching takes at most pattern length × text length steps, whatever a client sends.</remarks>
internal sealed class FilterPattern
{
    private readonly int[] _units;
    private readonly string? _plain;

    /// <param name="units">UTF-16 units in lower case, and <see cref="FilterUnit.AnyRun"/>, <see cref="FilterUnit.AnyOne"/>.</param>
    public FilterPattern(IReadOnlyList<int> units)
    {
        _units = [.. units];
        if (!_units.Any(FilterUnit.IsWildcard))
            _plain = string.Concat(_units.Select(u => (char)u));
    }

    public bool HasWildcard => _plain is null;

    public bool IsEmpty => _units.Length == 0;

    /// <summary>The whole text is this.</summary>
    public bool Matches(string text) => _plain is not null ? text == _plain : MatchesWildcards(text);

    /// <summary>The text has this plain value somewhere; one with wildcards is always compared with the whole.</summary>
    public bool IsIn(string text) => _plain is not null ? text.Contains(_plain, StringComparison.Ordinal) : MatchesWildcards(text);

    private bool MatchesWildcards(string text)
    {
        int unit = 0, position = 0, runUnit = -1, runPosition = 0;
        while (position < text.Length)
        {
            if (unit < _units.Length && _units[unit] == FilterUnit.AnyRun)
            {
                runUnit = unit++;
                runPosition = position;
            }
            else if (unit < _units.Length && _units[unit] == FilterUnit.AnyOne)
            {
                unit++;
                position += Width(text, position);
            }
            else if (unit < _units.Length && _units[unit] == text[position])
            {
                unit++;
                position++;
            }
            else if (runUnit >= 0)
            {
                // Let the last run take one character more; earlier runs need not be tried again.
                unit = runUnit + 1;
                position = runPosition += Width(text, runPosition);
            }
            else
            {
                return false;
            }
        }

        while (unit < _units.Length && _units[unit] == FilterUnit.AnyRun)
            unit++;
        return unit == _units.Length;
    }

    /// <summary>A character beyond the first 65,536 takes two units and is still one.</summary>
    private static int Width(string text, int position) =>
        char.IsHighSurrogate(text[position]) && position + 1 < text.Length && char.IsLowSurrogate(text[position + 1]) ? 2 : 1;
}

/// <summary>What stands in a word beside plain characters.</summary>
internal static class FilterUnit
{
    public const int AnyRun = -1;
    public const int AnyOne = -2;

    /// <summary>A comma outside quotation marks.</summary>
    public const int Comma = -3;

    /// <summary>Here a quotation mark began: the value was meant, even when nothing is in it.</summary>
    public const int Quote = -4;

    public static bool IsWildcard(int unit) => unit is AnyRun or AnyOne;
}
