using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Multivisor.Fleet.Configuration;
using Multivisor.Server.Account;
using Multivisor.Server.Admin;
using Multivisor.Server.Tests.Support;
using Multivisor.Testing;

namespace Multivisor.Server.Tests.Access;

/// <summary>Sign-in by OpenID Connect, against a provider that signs real tokens.</summary>
public sealed class OidcTests
{
    private const string Operators = "[oidc:plc-operators]\nrole = operator\nscope = s1\n";

    [Fact]
    public async Task SignIn_GivesASessionWithTheRoleAndScopeOfTheClaim()
    {
        await using var provider = await OpenIdProvider.StartAsync();
        await using var agent = ScriptedAgent.Start("s1", ScriptedAgent.Process("g:p"));
        await using var hidden = ScriptedAgent.Start("s2", ScriptedAgent.Process("g:p"));
        await using var server = await TestServer.StartAsync($"{TestServer.Config(agent, hidden)}{provider.Section}label = Site login\n{Operators}");
        using var browser = new Visitor(server);

        Assert.Equal("{\"is_authenticated\":false,\"use_authentication\":true,\"oidc\":\"Site login\",\"password\":false}", await browser.Client.GetStringAsync("/api/auth"));
        Assert.Equal("/view/process?filter=a", await browser.SignInAsync("/view/process?filter=a"));

        var account = await browser.AccountAsync();
        Assert.Equal("""{"name":"alice","role":"operator","scope":["s1"],"read_only":false}""", Sorted(account));
        Assert.Equal(["s1"], (await browser.JsonAsync("/api/data")).GetProperty("supervisors").EnumerateObject().Select(s => s.Name));
        Assert.Equal($"{server.Address}api/oidc/callback", Assert.Single(provider.Redirects));
        var cookie = Assert.Single(browser.Cookies, c => c.Name == "session");
        Assert.True(cookie.HttpOnly);
        // Nothing of the way there is left behind.
        Assert.Single(browser.Cookies);

        using var out1 = await browser.Client.PostAsync("/api/logout", null);
        using var after = await browser.Client.GetAsync("/api/account");
        Assert.Equal(HttpStatusCode.Unauthorized, after.StatusCode);
    }

    [Theory]
    [InlineData("nonce", "bad_answer")]
    [InlineData("audience", "bad_answer")]
    [InlineData("issuer", "bad_answer")]
    [InlineData("expired", "bad_answer")]
    [InlineData("not yet", "bad_answer")]
    [InlineData("other key", "bad_answer")]
    [InlineData("no signature", "bad_answer")]
    [InlineData("signature cut off", "bad_answer")]
    [InlineData("no subject", "bad_answer")]
    [InlineData("no role", "no_role")]
    [InlineData("roles are no list", "no_role")]
    [InlineData("role in another case", "no_role")]
    [InlineData("no name", "no_name")]
    [InlineData("name of two lines", "no_name")]
    [InlineData("access_denied", "denied")]
    [InlineData("server_error", "bad_answer")]
    [InlineData("wrong secret", "bad_answer")]
    public async Task SignIn_Refused_SaysWhyOnThePageAndOpensNothing(string wrong, string problem)
    {
        await using var provider = await OpenIdProvider.StartAsync();
        var section = wrong == "wrong secret" ? provider.Section.Replace(OpenIdProvider.ClientSecret, "CANARY-other", StringComparison.Ordinal) : provider.Section;
        await using var server = await TestServer.StartAsync($"[global]\n{section}name_claim = preferred_username\n{Operators}");
        using var browser = new Visitor(server);
        provider.Spoil = token =>
        {
            switch (wrong)
            {
                case "nonce": token["nonce"] = "of another sign-in"; break;
                case "audience": token["aud"] = "another-client"; break;
                case "issuer": token["iss"] = "https://elsewhere.example"; break;
                case "expired": token["exp"] = DateTimeOffset.UtcNow.AddHours(-1).ToUnixTimeSeconds(); break;
                case "not yet": token["nbf"] = DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds(); break;
                case "no subject": token.Remove("sub"); break;
                case "no role": token.Remove("roles"); break;
                case "roles are no list": token["roles"] = new JsonObject { ["plc-operators"] = true }; break;
                case "role in another case": token["roles"] = new JsonArray("PLC-Operators"); break;
                case "no name": token.Remove("preferred_username"); break;
                case "name of two lines": token["preferred_username"] = "alice\nroot"; break;
            }
        };
        provider.UsesOtherKey = wrong == "other key";
        provider.SignsNothing = wrong is "no signature" or "signature cut off";
        provider.Algorithm = wrong == "no signature" ? "none" : "RS256";
        provider.Error = wrong is "access_denied" or "server_error" ? wrong : null;

        Assert.Equal($"/login?problem={problem}", await browser.SignInAsync("/view/group"));

        Assert.DoesNotContain(browser.Cookies, c => c.Name == "session");
        using var account = await browser.Client.GetAsync("/api/account");
        Assert.Equal(HttpStatusCode.Unauthorized, account.StatusCode);
    }

