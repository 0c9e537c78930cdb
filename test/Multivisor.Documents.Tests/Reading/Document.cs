using Markdig;
using Markdig.Syntax;
using Multivisor.Testing;

namespace Multivisor.Documents.Tests.Reading;

/// <summary>A text for people that this repository holds.</summary>
internal sealed class Document
{
    private static readonly string[] Folders = ["docs", "examples", "packaging", "plugin"];

    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UseAdvancedExtensions().Build();

    private Document(string path)
    {
        FullPath = path;
        Name = Path.GetRelativePath(TestData.RepositoryRoot, path);
        Text = File.ReadAllText(path);
        Tree = Markdown.Parse(Text, Pipeline);
        Blocks = [.. Tree.Descendants<FencedCodeBlock>().Select(block => CodeBlock.Of(this, block))];
    }

    public string FullPath { get; }

    /// <summary>As in <c>docs/cli.md</c>.</summary>
    public string Name { get; }

    public string Text { get; }

    public MarkdownDocument Tree { get; }

    public IReadOnlyList<CodeBlock> Blocks { get; }

    public static IReadOnlyList<Document> All { get; } =
    [
        .. Directory.EnumerateFiles(TestData.RepositoryRoot, "*.md")
            .Concat(Folders.Select(folder => Path.Combine(TestData.RepositoryRoot, folder)).Where(Directory.Exists)
                .SelectMany(folder => Directory.EnumerateFiles(folder, "*.md", SearchOption.AllDirectories)))
            .Where(path => !path.Contains(".egg-info", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal).Select(path => new Document(path)),
    ];

    public static Document Named(string name) => All.Single(document => document.Name == name);

    public override string ToString() => Name;
}
