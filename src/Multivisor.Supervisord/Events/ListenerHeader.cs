using System.Globalization;

namespace Multivisor.Supervisord.Events;

/// <summary>Reads the header line of an event.</summary>
internal static class ListenerHeader
{
    private static readonly string[] Keys = ["ver", "server", "serial", "pool", "poolserial", "eventname", "len"];

    /// <param name="line">Without its line end.</param>
    /// <param name="length">Announced length of the payload, in characters.</param>
    /// <returns>False when the line has no length; the payload's end cannot be known then.</returns>
    public static bool TryParse(string line, out List<KeyValuePair<string, string>> header, out long length)
    {
        header = Known(line) ?? Any(line);
        length = 0;
        return header.Count > 0 && header[^1].Key == "len"
            && long.TryParse(header[^1].Value, NumberStyles.None, CultureInfo.InvariantCulture, out length);
    }

    /// <summary>
    /// The seven tokens at their known places. supervisord does not check its identifier and pool names for spaces and colons, so
    /// they are what is left between the others: looked for from the end, where values are safe.
    /// </summary>
    private static List<KeyValuePair<string, string>>? Known(string line)
    {
        var header = new KeyValuePair<string, string>[Keys.Length];
        var end = line.Length;
        for (var i = Keys.Length - 1; i >= 0; i--)
        {
            var mark = i == 0 ? "ver:" : $" {Keys[i]}:";
            var at = Keys[i] == "server" ? line.IndexOf(mark, 0, end, StringComparison.Ordinal) : line.LastIndexOf(mark, end - 1, end, StringComparison.Ordinal);
            if (at < 0 || (i == 0 && at != 0))
                return null;
            header[i] = new(Keys[i], line[(at + mark.Length)..end]);
            end = at;
            if (end == 0 && i > 0)
                return null;
        }

        return [.. header];
    }

    /// <summary>For a header of another make: words at single spaces, each cut at its first colon.</summary>
    private static List<KeyValuePair<string, string>> Any(string line)
    {
        var header = new List<KeyValuePair<string, string>>();
        foreach (var word in line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = word.IndexOf(':');
            header.Add(colon < 0 ? new(word, "") : new(word[..colon], word[(colon + 1)..]));
        }

        return header;
    }
}
