namespace Multivisor.Manual;

/// <summary>
/// From the documents of a repository to a folder of pages that needs no server and nothing from elsewhere. Pages lie where their documents do.
/// </summary>
internal sealed class SiteBuilder
{
    private static readonly string[] Folders = ["docs", "examples"];
    private static readonly string[] Looks = ["style.css", "search.js"];

    private readonly string _repository;
    private readonly string _output;
    private readonly HashSet<string> _copied = new(StringComparer.Ordinal);
    private readonly SearchIndex _index = new();

    private SiteBuilder(string repository, string output)
    {
        _repository = Path.GetFullPath(repository);
        _output = Path.GetFullPath(output);
    }

    /// <returns>The number of pages.</returns>
    public static int Build(string repository, string output) => new SiteBuilder(repository, output).Build();

    private int Build()
    {
        var documents = Documents().ToDictionary(path => path, PageNameOf, StringComparer.Ordinal);
        var contents = Contents.Read(File.ReadAllText(Path.Combine(_repository, Contents.Document)));
        foreach (var (document, page) in documents)
        {
            var source = new SitePage(document, File.ReadAllText(Path.Combine(_repository, document)));
            source.LeadLinks(target => LeadTo(target, documents));
            Write(page, Layout.Page(source, page, contents, target => LeadTo(target, documents) ?? target));
            _index.Add(page, source);
        }

        foreach (var file in Looks)
            Write(file, Layout.Resource(file));
        Write("search-index.js", _index.ToScript());
        return documents.Count;
    }

    private IEnumerable<string> Documents() => Directory.EnumerateFiles(_repository, "*.md")
        .Concat(Folders.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(_repository, folder), "*.md", SearchOption.AllDirectories)))
        .Select(path => Path.GetRelativePath(_repository, path).Replace('\\', '/'))
        .Order(StringComparer.Ordinal);

    private static string PageNameOf(string document) => Path.GetFileName(document) == "README.md"
        ? $"{document[..^"README.md".Length]}index.html"
        : Path.ChangeExtension(document, ".html");

    /// <summary>The place in the site of a file of the repository. What is no document is copied; a folder leads to its README.</summary>
    private string? LeadTo(string target, Dictionary<string, string> documents)
    {
        if (documents.TryGetValue(target, out var page) || documents.TryGetValue($"{target.TrimEnd('/')}/README.md", out page))
            return page;
        var source = Path.Combine(_repository, target);
        if (!File.Exists(source))
            return null;
        if (_copied.Add(target))
        {
            var copy = Path.Combine(_output, target);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(source, copy, overwrite: true);
        }

        return target;
    }

    private void Write(string name, string text)
    {
        var path = Path.Combine(_output, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
