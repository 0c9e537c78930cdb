using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Multivisor.Fleet.Access;
using Multivisor.Fleet.Configuration;
using Multivisor.Server.Access;
using Multivisor.Server.Account;
using Multivisor.Server.Admin;
using Multivisor.Server.Startup;
using Multivisor.Server.Tests.Support;

namespace Multivisor.Server.Tests.Access;

/// <summary>Passwords, limits and the life of sessions.</summary>
public sealed class SignInTests
{
    private static readonly IPAddress Home = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress Elsewhere = IPAddress.Parse("192.0.2.2");
    private static readonly string Dear = StoredPassword.Create("correct", 3000);

    static SignInTests() => Environment.SetEnvironmentVariable(SessionKey.VariableName, TestServer.Secret);

    [Fact]
    public async Task User_WithAHash_SignsInAsTheOriginalsUserDoes()
    {
        await using var server = await TestServer.StartAsync($"[global]\n[user:alice]\npassword={Dear}\nrole=operator\n");
        var cookie = await server.SignInAsync(" alice ", "correct ");
        using var account = await server.SendAsync(HttpMethod.Get, "/api/account", cookie);
        Assert.Equal("{\"name\":\"alice\",\"read_only\":false,\"role\":\"operator\",\"scope\":[\"*\"]}", await account.Content.ReadAsStringAsync());
        using var wrong = await server.PostAsync("/api/login", ("username", "alice"), ("password", Dear));
        Assert.Equal(400, (int)wrong.StatusCode);
    }

    [Theory]
    [InlineData("dear", "correct", true)]
    [InlineData("dear", "wrong", false)]
    [InlineData("cheap", "correct", true)]
    [InlineData("cheap", "wrong", false)]
    [InlineData("nobody", "correct", false)]
    [InlineData("root", "secret", true)]
    [InlineData("", "", false)]
    public void Check_WhoeverTries_CostsTheSame(string user, string password, bool isRight)
    {
        var access = Config($"username=root\npassword=secret\n[user:dear]\npassword={Dear}\n[user:cheap]\npassword=correct\n").Access;
        var result = SignInCheck.Check(access, user, password);
        Assert.Equal((isRight, 3000), (result.User is not null, result.Work));
    }

