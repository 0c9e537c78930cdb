namespace Multivisor.Fleet.Configuration;

/// <summary>White space as Python's <c>str.strip</c> sees it: what .NET has, and the four separators U+001C to U+001F.</summary>
internal static class IniText
{
    public static bool IsSpace(char c) => char.IsWhiteSpace(c) || c is >= '\x1c' and <= '\x1f';

    public static int FirstNonSpace(string text)
    {
        var start = 0;
        while (start < text.Length && IsSpace(text[start]))
            start++;
        return start;
    }

    public static string Trim(string text) => TrimEnd(text[FirstNonSpace(text)..]);

    public static string TrimEnd(string text)
    {
        var end = text.Length;
        while (end > 0 && IsSpace(text[end - 1]))
            end--;
        return text[..end];
    }
}
