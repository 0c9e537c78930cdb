using Markdig;
using Markdig.Extensions.AutoIdentifiers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using System.Text.RegularExpressions;

namespace Multivisor.Manual;

/// <summary>One document on its way to a page.</summary>
internal sealed partial class SitePage
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .UsePipeTables().UseAutoIdentifiers(AutoIdentifierOptions.GitHub).UseAutoLinks().Build();

    private readonly MarkdownDocument _tree;

    /// <param name="path">In the repository, with slashes.</param>
    public SitePage(string path, string text)
    {
        Path = path;
        _tree = Markdown.Parse(text, Pipeline);
        // Comments are for the tests.
        foreach (var comment in _tree.Descendants<HtmlBlock>().Where(block => block.Type == HtmlBlockType.Comment).ToList())
            comment.Parent!.Remove(comment);
    }

    public string Path { get; }

    public string Title => Headings.FirstOrDefault(heading => heading.Level == 1).Text ?? Path;

    /// <summary>Each with its anchor.</summary>
    public IEnumerable<(int Level, string Text, string Anchor)> Headings =>
        _tree.Descendants<HeadingBlock>().Select(heading => (heading.Level, TextOf(heading), heading.GetAttributes().Id ?? ""));

    /// <summary>Turns links to files of the repository into links between pages.</summary>
    /// <param name="lead">From a path in the repository to one in the site; null when it is not there.</param>
    public void LeadLinks(Func<string, string?> lead)
    {
        foreach (var link in _tree.Descendants<LinkInline>().Where(link => link.Url is not null))
            link.Url = Lead(link.Url!, lead);
        foreach (var tag in _tree.Descendants<HtmlInline>())
            tag.Tag = Led(tag.Tag);
        foreach (var html in _tree.Descendants<HtmlBlock>())
        {
            for (var i = 0; i < html.Lines.Count; i++)
            {
                html.Lines.Lines[i].Slice = new(Led(html.Lines.Lines[i].Slice.ToString()));
            }
        }

        string Led(string html) => Source().Replace(html, match => $"src=\"{Lead(match.Groups["url"].Value, lead)}\"");
    }

    public string ToHtml() => _tree.ToHtml(Pipeline);

    /// <summary>What stands under each heading, as plain text.</summary>
    public IEnumerable<(string Heading, string Anchor, string Text)> Parts()
    {
        var (heading, anchor, text) = (Title, "", new List<string>());
        foreach (var block in _tree.Descendants<LeafBlock>())
        {
            if (block is HeadingBlock next)
            {
                yield return (heading, anchor, string.Join(' ', text));
                (heading, anchor, text) = (TextOf(next), next.GetAttributes().Id ?? "", []);
            }
            else
            {
                text.Add(block.Inline is null ? block.Lines.ToString().ReplaceLineEndings(" ") : TextOf(block));
            }
        }

        yield return (heading, anchor, string.Join(' ', text));
    }

    /// <summary>From one place in the site to another.</summary>
    public static string Relative(string fromPage, string to) =>
        System.IO.Path.GetRelativePath(System.IO.Path.GetDirectoryName($"/{fromPage}")!, $"/{to}").Replace('\\', '/');

    private string Lead(string url, Func<string, string?> lead)
    {
        if (Scheme().IsMatch(url) || url.StartsWith('#'))
            return url;
        var parts = url.Split('#', 2);
        var folder = System.IO.Path.GetDirectoryName($"/{Path}")!;
        var target = System.IO.Path.GetFullPath(parts[0], folder).TrimStart('/');
        // Pages lie where their documents do, so the page of this one is as good to begin at.
        return lead(target) is { } page ? Relative(Path, page) + (parts.Length > 1 ? $"#{parts[1]}" : "") : url;
    }

    private static string TextOf(LeafBlock block) => string.Concat((block.Inline?.Descendants() ?? []).Select(inline => inline switch
    {
        LiteralInline literal => literal.Content.ToString(),
        CodeInline code => code.Content,
        LineBreakInline => " ",
        _ => "",
    }));

    [GeneratedRegex("^[a-z][a-z0-9+.-]*:", RegexOptions.None, 1000)]
    private static partial Regex Scheme();

    [GeneratedRegex("src=\"(?<url>[^\"]*)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Source();
}
