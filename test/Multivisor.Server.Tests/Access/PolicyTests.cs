using System.Reflection;
using Microsoft.AspNetCore.Routing;
using Multivisor.Fleet;
using Multivisor.Fleet.Access;
using Multivisor.Server.Access;
using Multivisor.Server.Tests.Support;
using Multivisor.Supervisord;

namespace Multivisor.Server.Tests.Access;

/// <summary>Every route with every kind of caller, compared with the one table.</summary>
public sealed class PolicyTests
{
    private static readonly (string Token, string Stored) ViewerToken = StoredToken.Create();
    private static readonly (string Token, string Stored) OperatorToken = StoredToken.Create();
    private static readonly (string Token, string Stored) AdminToken = StoredToken.Create();

    /// <summary>Name, role, whether its scope has s1 in it.</summary>
    private static readonly (string Name, AccessRole Role, bool InScope)[] Users =
    [
        ("viewer", AccessRole.Viewer, true),
        ("operator", AccessRole.Operator, true),
        ("admin", AccessRole.Admin, true),
        ("stranger", AccessRole.Admin, false),
    ];

    private static readonly string Accounts = $"""
        username = root
        password = canary
        [user:viewer]
        password = pw
        [user:operator]
        password = pw
        role = operator
        [user:admin]
        password = pw
        role = admin
        [user:stranger]
        password = pw
        role = admin
        scope = elsewhere, s1:other
        [token:viewer]
        hash = {ViewerToken.Stored}
        [token:operator]
        hash = {OperatorToken.Stored}
        role = operator
        [token:admin]
        hash = {AdminToken.Stored}
        role = admin

        """;

    [Fact]
    public async Task EveryRoute_HasAPolicy_AndEveryPolicyARoute()
    {
        await using var server = await TestServer.StartAsync("[global]\n");
        string[] routes = [.. server.Routes.Where(r => r.Method != "HEAD").Select(r => $"{r.Method} {r.Pattern}").Order(StringComparer.Ordinal)];
        Assert.Equal(PolicyTable.Routes.Keys.Order(StringComparer.Ordinal), routes);
    }

    [Fact]
    public async Task EveryRoute_ThatReadsTheFleet_ReadsItThroughTheScopeOfItsCaller()
    {
        // What they tell everybody anyhow are numbers.
        string[] open = ["/readyz"];
        await using var server = await TestServer.StartAsync("[global]\n");
        var direct =
            from endpoint in ((IEndpointRouteBuilder)server.App).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            where !open.Contains(endpoint.RoutePattern.RawText)
            from parameter in endpoint.Metadata.OfType<MethodInfo>().SelectMany(method => method.GetParameters())
            where parameter.ParameterType == typeof(SupervisorFleet)
            select endpoint.RoutePattern.RawText;
        Assert.Empty(direct);
    }

