using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text;

namespace Multivisor.Server.Page;

/// <summary>The files of the page that are built into the program, by their address. Empty in a build without the page.</summary>
internal sealed class PageFiles
{
    /// <summary>Resources are named with this and the path in <c>web/dist</c> (Multivisor.Server.csproj).</summary>
    private const string ResourcePrefix = "page/";

    private const string IndexPath = "/index.html";

    /// <summary>Content codings by the ending of the file that holds them, best first.</summary>
    private static readonly (string Ending, string Coding)[] Codings = [(".br", "br"), (".gz", "gzip")];

    /// <summary>Addresses that the original's page had and browsers, bookmarks and installed apps still ask for, and what answers now.</summary>
    private static readonly (string Old, string[] Now)[] OldAddresses =
    [
        ("/favicon.ico", ["/favicon.png", "/favicon.svg"]),
        ("/favicon-16x16.png", ["/favicon.png", "/favicon.svg"]),
        ("/favicon-32x32.png", ["/favicon.png", "/favicon.svg"]),
        ("/static/img/icons/favicon-16x16.png", ["/favicon.png", "/favicon.svg"]),
        ("/static/img/icons/favicon-32x32.png", ["/favicon.png", "/favicon.svg"]),
        ("/manifest.json", ["/manifest.webmanifest"]),
        ("/static/manifest.json", ["/manifest.webmanifest"]),
    ];

    private readonly FrozenDictionary<string, PageFile> _files;

    /// <summary>The document for the base path that was asked for last: a configuration has one.</summary>
    private Below? _below;

    /// <param name="files">All files of a build by their path without a slash before it, compressed ones included.</param>
    public PageFiles(IReadOnlyDictionary<string, Func<byte[]>> files)
    {
        var byPath = new Dictionary<string, PageFile>(StringComparer.Ordinal);
        foreach (var (name, read) in files)
        {
            if (!IsCompressed(name, files))
                byPath[$"/{name}"] = new PageFile($"/{name}", read, CompressedOf(name, files));
        }

        if (byPath.TryGetValue(IndexPath, out var index))
        {
            Build = index.Hash;
            Index = byPath[IndexPath] = WithBuild(index);
        }

        foreach (var (old, now) in OldAddresses)
        {
            if (now.FirstOrDefault(byPath.ContainsKey) is { } answer)
                byPath.TryAdd(old, byPath[answer]);
        }

        _files = byPath.ToFrozenDictionary(StringComparer.Ordinal);
    }

    public static PageFiles None { get; } = new(new Dictionary<string, Func<byte[]>>(StringComparer.Ordinal));

    /// <summary>What was built into this program.</summary>
    public static PageFiles Embedded { get; } = FromResources(typeof(PageFiles).Assembly);

    /// <summary>The document for all of the page's own addresses; null in a build without the page.</summary>
    public PageFile? Index { get; }

    /// <summary>
    /// The document for a server below a path: what it names lies below that path, and its base tells the page where it is.
    /// </summary>
    /// <param name="basePath">Without a slash at its end; empty for none. Nothing but letters, digits and <c>/-_.~</c>.</param>
    public PageFile? IndexBelow(string basePath)
    {
        if (basePath.Length == 0 || Index is null)
            return Index;
        var latest = Volatile.Read(ref _below);
        if (latest?.BasePath != basePath)
            Volatile.Write(ref _below, latest = new Below(basePath, Moved(Index, basePath)));
        return latest.Index;
    }

    /// <summary>
    /// Differs whenever anything of the page differs: a hash of the document, which names everything else with its hash.
    /// Null in a build without the page.
    /// </summary>
    public string? Build { get; }

    public bool TryGet(string path, [NotNullWhen(true)] out PageFile? file) => _files.TryGetValue(path, out file);

    private static PageFiles FromResources(Assembly assembly) => new(assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(ResourcePrefix, StringComparison.Ordinal))
        .ToDictionary(name => name[ResourcePrefix.Length..], Func<byte[]> (name) => () => Read(assembly, name), StringComparer.Ordinal));

    private static byte[] Read(Assembly assembly, string name)
    {
        using var resource = assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"The resource {name} is missing.");
        var bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return bytes;
    }

    private static bool IsCompressed(string name, IReadOnlyDictionary<string, Func<byte[]>> files) =>
        Array.Exists(Codings, c => name.EndsWith(c.Ending, StringComparison.Ordinal) && files.ContainsKey(name[..^c.Ending.Length]));

    private static IEnumerable<(string Coding, Func<byte[]> Bytes)> CompressedOf(string name, IReadOnlyDictionary<string, Func<byte[]>> files)
    {
        foreach (var (ending, coding) in Codings)
        {
            if (files.TryGetValue(name + ending, out var read))
                yield return (coding, read);
        }
    }

    /// <summary>
    /// The document with the number of its build in it, so that a page knows which one it is. It is so small that it is
    /// sent as it is.
    /// </summary>
    private static PageFile WithBuild(PageFile index)
    {
        const string Head = "<head>";
        var text = Encoding.UTF8.GetString(index.Plain.Bytes.Span);
        var at = text.IndexOf(Head, StringComparison.OrdinalIgnoreCase);
        if (at >= 0)
            text = text.Insert(at + Head.Length, $"""<meta name="multivisor-page" content="{index.Hash}">""");
        return new PageFile(IndexPath, () => Encoding.UTF8.GetBytes(text));
    }

    private static PageFile Moved(PageFile index, string basePath)
    {
        const string Head = "<head>";
        var text = Encoding.UTF8.GetString(index.Plain.Bytes.Span)
            .Replace("=\"/", $"=\"{basePath}/", StringComparison.Ordinal)
            .Replace(Head, $"""{Head}<base href="{basePath}/">""", StringComparison.OrdinalIgnoreCase);
        return new PageFile(IndexPath, () => Encoding.UTF8.GetBytes(text));
    }

    private sealed record Below(string BasePath, PageFile Index);
}
