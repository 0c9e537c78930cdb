using System.Text;
using System.Text.Json;
using Multivisor.Server.EventStream;
using Multivisor.Server.Tests.Support;
using Multivisor.Supervisord;

namespace Multivisor.Server.Tests;

/// <summary>Sign-in.</summary>
public sealed class AccountTests
{
    private const string Protected = "username=admin\npassword=secret\n";

    [Fact]
    public async Task EveryRoute_WithoutSession_Is401InTheOriginalsWords()
    {
        await using var server = await TestServer.StartAsync(TestServer.Config(Protected));
        string[] open = ["/api/auth", "/api/login", "/api/logout", "/api/oidc/login", "/api/oidc/callback"];
        var routes = server.Routes.Where(r => r.Pattern.StartsWith("/api", StringComparison.Ordinal) && !open.Contains(r.Pattern)).ToArray();
        Assert.True(routes.Length > 20);

        foreach (var (method, pattern) in routes)
        {
            foreach (var cookie in (string?[])[null, "session=", "session=e30.aaaa", $"session={new string('a', 9000)}"])
            {
                using var response = await server.SendAsync(new HttpMethod(method), Address(pattern), cookie);
                Assert.True((int)response.StatusCode == 401, $"{method} {pattern}: {(int)response.StatusCode}");
                Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
                if (method != "HEAD")
                    Assert.Equal("{\"message\":\"Authenthication is required to access this endpoint\"}", await response.Content.ReadAsStringAsync());
            }
        }

        foreach (var path in (string[])["/api/nope", "/API/data", "/api/data/", "/api/auth/x", "/api//data"])
            Assert.Equal(401, (int)(await server.SendAsync(HttpMethod.Get, path, null)).StatusCode);
    }

    [Fact]
    public async Task EveryRoute_WithSession_IsNot401()
    {
        await using var server = await TestServer.StartAsync(TestServer.Config(Protected));
        var cookie = await server.SignInAsync("admin", "secret");
        foreach (var (method, pattern) in server.Routes.Where(r => r.Pattern != "/api/logout"))
        {
            using var response = await server.SendAsync(new HttpMethod(method), Address(pattern), cookie);
            Assert.True((int)response.StatusCode is not (401 or 500), $"{method} {pattern}: {(int)response.StatusCode}");
        }
    }

    [Theory]
    [InlineData("admin", "secret", true)]
    [InlineData(" admin\t", "\nsecret ", true)]
    [InlineData("Admin", "secret", false)]
    [InlineData("admin", "Secret", false)]
    [InlineData("admin", "", false)]
    [InlineData("", "", false)]
    [InlineData("admin", "{SHA}e5e9fa1ba31ecd1ae84f75caaa474f3a663f05f4", false)]
    public async Task Login_ComparesAsTheOriginal(string user, string password, bool isRight)
    {
        await using var server = await TestServer.StartAsync(TestServer.Config(Protected));
        using var response = await server.PostAsync("/api/login", ("username", user), ("password", password));

        Assert.Equal(isRight ? 200 : 400, (int)response.StatusCode);
        Assert.Equal(isRight ? "{}" : "{\"errors\":{\"password\":\"Invalid username or password\"}}", await response.Content.ReadAsStringAsync());
        Assert.Equal(isRight, response.Headers.Contains("Set-Cookie"));
    }

    [Theory]
    [InlineData("pass", "test", true)]
    [InlineData("both", "test", true)]
    [InlineData("upper", "test", false)]
    public async Task Login_ShaPasswords_AreTheOriginals(string kind, string password, bool isRight)
    {
        const string Hash = "a94a8fe5ccb19ba61c4c0873d391e987982fbbd3";
        var user = kind == "both" ? $"{{SHA}}{Hash}" : "test";
        await using var server = await TestServer.StartAsync(TestServer.Config($"username={user}\npassword={{SHA}}{(kind == "upper" ? Hash.ToUpperInvariant() : Hash)}\n"));
        using var response = await server.PostAsync("/api/login", ("username", "test"), ("password", password));
        Assert.Equal(isRight ? 200 : 400, (int)response.StatusCode);
    }

    [Fact]
    public async Task Login_FieldsMissing_Is400ForEachOfThem()
    {
        await using var server = await TestServer.StartAsync(TestServer.Config(Protected));
        using var none = await server.PostAsync("/api/login");
        using var json = await server.Client.PostAsync("/api/login", new StringContent("{}", Encoding.UTF8, "application/json"));
        using var half = await server.PostAsync("/api/login", ("username", "admin"));

        Assert.Equal("{\"errors\":{\"password\":\"This field is required\",\"username\":\"This field is required\"}}", await none.Content.ReadAsStringAsync());
        Assert.Equal("{\"errors\":{\"password\":\"This field is required\"}}", await half.Content.ReadAsStringAsync());
        Assert.All([none, json, half], r => Assert.Equal(400, (int)r.StatusCode));
    }

