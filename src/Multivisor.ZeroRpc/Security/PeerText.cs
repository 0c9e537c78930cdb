namespace Multivisor.ZeroRpc.Security;

/// <summary>Text of a peer, made fit for a log or a terminal.</summary>
public static class PeerText
{
    /// <summary>One line of at most so many characters; what a terminal obeys, or what turns the direction of text, becomes a question mark.</summary>
    public static string Clean(string text, int maxLength)
    {
        var cut = text.Length > maxLength ? text[..maxLength] + "…" : text;
        return string.Create(cut.Length, cut, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
                span[i] = char.IsControl(source[i]) || char.IsSurrogate(source[i]) || char.GetUnicodeCategory(source[i]) == System.Globalization.UnicodeCategory.Format ? '?' : source[i];
        });
    }
}
