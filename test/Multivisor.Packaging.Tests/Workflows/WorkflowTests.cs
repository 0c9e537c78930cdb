using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Multivisor.Packaging.Tests.Support;

namespace Multivisor.Packaging.Tests.Workflows;

public sealed partial class WorkflowTests
{
    [Theory]
    [InlineData("ci.yml")]
    [InlineData("release.yml")]
    public async Task Workflow_CallsWhatIsThere(string name)
    {
        var jobs = (await Yaml.ReadAsync($".github/workflows/{name}"))[0]!["jobs"]!.AsObject();
        Assert.All(jobs, job => Assert.All(NeedsOf(job.Value!), needed => Assert.Contains(needed, jobs.Select(other => other.Key))));
        var steps = jobs.SelectMany(job => job.Value!["steps"]?.AsArray() ?? []).Select(step => step!).ToArray();
        Assert.All(steps, step => Assert.True(step["run"] is null != step["uses"] is null));
        var files = steps.SelectMany(step => File().Matches((string?)step["run"] ?? "")).Select(match => match.Value)
            .Concat(jobs.Select(job => (string?)job.Value!["uses"]).OfType<string>());
        Assert.All(files, file => Assert.True(Path.Exists(Path.Combine(Release.Root, file)), $"{name} calls {file}"));
    }

    /// <summary>By GitHub's own reader: keys, values, expressions, needs.</summary>
    [Fact]
    public async Task Workflows_AreGood()
    {
        foreach (var file in await SourceFiles.FindAsync(".github/workflows/*.yml"))
            Assert.Equal((file, ""), (file, (await Linters.ReadAsync("workflow", file)).Output));
    }

    [Theory]
    [InlineData("needs: ci", "needs: cy")]
    [InlineData("timeout-minutes: 30", "timeout: 30")]
    [InlineData("${{ github.actor }}", "${{ gihub.actor }}")]
    [InlineData("${{ matrix.target }}", "${{ matrix.target | x }}")]
    public async Task Workflow_WithAMistake_IsTold(string good, string bad)
    {
        using var folder = new TemporaryFolder();
        var text = await System.IO.File.ReadAllTextAsync(Path.Combine(Release.Root, ".github/workflows/release.yml"));
        Assert.Contains(good, text, StringComparison.Ordinal);
        var ended = await Linters.ReadAsync("workflow", folder.Write("release.yml", text.Replace(good, bad, StringComparison.Ordinal)));
        Assert.True(ended is { ExitCode: 1, Errors: "", Output: not "" }, $"{ended}");
    }

    /// <summary>Nothing is published that was not built for these.</summary>
    [Fact]
    public async Task Build_IsForEveryPlatform()
    {
        var build = (await Yaml.ReadAsync(".github/workflows/ci.yml"))[0]!["jobs"]!["build"]!;
        Assert.Equal(
            ["linux-arm64", "linux-x64", "osx-arm64", "win-x64"],
            build["strategy"]!["matrix"]!["include"]!.AsArray().Select(entry => (string)entry!["platform"]!).Order(StringComparer.Ordinal));
        Assert.Contains(build["steps"]!.AsArray(), step => (string?)step!["run"] == "./build.sh --release");
    }

    /// <summary>What the workflows try the programs with on systems that have no supervisord.</summary>
    [Fact]
    public async Task Smoke_OfTheBuiltPrograms_Succeeds() =>
        Assert.EndsWith("All three programs work.\n", await Shell.RunAsync(Path.Combine(Release.Root, "scripts/smoke.sh"), []), StringComparison.Ordinal);

    private static IEnumerable<string> NeedsOf(JsonNode job) => job["needs"] switch
    {
        null => [],
        JsonArray several => several.Select(name => (string)name!),
        var one => [(string)one!],
    };

    [GeneratedRegex(@"(?<![\w/.-])(\./\w[\w.-]*\.sh|(scripts|test)/[\w./-]+)", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex File();
}