    [Fact]
    public async Task Callback_OfAnotherBrowserOrOfNone_OpensNothing()
    {
        await using var provider = await OpenIdProvider.StartAsync();
        await using var server = await TestServer.StartAsync($"[global]\n{provider.Section}{Operators}");
        using var one = new Visitor(server);
        using var other = new Visitor(server);

        // Somebody signs in as himself, and makes another browser go on from there.
        var callback = await one.GoAsync("/api/oidc/login", until: "/api/oidc/callback");
        Assert.Equal("/login?problem=stale", await other.FinishAsync(callback));
        Assert.DoesNotContain(other.Cookies, c => c.Name == "session");
        // The same browser may, once.
        Assert.Equal("/", await one.FinishAsync(callback));
        Assert.StartsWith("/login?problem=", await one.FinishAsync(callback), StringComparison.Ordinal);

        foreach (var made in (string[])["", "?code=x", "?state=x&code=y", "?error=access_denied", "?id_token=x&state=y"])
            Assert.StartsWith("/login?problem=", await other.FinishAsync(new Uri(server.Address, $"/api/oidc/callback{made}")), StringComparison.Ordinal);
        Assert.DoesNotContain(other.Cookies, c => c.Name == "session");
    }

    [Theory]
    [InlineData("//evil.example/x")]
    [InlineData("https://evil.example/")]
    [InlineData("/\\evil.example")]
    [InlineData("/\tx")]
    [InlineData("")]
    public async Task SignIn_NeverLeadsToAnotherSite(string to)
    {
        await using var provider = await OpenIdProvider.StartAsync();
        await using var server = await TestServer.StartAsync($"[global]\n{provider.Section}{Operators}");
        using var browser = new Visitor(server);
        Assert.Equal("/", await browser.SignInAsync(to));
    }

    [Fact]
    public async Task Session_EndsWithItsSection_AndFollowsItsRole()
    {
        await using var provider = await OpenIdProvider.StartAsync();
        var before = $"[global]\n{provider.Section}{Operators}";
        await using var server = await TestServer.StartAsync(before);
        using var browser = new Visitor(server);
        await browser.SignInAsync("/");

        await ReloadAsync(server, before.Replace("operator\nscope = s1", "viewer", StringComparison.Ordinal));
        Assert.Equal("viewer", (await browser.AccountAsync()).GetProperty("role").GetString());

        await ReloadAsync(server, before.Replace("client_id = multivisor", "client_id = other", StringComparison.Ordinal));
        using var other = await browser.Client.GetAsync("/api/account");
        Assert.Equal(HttpStatusCode.Unauthorized, other.StatusCode);

        await ReloadAsync(server, before);
        Assert.Equal("operator", (await browser.AccountAsync()).GetProperty("role").GetString());

        await ReloadAsync(server, before.Replace("oidc:plc", "oidc:other", StringComparison.Ordinal));
        using var gone = await browser.Client.GetAsync("/api/account");
        Assert.Equal(HttpStatusCode.Unauthorized, gone.StatusCode);
        // The provider's answer is judged by the configuration in force as well.
        Assert.Equal("/login?problem=no_role", await browser.SignInAsync("/"));
    }

