using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Multivisor.Documents.Tests.Reading;
using Multivisor.EndToEnd.Support;
using Multivisor.Testing;

namespace Multivisor.Documents.Tests.Monitoring;

/// <summary>The rules and the dashboard in packaging/monitoring speak of what a server tells.</summary>
public sealed partial class MonitoringTests
{
    private static readonly string Folder = Path.Combine(TestData.RepositoryRoot, "packaging/monitoring");

    [Fact]
    public async Task Metrics_OfRulesDashboardAndDocuments_AreToldByAServer()
    {
        await using var supervisord = await Site.StartAsync("one", SupervisordOptions.Sleepers("web", 1));
        await using var server = await ServerProcess.StartAsync(("one", supervisord.AgentPort));
        // An action that was never asked for has no histogram yet.
        await server.Api.ActAsync("process/restart", "uid", "one:web:web");
        using var http = new HttpClient();
        var text = await http.GetStringAsync($"http://127.0.0.1:{server.Port}/metrics");
        var told = text.Split('\n').Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split('{', ' ')[0]).ToHashSet(StringComparer.Ordinal);
        var families = text.Split('\n').Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(line => line.Split(' ')[2]).ToList();

        foreach (var file in (string[])["multivisor-rules.yml", "multivisor-dashboard.json"])
            Assert.Empty(Metric().Matches(await File.ReadAllTextAsync(Path.Combine(Folder, file))).Select(match => match.Value).Except(told));
        foreach (var query in DashboardQueries().Select(query => query.Text).Append(await File.ReadAllTextAsync(Path.Combine(Folder, "multivisor-rules.yml"))))
            Assert.All(StateLabel().Matches(query), label => Assert.Contains(label.Value, text, StringComparison.Ordinal));
        var operations = Document.Named("docs/operations.md").Text;
        Assert.All(families, family => Assert.Contains($"`{family}", operations, StringComparison.Ordinal));
    }

    [Fact]
    public void Document_NamesEveryAlert()
    {
        var rules = File.ReadAllText(Path.Combine(Folder, "multivisor-rules.yml"));
        Assert.Equal(
            Alert().Matches(rules).Select(match => match.Groups["name"].Value),
            AlertRow().Matches(Document.Named("docs/monitoring.md").Text).Select(match => match.Groups["name"].Value));
    }

    [Fact]
    public void Dashboard_PanelsAreNumberedAndDoNotOverlap()
    {
        using var dashboard = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "multivisor-dashboard.json")));
        var panels = dashboard.RootElement.GetProperty("panels").EnumerateArray().ToList();
        Assert.Distinct(panels.Select(panel => panel.GetProperty("id").GetInt32()));
        var cells = panels.Select(panel => panel.GetProperty("gridPos")).SelectMany(place =>
            from x in Enumerable.Range(place.GetProperty("x").GetInt32(), place.GetProperty("w").GetInt32())
            from y in Enumerable.Range(place.GetProperty("y").GetInt32(), place.GetProperty("h").GetInt32())
            select (x, y)).ToList();
        Assert.Distinct(cells);
        Assert.All(cells, cell => Assert.InRange(cell.x, 0, 23));
    }

    /// <summary>By Prometheus' own tool.</summary>
    [Fact]
    public async Task RulesAndConfiguration_AreGoodPrometheus()
    {
        using var folder = new TemporaryFolder();
        File.Copy(Path.Combine(Folder, "multivisor-rules.yml"), Path.Combine(folder.Path, "multivisor-rules.yml"));
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "multivisor-token"), "mvt_x");
        foreach (var block in Document.All.SelectMany(document => document.Blocks).Where(block => block.Language == "yaml" && block.Text.Contains("scrape_configs", StringComparison.Ordinal)))
        {
            var file = Path.Combine(folder.Path, "prometheus.yml");
            await File.WriteAllTextAsync(file, block.Text.Replace("/etc/prometheus/", $"{folder.Path}/", StringComparison.Ordinal));
            var (code, output) = await PromtoolAsync("config", file);
            Assert.True(code == 0, $"{block.Place}: {output}");
        }
    }

    /// <summary>By the same tool, which knows queries as the expressions of rules.</summary>
    [Fact]
    public async Task DashboardQueries_AreGoodPrometheus_AndNameWhatTheyShow()
    {
        var queries = DashboardQueries();
        Assert.NotEmpty(queries);
        var (code, output) = await CheckQueriesAsync(queries.Select(query => query.Text));
        Assert.True(code == 0, output);
        foreach (var (title, text, legend) in queries)
            Assert.All(Placeholder().Matches(legend), label => Assert.True(Grouping().IsMatch(text) && Grouping().Match(text).Groups["labels"].Value.Split(", ").Contains(label.Groups["name"].Value), title));

        (code, output) = await CheckQueriesAsync(["sum by (state (multivisor_processes)"]);
        Assert.True(code != 0, output);
    }

    private static async Task<(int Code, string Output)> CheckQueriesAsync(IEnumerable<string> queries)
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "queries.yml");
        // JSON is YAML, and the only way to quote that both ends agree on.
        var rules = queries.Select((query, number) => $"{{ record: 'query:{number}', expr: {JsonSerializer.Serialize(query.Replace("$instance", ".*", StringComparison.Ordinal))} }}");
        await File.WriteAllTextAsync(file, $"groups: [{{ name: dashboard, rules: [{string.Join(", ", rules)}] }}]\n");
        return await PromtoolAsync("rules", file);
    }

    private static async Task<(int Code, string Output)> PromtoolAsync(string kind, string file)
    {
        using var promtool = Process.Start(new ProcessStartInfo("promtool", ["check", kind, file]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        var errors = promtool.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await promtool.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await promtool.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (promtool.ExitCode, output + await errors);
    }

    private static List<(string Title, string Text, string Legend)> DashboardQueries()
    {
        using var dashboard = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "multivisor-dashboard.json")));
        return
        [
            .. from panel in dashboard.RootElement.GetProperty("panels").EnumerateArray()
               from target in panel.GetProperty("targets").EnumerateArray()
               select (panel.GetProperty("title").GetString()!, target.GetProperty("expr").GetString()!, target.GetProperty("legendFormat").GetString()!),
        ];
    }

    [GeneratedRegex(@"multivisor_[a-z_]+", RegexOptions.None, 1000)]
    private static partial Regex Metric();

    [GeneratedRegex("state=\"[A-Za-z]+\"", RegexOptions.None, 1000)]
    private static partial Regex StateLabel();

    [GeneratedRegex(@"\{\{(?<name>\w+)\}\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"\bby \((?<labels>[\w, ]+)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Grouping();

    [GeneratedRegex(@"- alert: (?<name>\w+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Alert();

    [GeneratedRegex(@"^\| `(?<name>Multivisor\w+)`", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex AlertRow();

    private sealed class TemporaryFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("mvmon-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