    [Fact]
    public async Task Login_TooManyFailures_Is429WithTheTimeToWait()
    {
        await using var server = await TestServer.StartAsync("[global]\nusername=root\npassword=secret\n[user:alice]\npassword=correct\n");
        for (var i = 0; i < SignInLimiter.PerUserAndAddress; i++)
            (await server.PostAsync("/api/login", ("username", "alice"), ("password", "guess"))).Dispose();

        using var refused = await server.PostAsync("/api/login", ("username", "alice"), ("password", "correct"));
        Assert.Equal(429, (int)refused.StatusCode);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), SignInLimiter.Window);
        Assert.StartsWith("{\"errors\":{\"password\":\"Too many attempts", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await server.SignInAsync("root", "secret");
    }

    [Fact]
    public void Limiter_FailuresOfOneUser_AreForgottenAfterTheWindowAndWithASuccess()
    {
        var time = new ManualTime();
        var limiter = new SignInLimiter(time);
        for (var i = 0; i < SignInLimiter.PerUserAndAddress; i++)
            Assert.Null(limiter.TryBegin(Home, "alice"));
        Assert.Equal(SignInLimiter.Window, limiter.TryBegin(Home, "alice"));
        Assert.Null(limiter.TryBegin(Home, "bob"));
        Assert.Null(limiter.TryBegin(Elsewhere, "alice"));

        time.Pass(SignInLimiter.Window);
        Assert.Null(limiter.TryBegin(Home, "alice"));
        for (var i = 0; i < 1000; i++)
        {
            limiter.Succeeded(Home, "alice");
            Assert.Null(limiter.TryBegin(Home, "alice"));
        }
    }

    [Fact]
    public void Limiter_ManyUsersFromOneAddress_AreStoppedWithoutStoppingOthers()
    {
        var limiter = new SignInLimiter(new ManualTime());
        for (var i = 0; i < SignInLimiter.PerAddress; i++)
            Assert.Null(limiter.TryBegin(Home, $"user{i}"));
        Assert.NotNull(limiter.TryBegin(Home, "another"));
        Assert.Null(limiter.TryBegin(Elsewhere, "another"));
        Assert.Null(limiter.TryBegin(IPAddress.Parse("::ffff:192.0.2.2"), "another"));
    }

    [Fact]
    public void Limiter_AddressesOfOneIPv6Network_AreOne()
    {
        var limiter = new SignInLimiter(new ManualTime());
        for (var i = 0; i < SignInLimiter.PerUserAndAddress; i++)
            Assert.Null(limiter.TryBegin(IPAddress.Parse($"2001:db8::{i + 1}"), "alice"));
        Assert.NotNull(limiter.TryBegin(IPAddress.Parse("2001:db8::ffff"), "alice"));
        Assert.Null(limiter.TryBegin(IPAddress.Parse("2001:db8:0:1::1"), "alice"));
    }

    [Fact]
    public void Limiter_EndlessStrangers_CostBoundedMemory()
    {
        var limiter = new SignInLimiter(new ManualTime());
        for (var i = 0; i < 4 * SignInLimiter.MaxCounters; i++)
            limiter.TryBegin(new IPAddress(0x0a000000L + i), $"user{i}");
        Assert.InRange(limiter.Count, 1, SignInLimiter.MaxCounters);
    }

    [Fact]
    public void Session_Unused_EndsAfterTheIdleTime()
    {
        var (time, sessions, config) = Sessions("session_idle = 1h\nsession_limit = 1d\n");
        var cookie = sessions.Create(config.Access.Global!);
        time.Pass(TimeSpan.FromMinutes(59));
        Assert.NotNull(sessions.Find(cookie, config));
        time.Pass(TimeSpan.FromMinutes(1));
        Assert.Null(sessions.Find(cookie, config));
        // A stream that is open all the time is a use.
        Assert.NotNull(sessions.FindInUse(cookie, config));
    }

    [Fact]
    public void Session_Used_IsRenewedButEndsAfterTheLimit()
    {
        var (time, sessions, config) = Sessions("session_idle = 1h\nsession_limit = 1d\n");
        var cookie = sessions.Create(config.Access.Global!);
        for (var hours = 0; hours < 47; hours++)
        {
            time.Pass(TimeSpan.FromMinutes(30));
            cookie = Renew(sessions, config, cookie);
            Assert.NotNull(sessions.Find(cookie, config));
        }

        time.Pass(TimeSpan.FromMinutes(30));
        Assert.Null(sessions.Find(cookie, config));
        Assert.Null(sessions.FindInUse(cookie, config));
    }

    [Fact]
    public void Session_SignedOut_IsOverInEveryFormItWasSentIn()
    {
        var (time, sessions, config) = Sessions("session_idle = 1h\n");
        var first = sessions.Create(config.Access.Global!);
        time.Pass(TimeSpan.FromMinutes(30));
        var second = Renew(sessions, config, first);
        Assert.NotEqual(first, second);
        sessions.End(first, config);
        Assert.Null(sessions.Find(second, config));
    }

    [Fact]
    public async Task Login_WithASession_EndsTheOldOne()
    {
        await using var server = await TestServer.StartAsync("[global]\nusername=root\npassword=secret\n");
        var old = await server.SignInAsync("root", "secret");
        using var again = await server.CallAsync("POST", "/api/login", ("Cookie", old));
        Assert.Equal(400, (int)again.StatusCode);
        Assert.Equal(200, (int)(await server.SendAsync(HttpMethod.Get, "/api/data", old)).StatusCode);
        using var right = await server.SendAsync(HttpMethod.Post, "/api/login", old, new FormUrlEncodedContent([new("username", "root"), new("password", "secret")]));
        var cookie = Assert.Single(right.Headers.GetValues("Set-Cookie"));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("secure", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(401, (int)(await server.SendAsync(HttpMethod.Get, "/api/data", old)).StatusCode);
        Assert.Equal(200, (int)(await server.SendAsync(HttpMethod.Get, "/api/data", cookie.Split(';')[0])).StatusCode);
    }

    [Fact]
    public async Task Role_ChangedAtReload_HoldsForSessionsThatExist()
    {
        const string Text = "[global]\nusername=root\npassword=secret\n[user:alice]\npassword=pw\nrole=operator\n";
        await using var server = await TestServer.StartAsync(Text);
        var (root, alice) = (await server.SignInAsync("root", "secret"), await server.SignInAsync("alice", "pw"));
        Assert.Equal(404, (int)(await server.CallAsync("POST", "/api/process/stop", ("Cookie", alice))).StatusCode);
        server.ConfigFile.Write(Text.Replace("operator", "viewer", StringComparison.Ordinal));
        (await server.CallAsync("POST", "/api/admin/reload", ("Cookie", root))).Dispose();
        Assert.Equal(403, (int)(await server.CallAsync("POST", "/api/process/stop", ("Cookie", alice))).StatusCode);
        server.ConfigFile.Write(Text[..Text.IndexOf("[user", StringComparison.Ordinal)]);
        (await server.CallAsync("POST", "/api/admin/reload", ("Cookie", root))).Dispose();
        Assert.Equal(401, (int)(await server.CallAsync("GET", "/api/data", ("Cookie", alice))).StatusCode);
    }

    private static (ManualTime Time, SignInSessions Sessions, ConfigVersion Config) Sessions(string global)
    {
        var config = Config($"username=root\npassword=secret\n{global}");
        Assert.True(SessionKey.TryRead(config.Config, out var key, out _));
        var time = new ManualTime();
        return (time, new SignInSessions(key, time), config);
    }

    private static ConfigVersion Config(string global) => new(MultivisorConfig.Parse($"[global]\n{global}", "test").Config!);

    [Fact]
    public async Task Session_SignedOutWhileAnAnswerIsOnItsWay_IsNotGivenBack()
    {
        var (time, sessions, config) = Sessions("session_idle = 1h\n");
        var cookie = sessions.Create(config.Access.Global!);
        time.Pass(TimeSpan.FromMinutes(30));
        var answer = new SlowAnswer(cookie, config.Config);
        sessions.Renew(answer.Context, config);
        sessions.End(cookie, config);
        await answer.BeginAsync();
        Assert.Equal("", answer.Context.Response.Headers.SetCookie.ToString());
    }

    private static string Renew(SignInSessions sessions, ConfigVersion config, string cookie)
    {
        var answer = new SlowAnswer(cookie, config.Config);
        sessions.Renew(answer.Context, config);
        Assert.True(answer.BeginAsync().IsCompletedSuccessfully);
        return answer.Context.Response.Headers.SetCookie.ToString() is { Length: > 0 } sent ? sent.Split(';')[0]["session=".Length..] : cookie;
    }

    /// <summary>A request with this session, whose answer begins when the test says so.</summary>
    private sealed class SlowAnswer : HttpResponseFeature
    {
        private readonly List<Func<Task>> _starting = [];

        public SlowAnswer(string cookie, MultivisorConfig config)
        {
            var store = new ConfigStore("test", config, new ListenAddress(BindAddress.ThisMachine, true, null));
            Context = new DefaultHttpContext { RequestServices = new ServiceCollection().AddSingleton(store).BuildServiceProvider() };
            Context.Features.Set<IHttpResponseFeature>(this);
            Context.Request.Headers.Cookie = $"session={cookie}";
            Context.Features.Set(new Caller(CallerKind.Session, "x", AccessRole.Admin, AccessScope.All));
        }

        public DefaultHttpContext Context { get; }

        public override void OnStarting(Func<object, Task> callback, object state) => _starting.Add(() => callback(state));

        public async Task BeginAsync()
        {
            foreach (var callback in _starting)
                await callback();
        }
    }
}