    [Fact]
    public async Task Session_HoldsOnASecondServerWithTheSameSecret_AlsoHalfWay()
    {
        await using var provider = await OpenIdProvider.StartAsync();
        var config = $"[global]\n{provider.Section}{Operators}";
        await using var one = await TestServer.StartAsync(config);
        await using var two = await TestServer.StartAsync(config);
        using var browser = new Visitor(one);

        var callback = await browser.GoAsync("/api/oidc/login?to=/view/group", until: "/api/oidc/callback");
        // Cookies have no ports: this is the same browser at the other server behind one name.
        var elsewhere = new UriBuilder(callback) { Port = two.Address.Port }.Uri;
        // The address that the code is for was the first server's; behind one name it is the same.
        using var request = new HttpRequestMessage(HttpMethod.Get, elsewhere) { Headers = { Host = one.Address.Authority } };
        using var answer = await browser.Client.SendAsync(request);
        Assert.Equal("/view/group", answer.Headers.Location?.ToString());
        Assert.Equal("alice", (await browser.AccountAsync()).GetProperty("name").GetString());
    }

    [Theory]
    [InlineData("realm_access.roles", """{"realm_access":{"roles":["x","plc-operators"]}}""", false)]
    [InlineData("resource_access.multivisor.roles", """{"resource_access":{"multivisor":{"roles":["plc-operators"]}}}""", false)]
    [InlineData("https://site.example/roles", """{"https://site.example/roles":["plc-operators"]}""", false)]
    [InlineData("groups", """{"groups":"plc-operators"}""", false)]
    [InlineData("groups", """{"groups":["a","plc-operators"]}""", true)]
    [InlineData("realm_access.roles", """{"realm_access":{"roles":["plc-operators"]}}""", true)]
    public async Task RoleClaim_AsProvidersHaveIt_GivesTheRole(string claim, string claims, bool userInfo)
    {
        await using var provider = await OpenIdProvider.StartAsync();
        await using var server = await TestServer.StartAsync($"[global]\n{provider.Section}role_claim = {claim}\nuserinfo = {userInfo}\n{Operators}");
        using var browser = new Visitor(server);
        var said = JsonNode.Parse(claims)!.AsObject();
        foreach (var (name, value) in said.ToArray())
            (userInfo ? provider.UserInfo : provider.Claims)[name] = value?.DeepClone();
        provider.Claims["roles"] = new JsonArray("admin");

        Assert.Equal("/", await browser.SignInAsync("/"));
        Assert.Equal("operator", (await browser.AccountAsync()).GetProperty("role").GetString());
    }

    [Fact]
    public async Task Roles_TheFirstSectionThatFitsHolds()
    {
        await using var provider = await OpenIdProvider.StartAsync();
        await using var server = await TestServer.StartAsync($"[global]\n{provider.Section}{Operators}[oidc:admins]\nrole=admin\n[oidc:*]\n");
        provider.Claims["roles"] = new JsonArray("admins", "plc-operators");
        using var both = new Visitor(server);
        await both.SignInAsync("/");
        Assert.Equal("operator", (await both.AccountAsync()).GetProperty("role").GetString());

        provider.Claims["roles"] = new JsonArray("whatever");
        using var anybody = new Visitor(server);
        await anybody.SignInAsync("/");
        Assert.Equal("viewer", (await anybody.AccountAsync()).GetProperty("role").GetString());
    }

