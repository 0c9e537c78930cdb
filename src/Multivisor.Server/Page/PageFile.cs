using System.Security.Cryptography;

namespace Multivisor.Server.Page;

/// <summary>One file of the page, in the forms in which it can be sent. Its bytes are taken into memory when it is first asked for.</summary>
internal sealed class PageFile
{
    private readonly Lazy<string> _hash;

    /// <param name="path">The address below the server's root, for example <c>/assets/index-BkT1x9_a.js</c>.</param>
    /// <param name="plain">The bytes as they are.</param>
    /// <param name="compressed">The same by the name of their content coding, best first.</param>
    public PageFile(string path, Func<byte[]> plain, params IEnumerable<(string Coding, Func<byte[]> Bytes)> compressed)
    {
        Path = path;
        ContentType = PageContentTypes.Of(path);
        Plain = new PageVariant("", plain);
        Compressed = [.. compressed.Select(c => new PageVariant(c.Coding, c.Bytes))];
        IsImmutable = HasHashInName(path);
        _hash = new Lazy<string>(() => Convert.ToHexStringLower(SHA256.HashData(Plain.Bytes.Span)[..8]));
    }

    public string Path { get; }

    public string ContentType { get; }

    /// <summary>Its name changes with its content, so who has it once never needs to ask again.</summary>
    public bool IsImmutable { get; }

    public PageVariant Plain { get; }

    public IReadOnlyList<PageVariant> Compressed { get; }

    /// <summary>16 hexadecimal digits of the content.</summary>
    public string Hash => _hash.Value;

    public string ETagOf(PageVariant variant) => variant.Coding.Length == 0 ? $"\"{Hash}\"" : $"\"{Hash}-{variant.Coding}\"";

    /// <summary>What Vite writes: <c>/assets/name-12345678.js</c>. Files that are only copied lie elsewhere.</summary>
    private static bool HasHashInName(string path)
    {
        const int HashLength = 8;
        if (!path.StartsWith("/assets/", StringComparison.Ordinal))
            return false;
        var dot = path.IndexOf('.', StringComparison.Ordinal);
        var dash = dot - HashLength - 1;
        return dash > 0 && path[dash] == '-' && path.AsSpan(dash + 1, HashLength).IndexOfAnyExcept(HashCharacters) < 0;
    }

    private static readonly System.Buffers.SearchValues<char> HashCharacters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");
}

/// <summary>The bytes of a file under one content coding; none for the file as it is.</summary>
internal sealed class PageVariant(string coding, Func<byte[]> read)
{
    private readonly Lazy<byte[]> _bytes = new(read);

    public string Coding { get; } = coding;

    public ReadOnlyMemory<byte> Bytes => _bytes.Value;
}
