using System.Text;
using Multivisor.Fleet.Configuration;

namespace Multivisor.Manual;

/// <summary>The tables of keys in docs/configuration.md, made of the list that the readers of the configuration go by.</summary>
internal static class KeyTables
{
    private const string End = "<!-- end of keys -->";

    /// <summary>Writes the table of each kind of section between its two comments.</summary>
    /// <exception cref="InvalidDataException">There is no place for the keys of some kind.</exception>
    public static string Renew(string document)
    {
        foreach (var section in ConfigKeys.All)
            document = MarkedPart.Replace(document, $"<!-- keys: {section.Title} -->", End, Table(section));
        return document;
    }

    private static string Table(ConfigSectionKeys section)
    {
        var text = new StringBuilder("| key | default | example | meaning |\n|---|---|---|---|\n");
        foreach (var key in section.Keys)
        {
            var otherwise = key.Default is null ? key.Without : $"`{key.Default}`";
            text.Append("| `").Append(key.Name).Append("` | ").Append(otherwise).Append(otherwise is null ? "| " : " | ")
                .Append('`').Append(MarkedPart.Cell(key.Example)).Append("` | ").Append(key.Meaning).Append(" |\n");
        }

        return text.ToString();
    }
}
