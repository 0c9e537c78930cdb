namespace Multivisor.Fleet.Configuration;

/// <summary>Cuts a list of urls at its commas, but not at one inside a password.</summary>
internal static class UrlListText
{
    public static List<string> Split(string text)
    {
        var parts = new List<string>();
        foreach (var piece in text.Split(','))
        {
            if (parts.Count > 0 && IsRestOfCredentials(parts[^1], piece))
                parts[^1] = $"{parts[^1]},{piece}";
            else
                parts.Add(piece);
        }

        return [.. parts.Select(IniText.Trim)];
    }

    /// <summary>After a scheme and without an @ so far, what has an @ before any scheme of its own goes on with the credentials.</summary>
    private static bool IsRestOfCredentials(string before, string piece)
    {
        var at = piece.IndexOf('@', StringComparison.Ordinal);
        var scheme = piece.IndexOf("://", StringComparison.Ordinal);
        return at >= 0 && (scheme < 0 || at < scheme) && before.Contains("://", StringComparison.Ordinal) && !before.Contains('@', StringComparison.Ordinal);
    }
}