    [Fact]
    public async Task Name_OfAnotherKindOfUser_IsStillAnotherUser()
    {
        // Who may choose his name at the provider must not become somebody of ours by it.
        await using var provider = await OpenIdProvider.StartAsync();
        await using var server = await TestServer.StartAsync($"[global]\nusername=root\npassword=x\n{provider.Section}[oidc:*]\n[user:alice]\npassword=x\nrole=admin\n");
        foreach (var name in (string[])["alice", "[global]", "root", "g", "u:alice"])
        {
            provider.Claims["preferred_username"] = name;
            using var browser = new Visitor(server);
            await browser.SignInAsync("/");
            var account = await browser.AccountAsync();
            Assert.Equal((name, "viewer"), (account.GetProperty("name").GetString(), account.GetProperty("role").GetString()));
        }

        // Passwords stay what they were.
        Assert.Contains("\"oidc\":\"\"}", await server.Client.GetStringAsync("/api/auth"), StringComparison.Ordinal);
        Assert.StartsWith("session=", await server.SignInAsync("alice", "x"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ProviderDownAtTheStart_OthersSignIn_AndItIsUsedWhenItComes()
    {
        var port = FreePort.Take();
        var config = $"[global]\nusername=root\npassword=x\n[oidc]\nauthority=http://127.0.0.1:{port}/realms/site\nclient_id=multivisor\nclient_secret={OpenIdProvider.ClientSecret}\n{Operators}";
        await using var server = await TestServer.StartAsync(config);
        using var browser = new Visitor(server);
        Assert.Equal("/login?problem=unreachable", await browser.SignInAsync("/"));
        Assert.StartsWith("session=", await server.SignInAsync("root", "x"), StringComparison.Ordinal);

        await using var provider = await OpenIdProvider.StartAsync(port);
        Assert.Equal("/", await browser.SignInAsync("/"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task BehindAProxy_TheBrowserComesBackToThePathThatItKnows(bool proxyStripsThePath)
    {
        await using var provider = await OpenIdProvider.StartAsync();
        await using var server = await TestServer.StartAsync($"[global]\nbase_path=/multivisor\ntrusted_proxies=127.0.0.1\n{provider.Section}{Operators}");
        var prefix = proxyStripsThePath ? "" : "/multivisor";
        (string, string)[] proxy = [("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "site.example")];

        using var begin = await server.CallAsync("GET", $"{prefix}/api/oidc/login?to=/view/group", proxy);
        Assert.Contains(Uri.EscapeDataString("https://site.example/multivisor/api/oidc/callback"), begin.Headers.Location!.Query, StringComparison.Ordinal);
        var cookies = begin.Headers.GetValues("Set-Cookie").ToArray();
        Assert.Equal(2, cookies.Length);
        Assert.All(cookies, c => Assert.Contains("path=/multivisor/api/oidc/callback; secure; samesite=lax; httponly", c, StringComparison.OrdinalIgnoreCase));

        using var there = await server.Client.GetAsync(begin.Headers.Location);
        var back = there.Headers.Location!;
        var cookie = ("Cookie", string.Join("; ", cookies.Select(c => c.Split(';')[0])));
        using var end = await server.CallAsync("GET", $"{prefix}/api/oidc/callback{back.Query}", [.. proxy, cookie]);
        Assert.Equal("/multivisor/view/group", end.Headers.Location?.ToString());
        Assert.Contains(end.Headers.GetValues("Set-Cookie"), c => c.StartsWith("session=", StringComparison.Ordinal) && c.Contains("path=/multivisor; secure", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("[oidc]\nclient_id=x\n[oidc:*]\n", "[oidc] has no 'authority'")]
    [InlineData("[oidc]\nauthority=https://a.example\n[oidc:*]\n", "[oidc] has no 'client_id'")]
    [InlineData("[oidc]\nauthority=https://a.example\nclient_id=x\n", "nobody has a role by it")]
    [InlineData("[oidc]\nauthority=http://a.example\nclient_id=x\n[oidc:*]\n", "no address of an OpenID provider")]
    [InlineData("[oidc]\nauthority=https://u:CANARY@a.example\nclient_id=x\n[oidc:*]\n", "no address of an OpenID provider")]
    [InlineData("[oidc]\nauthority=https://a.example\nclient_id=x\nclient_secret=CANARY\nclient_secret_file=/x\n[oidc:*]\n", "'client_secret' and 'client_secret_file'")]
    [InlineData("[oidc]\nauthority=https://a.example\nclient_id=x\nuserinfo=perhaps\n[oidc:*]\n", "neither true nor false")]
    [InlineData("[oidc]\nauthority=https://a.example\nclient_id=x\n[oidc:a]\nrole=king\n", "there is no role 'king'")]
    [InlineData("[oidc]\nauthority=https://a.example\nclient_id=x\n[oidc:a]\nscope=\n", "the scope is empty")]
    [InlineData("[oidc:a]\n", "and no [oidc]")]
    public void Configuration_Incomplete_IsRefusedWithWhatToDo(string text, string expected)
    {
        var read = MultivisorConfig.Parse($"[global]\n{text}", "multivisor.conf");
        Assert.False(read.IsValid);
        var error = Assert.Single(read.Errors).ToString();
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.DoesNotContain("CANARY", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("client_secret_file = nowhere.secret", "client_secret_file of [oidc]: ")]
    [InlineData("client_secret_env = MULTIVISOR_TEST_NOT_SET", "no environment variable MULTIVISOR_TEST_NOT_SET")]
    public async Task Program_SecretThatCannotBeRead_EndsWith2(string key, string expected)
    {
        using var file = new TempFile("multivisor.conf", $"[global]\n[oidc]\nauthority=https://a.example\nclient_id=x\n{key}\n[oidc:*]\n");
        var (code, _, errors) = await ServerProcess.RunAsync("-c", file.Path, "--bind", "127.0.0.1:0");
        Assert.Equal(2, code);
        Assert.Contains(expected, Assert.Single(errors), StringComparison.Ordinal);

        await using var program = ServerProcess.StartWithoutSecret("-c", file.Path, "--bind", "127.0.0.1:0");
        Assert.Equal(2, await program.ExitAsync());
        Assert.Contains(SessionKey.VariableName, Assert.Single(program.Errors), StringComparison.Ordinal);
    }

    private static async Task ReloadAsync(TestServer server, string config)
    {
        server.ConfigFile.Write(config);
        Assert.Empty(await server.App.Services.GetRequiredService<ConfigReload>().RunAsync());
    }

    private static string Sorted(JsonElement account) =>
        $$"""{"name":{{account.GetProperty("name").GetRawText()}},"role":{{account.GetProperty("role").GetRawText()}},"scope":{{account.GetProperty("scope").GetRawText()}},"read_only":{{account.GetProperty("read_only").GetRawText()}}}""";

    /// <summary>A browser without a page: keeps cookies, and follows redirects as far as it is told to.</summary>
    private sealed class Visitor : IDisposable
    {
        private readonly TestServer _server;
        private readonly CookieContainer _cookies = new();

        public Visitor(TestServer server)
        {
            _server = server;
            Client = new HttpClient(new SocketsHttpHandler { CookieContainer = _cookies, AllowAutoRedirect = false }) { BaseAddress = server.Address };
        }

        public HttpClient Client { get; }

        public IEnumerable<Cookie> Cookies => _cookies.GetAllCookies();

        /// <returns>Where on our server it ends.</returns>
        public async Task<string> SignInAsync(string to)
        {
            var address = await GoAsync($"/api/oidc/login?to={Uri.EscapeDataString(to)}", until: "/api/oidc/callback");
            return address.AbsolutePath == "/api/oidc/callback" ? await FinishAsync(address) : address.PathAndQuery;
        }

        /// <summary>Follows redirects until one leads to a path of our server, or to any but the provider's.</summary>
        public async Task<Uri> GoAsync(string path, string until)
        {
            var address = new Uri(_server.Address, path);
            for (var step = 0; step < 5; step++)
            {
                using var response = await Client.GetAsync(address);
                Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
                address = new Uri(address, response.Headers.Location!);
                if (address.AbsolutePath == until || address.AbsolutePath == "/login")
                    return address;
            }

            throw new InvalidOperationException($"never came to {until}");
        }

        public async Task<string> FinishAsync(Uri callback)
        {
            using var response = await Client.GetAsync(callback);
            Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
            return response.Headers.Location!.ToString();
        }

        public Task<JsonElement> AccountAsync() => JsonAsync("/api/account");

        public async Task<JsonElement> JsonAsync(string path) => JsonElement.Parse(await Client.GetStringAsync(path));

        public void Dispose() => Client.Dispose();
    }
}
