using System.Text;

namespace Multivisor.Fleet.Configuration;

/// <summary>
/// Hides the secrets of a configuration text and leaves every other character as it is. In doubt it hides too much: the file may be broken,
/// half edited, or hold yesterday's password in a comment.
/// </summary>
public static class ConfigMask
{
    /// <summary>Stands for a secret, whatever its length.</summary>
    public const string Mask = "********";

    /// <summary>Two are enough for anything that a person writes.</summary>
    private const int MaxRounds = 8;

    /// <summary>Begins every kind of stored secret: <c>{SHA}</c>, <c>{SHA256}</c>, <c>{PBKDF2-…}</c>.</summary>
    private static readonly string[] HashMarks = ["{SHA", "{PBKDF2"];

    public static string Apply(string text)
    {
        // What is hidden at the beginning of a line may have kept the rest from being seen for what it is.
        for (var round = 0; round < MaxRounds; round++)
        {
            var masked = ApplyOnce(text);
            if (masked == text)
                break;
            text = masked;
        }

        return text;
    }

    private static string ApplyOnce(string text)
    {
        var result = new StringBuilder(text.Length);
        var state = new State();
        foreach (var line in IniScanner.Scan(text))
            result.Append(state.Apply(line)).Append(line.LineEnd);
        return result.ToString();
    }

    /// <summary>Replaces <c>user:password</c> in <c>scheme://user:password@host</c>, up to the last @ since a password may contain one.</summary>
    internal static string MaskUserInfo(string text)
    {
        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        return scheme < 0 ? text : MaskUntilAt(text, scheme + 3);
    }

    /// <summary>The same for each of several, separated by commas.</summary>
    internal static string MaskUserInfos(string text) => string.Join(", ", UrlListText.Split(text).Select(MaskUserInfo));

    private static string MaskUntilAt(string text, int start)
    {
        var at = text.LastIndexOf('@');
        return at > start ? text[..start] + Mask + text[at..] : text;
    }

    private static string MaskFrom(string text, int start) => start < text.Length ? text[..start] + Mask : text;

    private static bool IsSecret(string name, string value) =>
        SecretNames.Contains(name) || Array.Exists(HashMarks, mark => value.StartsWith(mark, StringComparison.OrdinalIgnoreCase));

    private sealed class State
    {
        private bool _secret;
        private bool _url;
        private int _keyIndent;

        /// <summary>Indent of the text of a commented-out secret, whose further lines may follow; -1 when there is none.</summary>
        private int _commentIndent = -1;

        public string Apply(IniLine line)
        {
            if (line.Kind == IniLineKind.Blank)
                return line.Text;
            if (line.Kind == IniLineKind.Comment)
                return Comment(line.Text);

            var indent = IniText.FirstNonSpace(line.Text);
            var afterSecretComment = _commentIndent >= 0 && indent > 0;
            if (!afterSecretComment)
                _commentIndent = -1;
            switch (line.Kind)
            {
                case IniLineKind.Section:
                    _secret = _url = false;
                    return MaskUserInfo(line.Text);
                case IniLineKind.Key:
                    _keyIndent = indent;
                    _secret = IsSecret(line.Name, line.Value);
                    _url = line.Name == "url";
                    return _secret ? MaskFrom(line.Text, line.ValueStart) : Unhidden(line.Text, line.ValueStart);
                case IniLineKind.Continuation:
                    return Continuation(line.Text, indent, afterSecretComment);
                default:
                    return afterSecretComment ? MaskFrom(line.Text, indent) : Malformed(line.Text, indent);
            }
        }

        /// <summary>An indented key is part of the key above it for the parser, and a secret for whoever wrote it.</summary>
        private string Continuation(string text, int indent, bool afterSecretComment)
        {
            if (_secret || afterSecretComment)
                return MaskFrom(text, indent);
            if (!IniScanner.TryReadKey(text, out var name, out var valueStart) || !IsSecret(name, text[valueStart..]))
                return Unhidden(text, indent);
            _secret = true;
            return MaskFrom(text, valueStart);
        }

        private string Comment(string text)
        {
            var mark = IniText.FirstNonSpace(text);
            var start = mark;
            while (start < text.Length && (text[start] is '#' or ';' || IniText.IsSpace(text[start])))
                start++;
            var content = text[start..];
            if (_secret && mark > _keyIndent)
                return MaskFrom(text, start);

            if (IniScanner.TryReadKey(content, out var name, out var valueStart) && (_commentIndent < 0 || start <= _commentIndent))
            {
                var secret = IsSecret(name, content[valueStart..]);
                _commentIndent = secret ? start : -1;
                if (secret)
                    return MaskFrom(text, start + valueStart);
                return name == "url" ? MaskUntilAt(text, AfterScheme(text, start + valueStart)) : MaskUserInfo(text);
            }

            if (_commentIndent >= 0 && start > _commentIndent)
                return MaskFrom(text, start);
            _commentIndent = -1;
            return MaskUserInfo(text);
        }

        /// <summary>A line without = may be a secret whose = was forgotten.</summary>
        private static string Malformed(string text, int indent)
        {
            var end = indent;
            while (end < text.Length && !IniText.IsSpace(text[end]))
                end++;
            if (!SecretNames.Contains(text[indent..end].ToLowerInvariant()))
                return MaskUserInfo(text);
            while (end < text.Length && IniText.IsSpace(text[end]))
                end++;
            return MaskFrom(text, end);
        }

        private string Unhidden(string text, int valueStart) =>
            _url ? MaskUntilAt(text, AfterScheme(text, valueStart)) : MaskUserInfo(text);

        private static int AfterScheme(string text, int start)
        {
            var scheme = text.IndexOf("://", start, StringComparison.Ordinal);
            return scheme < 0 ? start : scheme + 3;
        }
    }
}
