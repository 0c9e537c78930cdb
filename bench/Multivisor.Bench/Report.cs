using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Multivisor.Testing;

namespace Multivisor.Bench;

/// <summary>What was measured, as a table for people and as JSON for comparisons.</summary>
/// <param name="order">The benchmarks in the order in which their figures are written, whichever of them ran last: only what changed looks changed.</param>
internal sealed class Report(string[] order)
{
    private readonly List<Row> _rows = [];
    private string _benchmark = "";

    /// <summary>What is added from now on belongs to this benchmark.</summary>
    public void Begin(string benchmark) => _benchmark = benchmark;

    /// <param name="unit">Of all figures of the row.</param>
    /// <param name="original">The original's figure for the same, where one was measured.</param>
    public void Add(string what, string unit, double[] samples, string original = "", Goal? goal = null)
    {
        var sorted = samples.Order().ToArray();
        if (sorted.Length == 0)
            sorted = [double.NaN];
        _rows.Add(new Row(_benchmark, what, unit, samples.Length, sorted, original, goal));
    }

    public void Print(TextWriter output)
    {
        output.WriteLine($"{"what",-62} {"n",4} {"median",9} {"p95",9} {"p99",9} {"min",9} {"max",9}  unit  original");
        foreach (var row in _rows)
            output.WriteLine($"{row.What,-62} {row.Count,4} {Text(row.Median),9} {Text(row.P95),9} {Text(row.P99),9} {Text(row.Min),9} {Text(row.Max),9}  {row.Unit,-4}  {row.Original}");
    }

    /// <summary>Writes today's file; what other benchmarks wrote last on such a machine stays, with the date of that day.</summary>
    /// <returns>The file it was written to, relative to the repository.</returns>
    public string Save()
    {
        var folder = Directory.CreateDirectory(Path.Combine(TestData.RepositoryRoot, "bench", "results"));
        var name = $"{DateTime.UtcNow:yyyy-MM-dd}-{Machine}.json";
        var file = Path.Combine(folder.FullName, name);
        var mine = _rows.Select(row => row.Benchmark).ToHashSet(StringComparer.Ordinal);
        var today = DateTime.UtcNow.ToString("yyyy-MM-dd");
        var rows = Others(folder, mine).Concat(_rows.Select(row => row.ToJson(today))).OrderBy(row => Array.IndexOf(order, (string?)row["benchmark"]));
        var document = new JsonObject
        {
            ["date"] = today,
            ["machine"] = new JsonObject
            {
                ["cores"] = Environment.ProcessorCount,
                ["memory_mib"] = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1024 * 1024),
                ["os"] = System.Runtime.InteropServices.RuntimeInformation.OSDescription,
            },
            ["rows"] = new JsonArray([.. rows]),
        };
        PerformancePage.Write(document);
        File.WriteAllText(file, document.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n");
        return $"bench/results/{name}";
    }

    private static string Machine => $"{Environment.ProcessorCount}cores";

    private static IEnumerable<JsonNode> Others(DirectoryInfo folder, HashSet<string> mine)
    {
        var newest = folder.EnumerateFiles($"*-{Machine}.json").MaxBy(file => file.Name, StringComparer.Ordinal);
        if (newest is null)
            yield break;
        var document = JsonNode.Parse(File.ReadAllText(newest.FullName))!;
        foreach (var row in document["rows"]!.AsArray().Select(row => row!.AsObject()).Where(row => !mine.Contains((string?)row["benchmark"] ?? "")))
        {
            var kept = row.DeepClone();
            kept["date"] ??= document["date"]!.DeepClone();
            yield return kept;
        }
    }

    private static double Percentile(double[] sorted, double share) =>
        Math.Round(sorted[Math.Min(sorted.Length - 1, (int)Math.Ceiling(share * sorted.Length) - 1)], 3);

    private static string Text(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    private sealed record Row(string Benchmark, string What, string Unit, int Count, double[] Sorted, string Original, Goal? Goal)
    {
        public double Median => Percentile(Sorted, 0.5);

        public double P95 => Percentile(Sorted, 0.95);

        public double P99 => Percentile(Sorted, 0.99);

        public double Min => Sorted[0];

        public double Max => Sorted[^1];

        public JsonNode ToJson(string date) => new JsonObject
        {
            ["date"] = date, ["benchmark"] = Benchmark, ["what"] = What, ["unit"] = Unit, ["n"] = Count, ["median"] = Number(Median), ["p95"] = Number(P95),
            ["p99"] = Number(P99), ["min"] = Number(Min), ["max"] = Number(Max), ["original"] = Original,
            ["goal"] = Goal.ToJson(Goal), ["met"] = Goal?.IsMet(Median, P99),
        };

        /// <summary>JSON has no word for a figure that could not be taken.</summary>
        private static JsonValue? Number(double value) => double.IsNaN(value) ? null : JsonValue.Create(value);
    }
}
