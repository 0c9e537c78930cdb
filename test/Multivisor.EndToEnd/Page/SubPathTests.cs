using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using Multivisor.EndToEnd.Page.Support;
using Multivisor.EndToEnd.Support;
using Multivisor.Testing;
using static Microsoft.Playwright.Assertions;

namespace Multivisor.EndToEnd.Page;

/// <summary>The server below a path, behind a real nginx.</summary>
[Collection(PageCollection.Name)]
public sealed partial class SubPathTests(Browser browser, Workshop workshop)
{
    private const string Path = "/multivisor";
    private const string Settings = $"base_path={Path}\ntrusted_proxies=127.0.0.1\nusername=ops\npassword=secret word";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Page_SignsInByProviderAndByPassword_StaysLive_AndSignsOut(bool stripsPath)
    {
        await using var provider = await OpenIdProvider.StartAsync();
        await using var server = await ServerProcess.StartAsync(
            $"{ServerProcess.Configuration(Settings, workshop.Supervisors)}{provider.Section}label=Site login\n[oidc:plc-operators]\nrole=operator\n");
        await using var nginx = await Nginx.StartAsync(server.Port, Path, stripsPath);
        await browser.VisitAsync($"http://127.0.0.1:{nginx.Port}", Device.Desk, $"{Path}/view/process?filter=group:subpath", async window =>
        {
            window.ExpectErrors("401");
            window.ExpectElsewhere(provider.Authority);
            await Expect(window.Page).ToHaveURLAsync(Login());
            await window.Page.GetByRole(AriaRole.Link, new() { Name = "Site login" }).ClickAsync();

            await Expect(window.Row("one:subpath:subpath_00")).ToBeVisibleAsync();
            await Expect(window.FilterBox).ToHaveValueAsync("group:subpath");
            Assert.StartsWith($"http://127.0.0.1:{nginx.Port}{Path}/view/process", window.Page.Url, StringComparison.Ordinal);
            Assert.Equal($"http://127.0.0.1:{nginx.Port}{Path}/api/oidc/callback", Assert.Single(provider.Redirects));
            var cookie = Assert.Single(await window.Page.Context.CookiesAsync(), c => c.Name == "session");
            Assert.Equal((Path, true), (cookie.Path, cookie.HttpOnly));

            // What is done here is seen here: actions go through the proxy, and so does the stream that tells of them.
            await window.ActAsync("one:subpath:subpath_00", "Restart");
            await Expect(window.Notice.Or(window.Results).First).ToBeVisibleAsync();

            await window.SignOutAsync();
            await Expect(window.Page).ToHaveURLAsync(Login());
            await window.Page.GetByLabel("User name").FillAsync("ops");
            await window.Page.GetByLabel("Password").FillAsync("secret word");
            await window.Page.Keyboard.PressAsync("Enter");
            await Expect(window.Page.Locator("[data-row]").First).ToBeVisibleAsync();
            Assert.StartsWith($"http://127.0.0.1:{nginx.Port}{Path}/", window.Page.Url, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Page_RefusedByTheProvider_SaysWhyAndLetsOthersIn()
    {
        await using var provider = await OpenIdProvider.StartAsync();
        provider.Claims["roles"] = new System.Text.Json.Nodes.JsonArray("nobody");
        await using var server = await ServerProcess.StartAsync($"{ServerProcess.Configuration(Settings, workshop.Supervisors)}{provider.Section}[oidc:plc-operators]\n");
        await using var nginx = await Nginx.StartAsync(server.Port, Path);
        await browser.VisitAsync($"http://127.0.0.1:{nginx.Port}", Device.Phone, $"{Path}/", async window =>
        {
            window.ExpectErrors("401");
            window.ExpectElsewhere(provider.Authority);
            await window.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in with the site’s account" }).TapAsync();
            await Expect(window.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("have no role here");
            await Expect(window.Page.GetByLabel("Password")).ToBeVisibleAsync();
        });
    }

    [Theory]
    [InlineData("nginx")]
    [InlineData("caddy")]
    public async Task Stream_ThroughTheProxy_TellsOfActions(string kind)
    {
        await using var server = await ServerProcess.StartAsync(ServerProcess.Configuration($"base_path={Path}", workshop.Supervisors));
        await using var proxy = await StartProxyAsync(kind, server.Port);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{proxy.Port}{Path}/") };
        using var stream = new StreamClient(await http.GetAsync("api/stream", HttpCompletionOption.ResponseHeadersRead));
        using var restarted = await http.PostAsync("api/process/restart", new FormUrlEncodedContent([new("uid", "two:subpath:subpath_01")]));
        Assert.Equal(HttpStatusCode.OK, restarted.StatusCode);
        await stream.ProcessAsync("two:subpath:subpath_01", "RUNNING");
    }

    [Theory]
    [InlineData("nginx")]
    [InlineData("caddy")]
    public async Task ForwardedHeaders_CountFromTheProxyAlone(string kind)
    {
        var audit = System.IO.Path.Combine(Directory.CreateTempSubdirectory("mva-").FullName, "audit.log");
        await using var server = await ServerProcess.StartAsync(ServerProcess.Configuration($"{Settings}\naudit_log={audit}", workshop.Supervisors));
        await using var proxy = await StartProxyAsync(kind, server.Port);
        // The client is another address of this machine, so that the proxy's own can be told from it.
        using var client = ClientAt("127.0.0.2");

        // Through the proxy: what the client says of itself stands in front of what the proxy saw, and is not believed.
        await RefusedAsync(proxy.Port);
        // Past the proxy: nobody has to be believed.
        await RefusedAsync(server.Port);

        var from = (await File.ReadAllLinesAsync(audit)).Select(line => JsonElement.Parse(line)).Where(e => e.GetProperty("kind").GetString() == "sign-in")
            .Select(e => e.GetProperty("from").GetString());
        Assert.Equal(["127.0.0.2", "127.0.0.2"], from);
        Directory.Delete(System.IO.Path.GetDirectoryName(audit)!, recursive: true);

        async Task RefusedAsync(int port)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{port}{Path}/api/login")
            {
                Content = new FormUrlEncodedContent([new("username", "x"), new("password", "y")]),
                Headers = { { "X-Forwarded-For", "10.9.9.9" }, { "X-Forwarded-Proto", "https" } },
            };
            using var response = await client.SendAsync(request);
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        }
    }

    private static async Task<ProxyUnderTest> StartProxyAsync(string kind, int server)
    {
        if (kind == "nginx")
        {
            var nginx = await Nginx.StartAsync(server, Path);
            return new ProxyUnderTest(nginx, nginx.Port);
        }

        var caddy = await Caddy.StartAsync(server);
        return new ProxyUnderTest(caddy, caddy.Port);
    }

    private sealed record ProxyUnderTest(IAsyncDisposable Program, int Port) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Program.DisposeAsync();
    }

    private static HttpClient ClientAt(string address) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (context, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
            await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    });

    [GeneratedRegex("/multivisor/login", RegexOptions.None, 1000)]
    private static partial Regex Login();
}
