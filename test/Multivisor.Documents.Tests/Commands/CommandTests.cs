using System.Diagnostics;
using System.Text.RegularExpressions;
using Multivisor.Documents.Tests.Reading;
using Multivisor.EndToEnd.Page.Support;
using Multivisor.EndToEnd.Support;
using Multivisor.Testing;

namespace Multivisor.Documents.Tests.Commands;

/// <summary>What the documents tell people to type works.</summary>
public sealed partial class CommandTests(Showcase showcase) : IClassFixture<Showcase>
{
    public static TheoryData<string> DocumentsWithCommands { get; } =
        [.. Document.All.Where(document => document.Blocks.Any(block => block.Mark is { Kind: BlockMark.Run or BlockMark.RunOn })).Select(document => document.Name)
            .Except(["examples/minimal/README.md", "examples/tls/README.md"])];

    [Theory]
    [MemberData(nameof(DocumentsWithCommands))]
    public async Task Commands_OfADocument_Succeed(string name)
    {
        await using var places = new Places(showcase);
        await RunAsync(name, places);
    }

    /// <summary>They are there to be copied, so what they start has to find itself.</summary>
    [Theory]
    [InlineData("examples/minimal/README.md", false)]
    [InlineData("examples/tls/README.md", true)]
    public async Task Example_WithAnAgent_ShowsItsHost(string name, bool isProtected)
    {
        await using var places = new Places(showcase);
        await RunAsync(name, places);
        using var api = new Api((await places.FindAsync("tree")).Port);
        var host = await Eventually.BecomesAsync(
            async () => (await api.SupervisorsAsync()).GetValueOrDefault("host1"), now => now is { Running: true } && now.Processes["host1:clock:clock"].StateName == "RUNNING", TimeSpan.FromMinutes(1));
        Assert.Equal(isProtected, host!.Link!.Protected);
    }

    private static async Task RunAsync(string name, Places places)
    {
        var place = "";
        foreach (var block in Document.Named(name).Blocks)
        {
            switch (block.Mark?.Kind)
            {
                case BlockMark.Run:
                    await (await places.FindAsync(place = block.Mark.Value)).RunAsync(block);
                    break;
                case BlockMark.RunOn:
                    await (await places.FindAsync(place = block.Mark.Value)).StartAsync(block);
                    break;
                case BlockMark.File:
                    (await places.FindAsync(place.Length > 0 ? place : NextPlace(block))).Write(block);
                    break;
            }
        }
    }

    /// <summary>What takes minutes is not run for every document; what it is called with has to exist.</summary>
    [Fact]
    public async Task Options_OfCommandsThatTakeMinutes_AreInTheirHelp()
    {
        var wrong = new List<string>();
        var helps = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var block in Document.All.SelectMany(document => document.Blocks).Where(block => block.Mark?.Kind == BlockMark.Options))
        {
            foreach (var line in block.Text.Split('\n').Select(line => line.Split(" #")[0].Trim()).Where(line => line.Length > 0 && line[0] != '#'))
            {
                var program = line.Split(' ')[0];
                if (!helps.TryGetValue(program, out var help))
                    helps.Add(program, help = await HelpAsync(program));
                wrong.AddRange(OptionPattern().Matches(line).Select(option => option.Value).Where(option => !help.Contains(option, StringComparison.Ordinal))
                    .Select(option => $"{block.Place}: {program} --help does not know {option}"));
            }
        }

        Assert.Empty(wrong);
    }

    /// <summary>A file that comes before the first command belongs where that one runs.</summary>
    private static string NextPlace(CodeBlock file) => file.Document.Blocks
        .First(block => block.Line > file.Line && block.Mark is { Kind: BlockMark.Run or BlockMark.RunOn }).Mark!.Value;

    private static async Task<string> HelpAsync(string program)
    {
        using var process = Process.Start(new ProcessStartInfo(Path.Combine(TestData.RepositoryRoot, program), ["--help"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var help = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} --help: {await errors}");
        return help;
    }

    [GeneratedRegex(@"(?<=\s)--?[a-z][a-z-]*", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OptionPattern();
}
