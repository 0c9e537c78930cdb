using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Multivisor.Testing;

namespace Multivisor.Bench;

/// <summary>What was measured, as a table for people and as JSON for comparisons.</summary>
internal sealed class Report
{
    private readonly List<Row> _rows = [];

    /// <param name="unit">Of all figures of the row.</param>
    /// <param name="original">The original's figure for the same, where one was measured.</param>
    public void Add(string what, string unit, double[] samples, string original = "")
    {
        var sorted = samples.Order().ToArray();
        _rows.Add(new Row(what, unit, sorted.Length, Percentile(sorted, 0.5), Percentile(sorted, 0.95), sorted[0], sorted[^1], original));
    }

    public void Print(TextWriter output)
    {
        output.WriteLine($"{"what",-62} {"n",4} {"median",9} {"p95",9} {"min",9} {"max",9}  unit  original");
        foreach (var row in _rows)
            output.WriteLine($"{row.What,-62} {row.Count,4} {Text(row.Median),9} {Text(row.P95),9} {Text(row.Min),9} {Text(row.Max),9}  {row.Unit,-4}  {row.Original}");
    }

    /// <returns>The file it was written to, relative to the repository.</returns>
    public string Save()
    {
        var folder = Directory.CreateDirectory(Path.Combine(TestData.RepositoryRoot, "bench", "results"));
        var rows = new JsonArray([.. _rows.Select(row => (JsonNode)new JsonObject
        {
            ["what"] = row.What, ["unit"] = row.Unit, ["n"] = row.Count, ["median"] = row.Median,
            ["p95"] = row.P95, ["min"] = row.Min, ["max"] = row.Max, ["original"] = row.Original,
        })]);
        var document = new JsonObject
        {
            ["date"] = DateTime.UtcNow.ToString("yyyy-MM-dd"),
            ["machine"] = new JsonObject
            {
                ["cores"] = Environment.ProcessorCount,
                ["memory_mib"] = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1024 * 1024),
                ["os"] = System.Runtime.InteropServices.RuntimeInformation.OSDescription,
            },
            ["rows"] = rows,
        };
        var name = $"{DateTime.UtcNow:yyyy-MM-dd}-{Environment.ProcessorCount}cores.json";
        File.WriteAllText(Path.Combine(folder.FullName, name), document.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n");
        return $"bench/results/{name}";
    }

    private static double Percentile(double[] sorted, double share) =>
        Math.Round(sorted[Math.Min(sorted.Length - 1, (int)Math.Ceiling(share * sorted.Length) - 1)], 3);

    private static string Text(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    private sealed record Row(string What, string Unit, int Count, double Median, double P95, double Min, double Max, string Original);
}
