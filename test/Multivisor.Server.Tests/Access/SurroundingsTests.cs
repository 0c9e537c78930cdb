using System.Text.Json;
using Multivisor.Server.Page;
using Multivisor.Server.Tests.Support;

namespace Multivisor.Server.Tests.Access;

/// <summary>Proxies, names, paths, other origins, and the headers of every answer.</summary>
public sealed class SurroundingsTests
{
    [Fact]
    public async Task UserHeader_OfATrustedProxy_SignsIn()
    {
        await using var server = await TestServer.StartAsync(
            "[global]\ntrusted_proxies=127.0.0.1\nuser_header=X-Remote-User\nuser_header_role=viewer\n[user:alice]\nrole=operator\nscope=web\n");
        Assert.Equal(401, (int)(await server.CallAsync("GET", "/api/account")).StatusCode);
        Assert.Equal(401, (int)(await server.CallAsync("GET", "/api/account", ("X-Remote-User", ""))).StatusCode);
        Assert.Equal(401, (int)(await server.CallAsync("GET", "/api/account", ("X-Remote-User", "alice"), ("X-Remote-User", "bob"))).StatusCode);
        using var alice = await server.CallAsync("GET", "/api/account", ("X-Remote-User", "alice"));
        Assert.Equal("{\"name\":\"alice\",\"read_only\":false,\"role\":\"operator\",\"scope\":[\"web\"]}", await alice.Content.ReadAsStringAsync());
        using var bob = await server.CallAsync("GET", "/api/account", ("X-Remote-User", "bob"));
        Assert.Equal("{\"name\":\"bob\",\"read_only\":false,\"role\":\"viewer\",\"scope\":[\"*\"]}", await bob.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task UserHeader_OfAnybodyElse_IsNoSignIn()
    {
        await using var server = await TestServer.StartAsync(
            "[global]\ntrusted_proxies=192.0.2.1\nuser_header=X-Remote-User\nuser_header_role=admin\n");
        // Nor does it help to say that one is the proxy.
        using var response = await server.CallAsync("GET", "/api/data", ("X-Remote-User", "alice"), ("X-Forwarded-For", "192.0.2.1"));
        Assert.Equal(401, (int)response.StatusCode);
    }

    [Theory]
    [InlineData("127.0.0.1", "203.0.113.7", "203.0.113.7")]
    [InlineData("127.0.0.0/8, 10.0.0.0/8", "1.1.1.1, 203.0.113.7, 10.1.2.3", "203.0.113.7")]
    [InlineData("127.0.0.1", "203.0.113.7:4711", "203.0.113.7")]
    [InlineData("127.0.0.1", "[2001:db8::1]:4711", "2001:db8::1")]
    [InlineData("127.0.0.1", "nonsense", "127.0.0.1")]
    [InlineData("127.0.0.1", "203.0.113.7, nonsense", "127.0.0.1")]
    [InlineData("192.0.2.1", "203.0.113.7", "127.0.0.1")]
    [InlineData("", "203.0.113.7", "127.0.0.1")]
    public async Task ForwardedFor_IsBelievedFromTrustedProxiesAlone(string trusted, string forwarded, string expected)
    {
        using var folder = new TempFile("unused", "");
        var audit = Path.Combine(Path.GetDirectoryName(folder.Path)!, "audit.log");
        await using (var server = await TestServer.StartAsync($"[global]\nusername=root\npassword=secret\naudit_log={audit}\ntrusted_proxies={trusted}\n"))
            (await server.CallAsync("GET", "/api/data", ("X-Forwarded-For", forwarded))).Dispose();
        Assert.Equal(expected, JsonElement.Parse((await File.ReadAllTextAsync(audit)).Split('\n')[0]).GetProperty("from").GetString());
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("192.0.2.1", false)]
    public async Task ForwardedProto_OfATrustedProxy_MakesTheCookieSecure(string trusted, bool expected)
    {
        await using var server = await TestServer.StartAsync($"[global]\nusername=root\npassword=secret\ntrusted_proxies={trusted}\nbase_path=/multivisor\n");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/multivisor/api/login") { Content = new FormUrlEncodedContent([new("username", "root"), new("password", "secret")]) };
        request.Headers.Add("X-Forwarded-Proto", "https");
        using var response = await server.Client.SendAsync(request);
        var cookie = Assert.Single(response.Headers.GetValues("Set-Cookie"));
        Assert.Equal(expected, cookie.Contains("secure", StringComparison.OrdinalIgnoreCase));
        Assert.Contains("path=/multivisor", cookie, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tools.example", 200)]
    [InlineData("TOOLS.example", 200)]
    [InlineData("tools.example:22000", 200)]
    [InlineData("other.example:1", 200)]
    [InlineData("other.example", 421)]
    [InlineData("other.example:2", 421)]
    [InlineData("tools.example.evil.example", 421)]
    public async Task Host_NotAmongTheAllowed_IsRefused(string host, int expected)
    {
        await using var server = await TestServer.StartAsync("[global]\nallowed_hosts = tools.example, other.example:1\n");
        foreach (var path in (string[])["/api/data", "/", "/healthz"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Host = host;
            using var response = await server.Client.SendAsync(request);
            Assert.Equal(expected, (int)response.StatusCode);
        }
    }

    [Theory]
    [InlineData("/multivisor/api/process/list", 200)]
    [InlineData("/api/process/list", 200)]
    [InlineData("/multivisor", 200)]
    [InlineData("/multivisor/", 200)]
    [InlineData("/multivisor/view/process", 200)]
    [InlineData("/multivisor/assets/index-BkT1x9_a.js", 200)]
    [InlineData("/multivisors/api/process/list", 404)]
    [InlineData("/multivisor/multivisor/", 404)]
    public async Task BasePath_WithOrWithoutIt_LeadsToTheSame(string path, int expected)
    {
        await using var server = await TestServer.StartAsync("[global]\nbase_path = /multivisor/\n", page: Page());
        using var response = await server.SendAsync(HttpMethod.Get, path, null);
        Assert.Equal(expected, (int)response.StatusCode);
        if (path.Contains("view", StringComparison.Ordinal) || path.EndsWith("multivisor", StringComparison.Ordinal))
        {
            var text = await response.Content.ReadAsStringAsync();
            Assert.StartsWith("<!doctype html><html><head><base href=\"/multivisor/\"><meta", text, StringComparison.Ordinal);
            Assert.Contains("src=\"/multivisor/assets/index-BkT1x9_a.js\"", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Cors_ConfiguredOrigin_MayUseTokensAndNothingElse()
    {
        await using var server = await TestServer.StartAsync("[global]\ncors_origins = https://tools.example\n");
        using var preflight = await server.CallAsync("OPTIONS", "/api/process/stop", ("Origin", "https://tools.example"), ("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "authorization"));
        Assert.Equal(204, (int)preflight.StatusCode);
        Assert.Equal("https://tools.example", preflight.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.False(preflight.Headers.Contains("Access-Control-Allow-Credentials"));
        using var data = await server.CallAsync("GET", "/api/data", ("Origin", "https://tools.example"));
        Assert.Equal("https://tools.example", data.Headers.GetValues("Access-Control-Allow-Origin").Single());
        using var action = await server.CallAsync("POST", "/api/process/stop", ("Origin", "https://tools.example"), ("Sec-Fetch-Site", "cross-site"));
        Assert.Equal(404, (int)action.StatusCode);

        using var other = await server.CallAsync("GET", "/api/data", ("Origin", "https://evil.example"));
        Assert.False(other.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task Cors_NotConfigured_IsNowhere()
    {
        await using var server = await TestServer.StartAsync("[global]\n");
        using var data = await server.CallAsync("GET", "/api/data", ("Origin", "https://tools.example"));
        using var preflight = await server.CallAsync("OPTIONS", "/api/data", ("Origin", "https://tools.example"), ("Access-Control-Request-Method", "GET"));
        Assert.DoesNotContain(data.Headers.Concat(preflight.Headers), h => h.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Headers_OfEveryAnswer_AreStrict()
    {
        await using var agent = ScriptedAgent.Start("s1", ScriptedAgent.Process("g:p"));
        await using var server = await TestServer.StartAsync(TestServer.Config("allowed_hosts=127.0.0.1\n", agent), page: Page());
        (string Method, string Path)[] more = [("GET", "/"), ("GET", "/login"), ("GET", "/assets/index-BkT1x9_a.js"), ("GET", "/nope"), ("GET", "/api/nope"), ("DELETE", "/api/data"), ("OPTIONS", "/api/data")];
        foreach (var (method, pattern) in server.Routes.Concat(more))
        {
            using var response = await server.CallAsync(method, pattern);
            Assert.True(response.Headers.TryGetValues("Content-Security-Policy", out var policy), $"{method} {pattern}");
            Assert.Contains("frame-ancestors 'none'", policy.Single(), StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", policy.Single(), StringComparison.Ordinal);
            Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.Equal("DENY", response.Headers.GetValues("X-Frame-Options").Single());
            Assert.Equal("same-origin", response.Headers.GetValues("Referrer-Policy").Single());
        }
    }

    private static PageFiles Page() => new(new Dictionary<string, Func<byte[]>>(StringComparer.Ordinal)
    {
        ["index.html"] = () => "<!doctype html><html><head><script type=\"module\" src=\"/assets/index-BkT1x9_a.js\"></script></head></html>"u8.ToArray(),
        ["assets/index-BkT1x9_a.js"] = () => "1"u8.ToArray(),
    });
}
