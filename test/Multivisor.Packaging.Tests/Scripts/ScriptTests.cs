using System.Text.RegularExpressions;
using Multivisor.Packaging.Tests.Support;

namespace Multivisor.Packaging.Tests.Scripts;

/// <summary>ShellCheck, by the rules in .shellcheckrc, reads every script that runs somewhere.</summary>
public sealed partial class ScriptTests
{
    [Fact]
    public async Task Scripts_AreGood()
    {
        var scripts = (await SourceFiles.FindAsync("*")).Where(IsScript).ToArray();
        Assert.Superset(new HashSet<string>(["build.sh", "scripts/common.sh", ".ci/run", "packaging/deb/multivisor/postinst"], StringComparer.Ordinal), scripts.ToHashSet(StringComparer.Ordinal));
        await Shell.RunAsync("shellcheck", ["--severity=warning", .. scripts], Release.Root);
    }

    [Theory]
    [InlineData("ci.yml")]
    [InlineData("release.yml")]
    public async Task Workflow_ItsScripts_AreGood(string name)
    {
        var jobs = (await Yaml.ReadAsync($".github/workflows/{name}"))[0]!["jobs"]!.AsObject();
        var scripts = jobs.SelectMany(job => job.Value!["steps"]?.AsArray() ?? []).Select(step => (string?)step!["run"]).OfType<string>().ToArray();
        Assert.NotEmpty(scripts);
        foreach (var script in scripts)
            await Shell.RunAsync("shellcheck", ["--severity=warning", "--shell=bash", "-"], Release.Root, input: Expression().Replace(script, "x"));
    }

    [Fact]
    public async Task Script_WithAMistake_IsTold()
    {
        var ended = await Shell.TryAsync("shellcheck", ["--severity=warning", "--shell=bash", "-"], Release.Root, input: "cd \"$1\"\nrm -rf *\n");
        Assert.Contains("SC2164", ended.Output, StringComparison.Ordinal);
    }

    private static bool IsScript(string path)
    {
        using var file = File.OpenText(Path.Combine(Release.Root, path));
        Span<char> begin = stackalloc char[32];
        return path.EndsWith(".sh", StringComparison.Ordinal) || Interpreter().IsMatch(new string(begin[..file.ReadBlock(begin)]));
    }

    [GeneratedRegex(@"^#! ?/(usr/)?bin/(env )?(ba|da)?sh\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Interpreter();

    [GeneratedRegex(@"\$\{\{.*?\}\}", RegexOptions.None, 1000)]
    private static partial Regex Expression();
}
