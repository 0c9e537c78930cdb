using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Multivisor.Testing;

namespace Multivisor.Bench;

/// <summary>The figures in <c>docs/performance.md</c>, between two marks; the text around them is written by people.</summary>
internal static class PerformancePage
{
    private const string Begin = "<!-- figures: written by bench.sh -->";
    private const string End = "<!-- end of the figures -->";

    /// <param name="document">What <see cref="Report"/> wrote.</param>
    public static void Write(JsonObject document)
    {
        var file = Path.Combine(TestData.RepositoryRoot, "docs", "performance.md");
        if (!File.Exists(file))
            return;
        var text = File.ReadAllText(file);
        var begin = text.IndexOf(Begin, StringComparison.Ordinal);
        var end = text.IndexOf(End, StringComparison.Ordinal);
        if (begin >= 0 && end > begin)
            File.WriteAllText(file, text[..(begin + Begin.Length)] + "\n" + Figures(document) + text[end..]);
    }

    private static string Figures(JsonObject document)
    {
        var rows = document["rows"]!.AsArray().Select(row => row!.AsObject()).ToArray();
        var machine = document["machine"]!;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"\nMeasured on {machine["cores"]} cores, {machine["memory_mib"]} MiB, {machine["os"]}.\n");
        text.Append("\n### Goals\n\n| what | goal | median | p99 | | met | the original |\n|---|---|---|---|---|---|---|\n");
        foreach (var row in rows.Where(row => row["goal"] is not null))
            text.Append(CultureInfo.InvariantCulture, $"| {What(row)} | {row["goal"]} | {Number(row["median"])} | {(Count(row) > 1 ? Number(row["p99"]) : "")} | {row["unit"]} | {((bool?)row["met"] == true ? "yes" : "**no**")} | {row["original"]} |\n");
        foreach (var benchmark in rows.GroupBy(row => (string?)row["benchmark"] ?? "", StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n### `./bench.sh {benchmark.Key}`\n\nMeasured on {benchmark.First()["date"]}.\n\n| what | n | median | p95 | p99 | max | | the original |\n|---|---|---|---|---|---|---|---|\n");
            foreach (var row in benchmark)
            {
                var more = Count(row) > 1 ? $"{Number(row["p95"])} | {Number(row["p99"])} | {Number(row["max"])}" : " | | ";
                text.Append(CultureInfo.InvariantCulture, $"| {What(row)} | {Count(row)} | {Number(row["median"])} | {more} | {row["unit"]} | {row["original"]} |\n");
            }
        }

        return text.Append('\n').ToString();
    }

    private static int Count(JsonObject row) => (int)row["n"]!;

    /// <summary>A row that belongs to the one before begins with two spaces, which a table would lose.</summary>
    private static string What(JsonObject row)
    {
        var what = ((string)row["what"]!).Replace("|", "\\|", StringComparison.Ordinal);
        return what.StartsWith("  ", StringComparison.Ordinal) ? $"· {what.Trim()}" : what;
    }

    private static string Number(JsonNode? value) => value is null ? "–" : ((double)value).ToString("#,0.###", CultureInfo.InvariantCulture);
}
