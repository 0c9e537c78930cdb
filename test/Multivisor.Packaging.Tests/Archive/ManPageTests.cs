using System.Text.RegularExpressions;
using Multivisor.Packaging.Tests.Support;

namespace Multivisor.Packaging.Tests.Archive;

/// <summary>A man page tells of each option and each command that <c>--help</c> tells of, and of no other.</summary>
public sealed partial class ManPageTests(Release release)
{
    [Theory]
    [InlineData("multivisor")]
    [InlineData("multivisor-rpc")]
    [InlineData("multivisor-cli")]
    public async Task Page_TellsOfWhatTheProgramHas(string program)
    {
        HashSet<string> options = new(StringComparer.Ordinal), commands = new(StringComparer.Ordinal);
        await CollectAsync(program, [], options, commands);
        var page = await File.ReadAllTextAsync(Path.Combine(release.Prefix, "share/man/man1", $"{program}.1"), TestContext.Current.CancellationToken);
        Assert.Equal(options.Order(StringComparer.Ordinal), OptionOfPage().Matches(page).Select(match => "--" + match.Groups["name"].Value).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        var words = CommandOfPage().Matches(page).SelectMany(match => match.Groups["name"].Value.Split([' ', '|'], StringSplitOptions.RemoveEmptyEntries)).ToHashSet(StringComparer.Ordinal);
        Assert.Empty(commands.Except(words));
    }

    /// <summary>Made by whoever is best at it: mandoc knows its language better than a test could.</summary>
    [Fact]
    public async Task Pages_AreRight()
    {
        foreach (var page in Directory.GetFiles(Path.Combine(release.Prefix, "share/man/man1")))
            Assert.Equal("", await Shell.RunAsync("mandoc", ["-Tlint", "-Wwarning", page]));
    }

    /// <summary>What a shell is given is a script that it can read, and the program answers what the script asks.</summary>
    [Theory]
    [InlineData("multivisor", "multivisor --ch", "--check")]
    [InlineData("multivisor-rpc", "multivisor-rpc --read", "--read-only")]
    [InlineData("multivisor-cli", "multivisor-cli stat", "status")]
    public async Task Completion_OfBash_Completes(string program, string line, string expected)
    {
        var script = $"""
            PATH={release.Prefix}/bin:$PATH
            . {release.Prefix}/share/bash-completion/completions/{program}
            COMP_LINE='{line}' COMP_POINT={line.Length} COMP_WORDS=({line}) COMP_CWORD=1
            _{program.Replace('-', '_')}
            printf '%s\n' "$COMPREPLY"
            """;
        Assert.Equal(expected, (await Shell.RunAsync("bash", ["-c", script])).Split('\n')[0]);
        Assert.NotEqual(0, new FileInfo(Path.Combine(release.Prefix, "share/zsh/site-functions", "_" + program.Replace('-', '_'))).Length);
        Assert.NotEqual(0, new FileInfo(Path.Combine(release.Prefix, "share/fish/vendor_completions.d", program + ".fish")).Length);
    }

    private async Task CollectAsync(string program, string[] command, HashSet<string> options, HashSet<string> commands)
    {
        var help = await Shell.RunAsync(release.Program(program), [.. command, "--help"]);
        options.UnionWith(OptionOfHelp().Matches(help).Select(match => match.Groups["name"].Value));
        var list = help.IndexOf("\nCommands:", StringComparison.Ordinal);
        if (list < 0)
            return;
        foreach (var name in CommandOfHelp().Matches(help[list..]).Select(match => match.Groups["name"].Value))
        {
            commands.Add(name);
            await CollectAsync(program, [.. command, name], options, commands);
        }
    }

    [GeneratedRegex(@"^  (?:-[^-\s], )*(?<name>--[a-z-]+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex OptionOfHelp();

    [GeneratedRegex(@"^  (?<name>[a-z-]+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex CommandOfHelp();

    [GeneratedRegex(@"\bFl -(?<name>[a-z-]+)", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex OptionOfPage();

    [GeneratedRegex(@"^\.(It )?Cm (?<name>[a-z| -]+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex CommandOfPage();
}
