namespace Multivisor.Fleet.Configuration;

/// <summary>
/// Cuts a text into classified lines by the rules of Python 3's <c>configparser</c> with its default options. It never fails, so that
/// the masking of secrets sees exactly what the parser sees, even in a broken file.
/// </summary>
internal static class IniScanner
{
    public static IEnumerable<IniLine> Scan(string text)
    {
        var number = 0;
        var insideKey = false;
        var indent = 0;
        foreach (var (line, lineEnd) in Lines(text))
        {
            number++;
            var start = IniText.FirstNonSpace(line);
            var kind = Classify(line, start, insideKey && start > indent);
            if (kind is IniLineKind.Blank or IniLineKind.Comment or IniLineKind.Continuation)
            {
                var value = kind == IniLineKind.Continuation ? IniText.Trim(line) : "";
                yield return new IniLine(number, kind, line, lineEnd, "", start, value);
                continue;
            }

            indent = start;
            insideKey = kind == IniLineKind.Key || (insideKey && kind == IniLineKind.Malformed);
            yield return kind switch
            {
                IniLineKind.Key => Key(number, line, lineEnd, start),
                IniLineKind.Section => new IniLine(number, kind, line, lineEnd, line[(start + 1)..line.LastIndexOf(']')], start, ""),
                _ => new IniLine(number, kind, line, lineEnd, "", start, ""),
            };
        }
    }

    /// <summary>The name that a text would have as a key, if it looks like <c>key = value</c> at all.</summary>
    public static bool TryReadKey(string text, out string name, out int valueStart)
    {
        var start = IniText.FirstNonSpace(text);
        var delimiter = text.AsSpan(start).IndexOfAny('=', ':');
        name = delimiter > 0 ? IniText.Trim(text[start..(start + delimiter)]).ToLowerInvariant() : "";
        valueStart = delimiter > 0 ? start + delimiter + 1 : text.Length;
        while (valueStart < text.Length && IniText.IsSpace(text[valueStart]))
            valueStart++;
        return name.Length > 0;
    }

    private static IniLineKind Classify(string line, int start, bool continues)
    {
        if (start == line.Length)
            return IniLineKind.Blank;
        if (line[start] is '#' or ';')
            return IniLineKind.Comment;
        if (continues)
            return IniLineKind.Continuation;

        // The name reaches to the last bracket of the line; what follows it is ignored.
        if (line[start] == '[' && line.LastIndexOf(']') > start + 1)
            return IniLineKind.Section;
        return TryReadKey(line, out _, out _) ? IniLineKind.Key : IniLineKind.Malformed;
    }

    private static IniLine Key(int number, string line, string lineEnd, int start)
    {
        _ = TryReadKey(line, out var name, out var valueStart);
        return new IniLine(number, IniLineKind.Key, line, lineEnd, name, Math.Max(start, valueStart), IniText.Trim(line[valueStart..]));
    }

    private static IEnumerable<(string Line, string LineEnd)> Lines(string text)
    {
        var position = 0;
        while (position < text.Length)
        {
            var length = text.AsSpan(position).IndexOfAny('\r', '\n');
            if (length < 0)
            {
                yield return (text[position..], "");
                yield break;
            }

            var end = position + length;
            var next = text[end] == '\r' && end + 1 < text.Length && text[end + 1] == '\n' ? end + 2 : end + 1;
            yield return (text[position..end], text[end..next]);
            position = next;
        }
    }
}
