namespace Multivisor.Fleet.Links;

/// <summary>Texts of other programs that go into messages of ours.</summary>
internal static class LinkText
{
    private const int MaxLength = 300;

    /// <summary>One line without control characters, not too long.</summary>
    public static string Clean(string text)
    {
        var cut = text.Length > MaxLength ? text[..MaxLength] : text;
        return string.Create(cut.Length, cut, static (target, source) =>
        {
            for (var i = 0; i < source.Length; i++)
                target[i] = char.IsControl(source[i]) ? ' ' : source[i];
        });
    }
}
