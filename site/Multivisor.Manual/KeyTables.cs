using System.Text;
using System.Text.RegularExpressions;
using Multivisor.Fleet.Configuration;

namespace Multivisor.Manual;

/// <summary>The tables of keys in docs/configuration.md, made of the list that the readers of the configuration go by.</summary>
internal static partial class KeyTables
{
    private const string End = "<!-- end of keys -->";

    /// <summary>Writes the table of each kind of section between its two comments.</summary>
    /// <exception cref="InvalidDataException">There is no place for the keys of some kind.</exception>
    public static string Renew(string document)
    {
        foreach (var section in ConfigKeys.All)
        {
            var begin = $"<!-- keys: {section.Title} -->";
            var from = document.IndexOf(begin, StringComparison.Ordinal);
            var to = from < 0 ? -1 : document.IndexOf(End, from, StringComparison.Ordinal);
            if (to < 0)
                throw new InvalidDataException($"The document has no lines '{begin}' and '{End}'.");
            document = $"{document[..from]}{begin}\n{Table(section)}{document[to..]}";
        }

        return document;
    }

    private static string Table(ConfigSectionKeys section)
    {
        var text = new StringBuilder("| key | default | example | meaning |\n|---|---|---|---|\n");
        foreach (var key in section.Keys)
        {
            var otherwise = key.Default is null ? key.Without : $"`{key.Default}`";
            text.Append("| `").Append(key.Name).Append("` | ").Append(otherwise).Append(otherwise is null ? "| " : " | ")
                .Append('`').Append(Pipe().Replace(key.Example, @"\|")).Append("` | ").Append(key.Meaning).Append(" |\n");
        }

        return text.ToString();
    }

    [GeneratedRegex(@"\|", RegexOptions.None, 1000)]
    private static partial Regex Pipe();
}