    [Fact]
    public async Task SignInOff_LoginAndLogoutAndAuth_AreAnswered()
    {
        // Logout was 500 in the original (D11).
        await using var server = await TestServer.StartAsync("[global]\n");
        using var login = await server.PostAsync("/api/login", ("username", "a"), ("password", "b"));
        using var logout = await server.PostAsync("/api/logout");

        Assert.Equal("Authentication is not required", await login.Content.ReadAsStringAsync());
        Assert.Equal((200, "{}"), ((int)logout.StatusCode, await logout.Content.ReadAsStringAsync()));
        Assert.Equal("{\"is_authenticated\":false,\"use_authentication\":false}", await server.Client.GetStringAsync("/api/auth"));
    }

    [Fact]
    public async Task Session_OtherServerWithTheSameSecret_TakesIt()
    {
        // A restart is the same: nothing is kept but the secret.
        await using var one = await TestServer.StartAsync(TestServer.Config(Protected));
        await using var two = await TestServer.StartAsync(TestServer.Config(Protected));
        var cookie = await one.SignInAsync("admin", "secret");

        using var data = await two.SendAsync(HttpMethod.Get, "/api/data", cookie);
        using var auth = await two.SendAsync(HttpMethod.Get, "/api/auth", cookie);

        Assert.Equal(200, (int)data.StatusCode);
        Assert.Equal("{\"is_authenticated\":true,\"use_authentication\":true}", await auth.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Session_TamperedOrOfOtherCredentials_IsRefused()
    {
        await using var server = await TestServer.StartAsync(TestServer.Config(Protected));
        await using var other = await TestServer.StartAsync(TestServer.Config("username=admin\npassword=changed\n"));
        var cookie = await server.SignInAsync("admin", "secret");

        Assert.Equal(401, (int)(await other.SendAsync(HttpMethod.Get, "/api/data", cookie)).StatusCode);
        for (var i = "session=".Length; i < cookie.Length; i += 7)
        {
            var tampered = $"{cookie[..i]}{(cookie[i] == 'B' ? 'C' : 'B')}{cookie[(i + 1)..]}";
            Assert.Equal(401, (int)(await server.SendAsync(HttpMethod.Get, "/api/data", tampered)).StatusCode);
        }
    }

    [Fact]
    public async Task Logout_OldCookie_IsWorthNothing()
    {
        // In the original it still opened everything (D11).
        await using var server = await TestServer.StartAsync(TestServer.Config(Protected));
        var cookie = await server.SignInAsync("admin", "secret");
        var second = await server.SignInAsync("admin", "secret");
        using var logout = await server.SendAsync(HttpMethod.Post, "/api/logout", cookie);

        Assert.Equal("{}", await logout.Content.ReadAsStringAsync());
        Assert.Contains("expires=Thu, 01 Jan 1970", logout.Headers.GetValues("Set-Cookie").Single(), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(401, (int)(await server.SendAsync(HttpMethod.Get, "/api/data", cookie)).StatusCode);
        Assert.Equal(200, (int)(await server.SendAsync(HttpMethod.Get, "/api/data", second)).StatusCode);
    }

    [Fact]
    public async Task Logout_StreamsOfTheSession_EndAndOthersGoOn()
    {
        await using var agent = ScriptedAgent.Start("s1", ScriptedAgent.Process("g:p"));
        await using var server = await TestServer.StartAsync(
            TestServer.Config(Protected, agent), new StreamOptions { KeepAlivePeriod = TimeSpan.FromMilliseconds(50) });
        var cookie = await server.SignInAsync("admin", "secret");
        var other = await server.SignInAsync("admin", "secret");
        using var stream = await SseClient.OpenAsync(server, cookie: cookie);
        using var log = await SseClient.OpenAsync(server, "/api/process/log/out/tail/s1:g:p", cookie: cookie);
        using var goesOn = await SseClient.OpenAsync(server, cookie: other);

        (await server.SendAsync(HttpMethod.Post, "/api/logout", cookie)).Dispose();

        await stream.EndAsync();
        await log.EndAsync();
        agent.ChangeState("g:p", ProcessState.Exited);
        await goesOn.UntilAsync(b => b.IsProcess("s1:g:p", "EXITED"));
    }

    [Fact]
    public async Task PasswordChanged_AtReload_EndsItsSessionsAndTheirStreams()
    {
        await using var server = await TestServer.StartAsync(TestServer.Config(Protected), new StreamOptions { KeepAlivePeriod = TimeSpan.FromMilliseconds(50) });
        var cookie = await server.SignInAsync("admin", "secret");
        using var stream = await SseClient.OpenAsync(server, cookie: cookie);
        server.ConfigFile.Write(TestServer.Config("username=admin\npassword=new\n"));
        (await server.SendAsync(HttpMethod.Post, "/api/admin/reload", cookie)).Dispose();

        await stream.EndAsync();
        Assert.Equal(401, (int)(await server.SendAsync(HttpMethod.Get, "/api/data", cookie)).StatusCode);
        await server.SignInAsync("admin", "new");
    }

    [Theory]
    [InlineData("username=CANARY-user\npassword=CANARY-password\n", true)]
    [InlineData("username=CANARY-user\n", false)]
    [InlineData("password=CANARY-password\n", false)]
    [InlineData("password=CANARY-password\nusername=\napi_token=CANARY-token\nmotd=%(password)s\n", false)]
    public async Task Secrets_OfTheConfiguration_AreInNoAnswerAndNoFrame(string global, bool signIn)
    {
        // The original shows the password in /api/config/file, and half of the credentials in /api/data (D11).
        await using var agent = ScriptedAgent.Start("s1", ScriptedAgent.Process("g:p"));
        await using var server = await TestServer.StartAsync(TestServer.Config(global, agent));
        var cookie = signIn ? await server.SignInAsync("CANARY-user", "CANARY-password") : null;
        using var stream = await SseClient.OpenAsync(server, cookie: cookie);
        var answers = new StringBuilder();
        foreach (var (method, pattern) in server.Routes.Where(r => r.Method != "HEAD" && !IsEndless(r.Pattern) && r.Pattern != "/api/admin/reload"))
        {
            foreach (var c in (string?[])[cookie, null])
            {
                if (pattern == "/api/logout" && c is not null)
                    continue;
                var content = method == "POST" ? new FormUrlEncodedContent([new("username", "x"), new("password", "y"), new("uid", "s1:g:p"), new("supervisor", "s1"), new("group", "g"), new("signal", "HUP")]) : null;
                using var response = await server.SendAsync(new HttpMethod(method), Address(pattern), c, content);
                answers.AppendLine($"{method} {pattern} {response.Headers} {response.Content.Headers} {await response.Content.ReadAsStringAsync().Soon()}");
            }
        }

        agent.ChangeState("g:p", ProcessState.Fatal);
        answers.AppendLine((await stream.UntilAsync(b => b.IsProcess("s1:g:p", "FATAL"))).Text);

        // Errors of a configuration quote what is wrong with it.
        foreach (var bad in (string[])["password=%CANARY-password", "password=%(CANARY-password", "password CANARY-password", " password=CANARY-password", "password=x\npassword=CANARY-password"])
        {
            server.ConfigFile.Write($"[supervisor:s1]\n{bad}\n[global]\n{bad}\n{global}");
            using var refused = await server.SendAsync(HttpMethod.Post, "/api/admin/reload", cookie);
            using var shown = await server.SendAsync(HttpMethod.Get, "/api/config/file", cookie);
            answers.AppendLine($"{await refused.Content.ReadAsStringAsync()} {await shown.Content.ReadAsStringAsync()}");
        }

        var text = answers.ToString();
        Assert.Contains("********", text, StringComparison.Ordinal);
        foreach (var secret in (string[])["CANARY-password", "CANARY-token", TestServer.Secret])
            Assert.Equal("", string.Join('\n', text.Split('\n').Where(line => line.Contains(secret, StringComparison.Ordinal))));
        Assert.DoesNotContain("CANARY-user", JsonElement.Parse(await (await server.SendAsync(HttpMethod.Get, "/api/data", cookie)).Content.ReadAsStringAsync()).ToString(), StringComparison.Ordinal);
    }

    private static bool IsEndless(string pattern) =>
        pattern is "/api/stream" or "/api/logs/follow" || pattern.Contains("/tail/", StringComparison.Ordinal) || pattern.Contains("/follow/", StringComparison.Ordinal);

    private static string Address(string pattern) => pattern
        .Replace("{uid}", "s1:g:p", StringComparison.Ordinal)
        .Replace("{name}", "s1", StringComparison.Ordinal)
        .Replace("{stream}", "out", StringComparison.Ordinal);
}
