using System.Globalization;
using System.Text;

namespace Multivisor.Agent.Calls;

/// <summary>Writes text as Python's <c>repr()</c> does: the original's error messages contain it, and programs parse them.</summary>
internal static class PythonText
{
    public static string Repr(string text)
    {
        var quote = text.Contains('\'') && !text.Contains('"') ? '"' : '\'';
        var result = new StringBuilder(text.Length + 2).Append(quote);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value == quote || rune.Value == '\\')
                result.Append('\\').Append((char)rune.Value);
            else if (rune.Value == '\n')
                result.Append("\\n");
            else if (rune.Value == '\r')
                result.Append("\\r");
            else if (rune.Value == '\t')
                result.Append("\\t");
            else if (IsPrintable(rune))
                result.Append(rune);
            else if (rune.Value < 0x100)
                result.Append($"\\x{rune.Value:x2}");
            else if (rune.Value < 0x10000)
                result.Append($"\\u{rune.Value:x4}");
            else
                result.Append($"\\U{rune.Value:x8}");
        }

        return result.Append(quote).ToString();
    }

    private static bool IsPrintable(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator);
}