    [Fact]
    public async Task EveryRoute_EveryCaller_IsAnsweredByTheTable()
    {
        await using var agent = ScriptedAgent.Start("s1", ScriptedAgent.Process("g:p"), ScriptedAgent.Process("other:q", ProcessState.Stopped));
        await using var server = await TestServer.StartAsync(TestServer.Config(Accounts, agent));
        foreach (var (method, pattern) in server.Routes)
        {
            var policy = PolicyTable.Find(method, pattern)!;
            await ExpectAsync(null, true, policy, "nobody");
            await ExpectAsync(null, true, policy, "wrong token", ("Authorization", $"Bearer {ViewerToken.Token}x"));
            await ExpectAsync(null, true, policy, "empty token", ("Authorization", "Bearer "));
            await ExpectAsync(AccessRole.Viewer, true, policy, "viewer token", ("Authorization", $"Bearer {ViewerToken.Token}"));
            await ExpectAsync(AccessRole.Operator, true, policy, "operator token", ("Authorization", $"bearer {OperatorToken.Token}"));
            await ExpectAsync(AccessRole.Admin, true, policy, "admin token", ("Authorization", $"Bearer {AdminToken.Token}"));
            foreach (var (name, role, inScope) in Users)
                await ExpectAsync(role, inScope, policy, name, ("Cookie", await server.SignInAsync(name, "pw")));
            await ExpectAsync(AccessRole.Admin, true, policy, "[global]", ("Cookie", await server.SignInAsync("root", "canary")));

            // A token that opens nothing is not made up for by a session.
            await ExpectAsync(null, true, policy, "session with a wrong token", ("Cookie", await server.SignInAsync("admin", "pw")), ("Authorization", "Bearer x"));

            async Task ExpectAsync(AccessRole? role, bool inScope, RoutePolicy expected, string who, params (string, string)[] headers)
            {
                using var response = await server.CallAsync(method, pattern, headers);
                var problem = Problem((int)response.StatusCode, Expected(expected, role, inScope, method, pattern));
                Assert.True(problem is null, $"{method} {pattern} as {who}: {problem}");
            }
        }
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Referer", "https://evil.example/page")]
    public async Task EveryRoute_FromAnotherSite_ChangesNothing(string header, string value)
    {
        await using var agent = ScriptedAgent.Start("s1", ScriptedAgent.Process("g:p"));
        await using var server = await TestServer.StartAsync(TestServer.Config(Accounts, agent));
        foreach (var (method, pattern) in server.Routes)
        {
            var cookie = await server.SignInAsync("admin", "pw");
            using var response = await server.CallAsync(method, pattern, ("Cookie", cookie), (header, value));
            // A POST that only reads has no reason to come from elsewhere either.
            var isRefused = PolicyTable.Find(method, pattern)!.IsGuarded || method == HttpMethod.Post.Method;
            Assert.True(((int)response.StatusCode == 403) == isRefused, $"{method} {pattern}: {(int)response.StatusCode}");
        }

        Assert.DoesNotContain(agent.Calls, call => call.StartsWith("stop", StringComparison.Ordinal) || call.StartsWith("restart", StringComparison.Ordinal));
    }

    [Fact]
    public async Task EveryRoute_OfThePageItself_IsNotTakenForAnotherSite()
    {
        await using var agent = ScriptedAgent.Start("s1", ScriptedAgent.Process("g:p"));
        await using var server = await TestServer.StartAsync(TestServer.Config(Accounts, agent));
        var own = server.Address.GetLeftPart(UriPartial.Authority);
        foreach (var (method, pattern) in server.Routes)
        {
            foreach (var header in ((string, string)[])[("Origin", own), ("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Site", "none"), ("Referer", $"{own}/view/group")])
            {
                using var response = await server.CallAsync(method, pattern, ("Cookie", await server.SignInAsync("admin", "pw")), header);
                Assert.True((int)response.StatusCode is not (401 or 403 or 500), $"{method} {pattern} {header}: {(int)response.StatusCode}");
            }
        }
    }

    [Fact]
    public async Task EveryRoute_ReadOnlyServer_ChangesNothing()
    {
        await using var agent = ScriptedAgent.Start("s1", ScriptedAgent.Process("g:p"));
        await using var server = await TestServer.StartAsync(TestServer.Config($"read_only = true\n{Accounts}", agent));
        foreach (var (method, pattern) in server.Routes)
        {
            using var response = await server.CallAsync(method, pattern, ("Cookie", await server.SignInAsync("root", "canary")));
            Assert.True(
                ((int)response.StatusCode == 403) == (PolicyTable.Find(method, pattern)!.Effect == RouteEffect.Change),
                $"{method} {pattern}: {(int)response.StatusCode}");
        }

        using var open = await server.CallAsync("GET", "/api/account", ("Authorization", $"Bearer {ViewerToken.Token}"));
        Assert.Contains("\"read_only\":true", await open.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task EveryRoute_WithoutSignIn_IsOpenAsItAlwaysWas()
    {
        await using var agent = ScriptedAgent.Start("s1", ScriptedAgent.Process("g:p"));
        await using var server = await TestServer.StartAsync(agent);
        foreach (var (method, pattern) in server.Routes)
        {
            using var response = await server.CallAsync(method, pattern);
            Assert.True((int)response.StatusCode is not (401 or 403 or 404 or 500), $"{method} {pattern}: {(int)response.StatusCode}");
        }
    }

    /// <summary>A status, or null for anything but a refusal.</summary>
    private static int? Expected(RoutePolicy policy, AccessRole? role, bool inScope, string method, string pattern)
    {
        if (policy.Role is not { } needed)
            return null;
        if (role is null)
            return 401;
        if (role < needed || (policy.Everywhere && !inScope))
            return 403;
        // Whatever is called by POST here gets a form that names one.
        var hasTarget = pattern.Contains('{', StringComparison.Ordinal) || policy.Effect == RouteEffect.Change || method == HttpMethod.Post.Method;
        // s1 itself is seen by the stranger, who may see one group of it.
        return !inScope && hasTarget && !pattern.StartsWith("/api/supervisor/info", StringComparison.Ordinal) ? 404 : null;
    }

    private static string? Problem(int status, int? expected) => expected is { } wanted
        ? status == wanted ? null : $"{status} instead of {wanted}"
        : status is 401 or 403 or 404 or 500 ? $"{status} instead of an answer" : null;
}
