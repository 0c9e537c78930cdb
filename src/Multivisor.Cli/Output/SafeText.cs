using System.Globalization;
using System.Text;
using Wcwidth;

namespace Multivisor.Cli.Output;

/// <summary>Text from elsewhere on a terminal: nothing in it may move the cursor, turn the direction, or hide.</summary>
internal static class SafeText
{
    /// <summary>One line of it; what a terminal would obey becomes visible.</summary>
    public static string Line(string text)
    {
        if (!NeedsCare(text))
            return text;
        var safe = new StringBuilder(text.Length + 8);
        foreach (var character in text)
            Append(safe, character);
        return safe.ToString();
    }

    /// <summary>As <see cref="Line"/>, but colours (SGR sequences) stay, and are undone at the end.</summary>
    public static string ColouredLine(string text)
    {
        if (!NeedsCare(text))
            return text;
        var safe = new StringBuilder(text.Length + 8);
        var coloured = false;
        for (var i = 0; i < text.Length; i++)
        {
            var length = text[i] == '\e' ? ColourLength(text, i) : 0;
            if (length == 0)
            {
                Append(safe, text[i]);
                continue;
            }

            coloured = true;
            safe.Append(text, i, length);
            i += length - 1;
        }

        return coloured ? safe.Append("\e[0m").ToString() : safe.ToString();
    }

    /// <summary>How many columns a safe text takes.</summary>
    public static int WidthOf(string text)
    {
        var width = 0;
        foreach (var rune in text.EnumerateRunes())
            width += WidthOf(rune);
        return width;
    }

    public static int WidthOf(Rune rune) => Math.Max(0, UnicodeCalculator.GetWidth(rune));

    public static string Pad(string text, int width) => text + new string(' ', Math.Max(0, width - WidthOf(text)));

    /// <summary>At most so many columns; what is cut ends with an ellipsis.</summary>
    public static string Cut(string text, int width)
    {
        if (WidthOf(text) <= width)
            return text;
        var cut = new StringBuilder();
        var used = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            used += WidthOf(rune);
            if (used > width - 1)
                break;
            cut.Append(rune.ToString());
        }

        return width > 0 ? cut.Append('…').ToString() : "";
    }

    private static bool NeedsCare(string text)
    {
        foreach (var character in text)
        {
            if (IsControl(character))
                return true;
        }

        return false;
    }

    private static bool IsControl(char character) =>
        char.IsControl(character) || CharUnicodeInfo.GetUnicodeCategory(character) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    private static void Append(StringBuilder safe, char character)
    {
        if (!IsControl(character))
            safe.Append(character);
        else if (character == '\t')
            safe.Append("    ");
        else if (character < ' ')
            safe.Append('^').Append((char)(character + '@'));
        else
            safe.Append(CultureInfo.InvariantCulture, $"<U+{(int)character:X4}>");
    }

    /// <summary>The length of an SGR sequence (<c>ESC [ digits ; … m</c>) at a place; 0 when it is none.</summary>
    private static int ColourLength(string text, int start)
    {
        const int Longest = 64;
        if (start + 1 >= text.Length || text[start + 1] != '[')
            return 0;
        var end = Math.Min(text.Length, start + Longest);
        for (var i = start + 2; i < end; i++)
        {
            if (text[i] == 'm')
                return i - start + 1;
            if (!char.IsAsciiDigit(text[i]) && text[i] is not (';' or ':'))
                return 0;
        }

        return 0;
    }
}
