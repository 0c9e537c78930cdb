using System.Text.RegularExpressions;
using Multivisor.Documents.Tests.Reading;
using Multivisor.Testing;

namespace Multivisor.Architecture.Tests;

public sealed partial class DocumentTests
{
    [Fact]
    public void Documents_RelativeLinks_LeadSomewhere()
    {
        var broken =
            from document in Documents()
            from Match link in Link().Matches(File.ReadAllText(document))
            let parts = link.Groups["target"].Value.Split('#', 2)
            let target = parts[0].Length == 0 ? document : Path.Combine(Path.GetDirectoryName(document)!, parts[0])
            where !Path.Exists(target) || (parts.Length == 2 && !Anchors(target).Contains(parts[1]))
            select $"{Path.GetRelativePath(TestData.RepositoryRoot, document)}: {link.Groups["target"].Value}";

        Assert.Empty(broken);
    }

    /// <summary>Nothing that people are told to type goes untried by an oversight (CONTRIBUTING.md, "Documents").</summary>
    [Fact]
    public void Documents_Commands_SayHowTheyAreTried()
    {
        string[] kinds = [BlockMark.Run, BlockMark.RunOn, BlockMark.Options, BlockMark.NotRun];
        Assert.Empty(Document.All.SelectMany(document => document.Blocks)
            .Where(block => block.IsCommands && !kinds.Contains(block.Mark?.Kind))
            .Select(block => $"{block.Place}: write a mark before it, for example <!-- run: site -->"));
    }

    /// <summary>A document that nobody is led to is not read: docs/README.md is the contents, on disk and in the site.</summary>
    [Fact]
    public void Contents_LeadToEveryDocument()
    {
        var folder = Path.Combine(TestData.RepositoryRoot, "docs");
        var led = Link().Matches(File.ReadAllText(Path.Combine(folder, "README.md"))).Select(link => Path.GetFullPath(link.Groups["target"].Value, folder)).ToHashSet(StringComparer.Ordinal);
        Assert.Empty(Document.All.Where(document => document.Name != "docs/README.md" && !document.Name.StartsWith("plugin/", StringComparison.Ordinal)
                && !document.Name.StartsWith("packaging/", StringComparison.Ordinal) && !led.Contains(document.FullPath))
            .Select(document => $"{document.Name}: add a line to docs/README.md"));
    }

    private static IEnumerable<string> Documents() => Document.All.Select(document => document.FullPath);

    /// <summary>As the usual viewers make them from headings: lower case, punctuation dropped, blanks to hyphens.</summary>
    private static IEnumerable<string> Anchors(string document) => File.ReadLines(document)
        .Where(line => line.StartsWith('#'))
        .Select(line => Punctuation().Replace(line.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    [GeneratedRegex(@"\]\((?<target>(?![a-z]+:)[^)\s]+)\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link();

    [GeneratedRegex(@"[^\w\- ]", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Punctuation();
}
