using System.IO.Compression;
using System.Net;
using System.Text;
using Multivisor.Server.Page;
using Multivisor.Server.Tests.Support;

namespace Multivisor.Server.Tests;

/// <summary>The files of the page, as a build of <c>web/</c> leaves them.</summary>
public sealed class PageTests
{
    private const string Script = "/assets/index-BkT1x9_a.js";
    private const string Index = "<!doctype html><html><head><title>Multivisor</title></head><body></body></html>";
    private const string ScriptText = "console.log('the page')";

    [Theory]
    [InlineData("/")]
    [InlineData("/index.html")]
    [InlineData("/login")]
    [InlineData("/view/group")]
    [InlineData("/view/process/lid001:PLC:wcid00a")]
    [InlineData("/view/process/x.js?filter=state:fatal")]
    public async Task OwnAddress_OfThePage_IsTheDocument(string address)
    {
        await using var server = await StartAsync();
        using var response = await server.SendAsync(HttpMethod.Get, address, null);

        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal("text/html; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.Equal("no-cache", response.Headers.CacheControl?.ToString());
        Assert.StartsWith("<!doctype html><html><head><meta name=\"multivisor-page\" content=\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/assets/index-12345678.js")]
    [InlineData("/assets/index-BkT1x9_a.js.br")]
    [InlineData("/assets/")]
    [InlineData("/assets/../index.html.gz")]
    [InlineData("/assets/%2e%2e/secret")]
    [InlineData("/nope")]
    [InlineData("/viewer")]
    [InlineData("/api")]
    [InlineData("/api/view/group")]
    [InlineData("/apple-touch-icon.png")]
    public async Task OtherAddress_IsNotFoundAndNeverThePage(string address)
    {
        await using var server = await StartAsync();
        using var response = await server.SendAsync(HttpMethod.Get, address, null);

        Assert.Equal(404, (int)response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData("br", "br")]
    [InlineData("gzip, deflate, br, zstd", "br")]
    [InlineData("gzip", "gzip")]
    [InlineData("br;q=0, gzip;q=0.5", "gzip")]
    [InlineData("*", "br")]
    [InlineData("*, br;q=0", "gzip")]
    [InlineData("deflate", "")]
    [InlineData("identity", "")]
    [InlineData("", "")]
    [InlineData("BR", "br")]
    [InlineData("nonsense;;q=x,,", "")]
    public async Task HashedFile_ByWhatTheBrowserAccepts_IsSentInThatForm(string accept, string coding)
    {
        await using var server = await StartAsync();
        using var response = await GetAsync(server, Script, ("Accept-Encoding", accept));

        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal(coding, string.Join(',', response.Content.Headers.ContentEncoding));
        Assert.Equal("text/javascript; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.Equal("Accept-Encoding", response.Headers.Vary.Single());
        Assert.Equal(ScriptText, Unpack(coding, await response.Content.ReadAsByteArrayAsync()));
    }

    [Fact]
    public async Task HashedFile_IsKeptForeverAndOthersAreAskedForAgain()
    {
        await using var server = await StartAsync();
        using var hashed = await server.SendAsync(HttpMethod.Get, Script, null);
        using var copied = await server.SendAsync(HttpMethod.Get, "/favicon.svg", null);
        using var unhashed = await server.SendAsync(HttpMethod.Get, "/assets/plain.css", null);

        Assert.Equal("public, max-age=31536000, immutable", hashed.Headers.CacheControl?.ToString());
        Assert.Equal("no-cache", copied.Headers.CacheControl?.ToString());
        Assert.Equal("no-cache", unhashed.Headers.CacheControl?.ToString());
    }

    [Theory]
    [InlineData("/", "")]
    [InlineData("/favicon.svg", "")]
    [InlineData(Script, "br")]
    [InlineData(Script, "gzip")]
    public async Task File_KnownToTheBrowser_IsNotSentAgain(string address, string accept)
    {
        await using var server = await StartAsync();
        using var first = await GetAsync(server, address, ("Accept-Encoding", accept));
        var tag = first.Headers.ETag!.ToString();
        using var second = await GetAsync(server, address, ("Accept-Encoding", accept), ("If-None-Match", $"\"other\", W/{tag}"));
        using var other = await GetAsync(server, address, ("Accept-Encoding", accept), ("If-None-Match", "\"other\""));

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.Equal("", await second.Content.ReadAsStringAsync());
        Assert.Equal(tag, second.Headers.ETag!.ToString());
        Assert.Equal(first.Headers.CacheControl, second.Headers.CacheControl);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Fact]
    public async Task File_InAnotherForm_HasAnotherTag()
    {
        await using var server = await StartAsync();
        using var plain = await server.SendAsync(HttpMethod.Get, Script, null);
        using var packed = await GetAsync(server, Script, ("Accept-Encoding", "br"));
        Assert.NotEqual(plain.Headers.ETag, packed.Headers.ETag);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/view/supervisor")]
    [InlineData(Script)]
    public async Task Head_OfThePage_HasTheHeadersOfGetAndNoBody(string address)
    {
        await using var server = await StartAsync();
        using var get = await server.SendAsync(HttpMethod.Get, address, null);
        using var head = await server.SendAsync(HttpMethod.Head, address, null);

        Assert.Equal(200, (int)head.StatusCode);
        Assert.Equal((await get.Content.ReadAsByteArrayAsync()).Length, head.Content.Headers.ContentLength);
        Assert.Equal(get.Headers.ETag, head.Headers.ETag);
        Assert.Equal("", await head.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("/")]
    [InlineData(Script)]
    [InlineData("/favicon.svg")]
    public async Task Page_Headers_ForbidInlineScriptsAndFrames(string address)
    {
        await using var server = await StartAsync();
        using var response = await server.SendAsync(HttpMethod.Get, address, null);

        var policy = response.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("same-origin", response.Headers.GetValues("Referrer-Policy").Single());
    }

    [Theory]
    [InlineData("/favicon.ico", "image/svg+xml")]
    [InlineData("/static/img/icons/favicon-32x32.png", "image/svg+xml")]
    [InlineData("/manifest.json", "application/manifest+json")]
    [InlineData("/manifest.webmanifest", "application/manifest+json")]
    public async Task OldAddress_OfTheOriginal_StillAnswers(string address, string type)
    {
        await using var server = await StartAsync();
        using var response = await server.SendAsync(HttpMethod.Get, address, null);
        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal(type, response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task SignInConfigured_PageIsPublicAndItsDataAreNot()
    {
        await using var server = await TestServer.StartAsync("[global]\nusername=u\npassword=p\n", page: Page());
        foreach (var address in (string[])["/", "/login", Script, "/favicon.svg"])
        {
            using var page = await server.SendAsync(HttpMethod.Get, address, null);
            Assert.Equal(200, (int)page.StatusCode);
        }

        using var data = await server.SendAsync(HttpMethod.Get, "/api/data", null);
        Assert.Equal(401, (int)data.StatusCode);
    }

    [Theory]
    [InlineData("POST", "/")]
    [InlineData("DELETE", Script)]
    public async Task OtherMethod_OnThePage_IsRefused(string method, string address)
    {
        await using var server = await StartAsync();
        using var response = await server.SendAsync(new HttpMethod(method), address, null);
        Assert.Equal(404, (int)response.StatusCode);
    }

    [Fact]
    public async Task BuildWithoutPage_OwnAddresses_SayWhereEverythingIs()
    {
        await using var server = await TestServer.StartAsync("[global]\n");
        Assert.Null(PageFiles.None.Build);
        Assert.Contains("/api/openapi.json", await server.Client.GetStringAsync("/view/group"), StringComparison.Ordinal);
        using var asset = await server.SendAsync(HttpMethod.Get, Script, null);
        Assert.Equal(404, (int)asset.StatusCode);
    }

    [Fact]
    public void Build_OfAnotherDocument_IsAnother()
    {
        Assert.Equal(Page().Build, Page().Build);
        Assert.NotEqual(Page().Build, Page($"{Index}\n").Build);
        Assert.Equal(16, Page().Build!.Length);
    }

    private static Task<TestServer> StartAsync() => TestServer.StartAsync("[global]\n", page: Page());

    private static PageFiles Page(string index = Index) => new(new Dictionary<string, Func<byte[]>>(StringComparer.Ordinal)
    {
        ["index.html"] = () => Encoding.UTF8.GetBytes(index),
        ["index.html.br"] = () => [1, 2, 3],
        ["index.html.gz"] = () => [1, 2, 3],
        [Script[1..]] = () => Encoding.UTF8.GetBytes(ScriptText),
        [$"{Script[1..]}.br"] = () => Pack(s => new BrotliStream(s, CompressionLevel.Optimal)),
        [$"{Script[1..]}.gz"] = () => Pack(s => new GZipStream(s, CompressionLevel.Optimal)),
        ["assets/plain.css"] = () => "body { margin: 0 }"u8.ToArray(),
        ["favicon.svg"] = () => "<svg xmlns=\"http://www.w3.org/2000/svg\"/>"u8.ToArray(),
        ["manifest.webmanifest"] = () => "{}"u8.ToArray(),
    });

    private static byte[] Pack(Func<Stream, Stream> packer)
    {
        using var packed = new MemoryStream();
        using (var stream = packer(packed))
            stream.Write(Encoding.UTF8.GetBytes(ScriptText));
        return packed.ToArray();
    }

    private static string Unpack(string coding, byte[] bytes)
    {
        using var packed = new MemoryStream(bytes);
        using Stream stream = coding switch
        {
            "br" => new BrotliStream(packed, CompressionMode.Decompress),
            "gzip" => new GZipStream(packed, CompressionMode.Decompress),
            _ => packed,
        };
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static async Task<HttpResponseMessage> GetAsync(TestServer server, string address, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        foreach (var (name, value) in headers.Where(h => h.Value.Length > 0))
            request.Headers.TryAddWithoutValidation(name, value);
        return await server.Client.SendAsync(request);
    }
}
