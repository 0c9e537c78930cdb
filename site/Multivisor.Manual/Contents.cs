using Markdig;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Multivisor.Manual;

/// <summary>What leads through the site: the headings and links of docs/README.md.</summary>
/// <param name="Links">Each with its text and the path of its document.</param>
internal sealed record Contents(IReadOnlyList<(string Heading, IReadOnlyList<(string Text, string Document)> Links)> Groups)
{
    public const string Document = "docs/README.md";

    public static Contents Read(string text)
    {
        var groups = new List<(string, IReadOnlyList<(string, string)>)>();
        var links = new List<(string, string)>();
        foreach (var node in Markdown.Parse(text, new MarkdownPipelineBuilder().UsePipeTables().Build()).Descendants())
        {
            switch (node)
            {
                case HeadingBlock { Level: 2, Inline: { } heading }:
                    groups.Add((TextOf(heading), links = []));
                    break;
                case LinkInline { Url: { } url } link when groups.Count > 0 && !url.Contains(':', StringComparison.Ordinal):
                    links.Add((TextOf(link), Path.GetFullPath(url, "/docs").TrimStart('/')));
                    break;
            }
        }

        return new Contents(groups);
    }

    private static string TextOf(ContainerInline inline) => string.Concat(inline.Descendants<LiteralInline>().Select(literal => literal.Content.ToString()));
}
