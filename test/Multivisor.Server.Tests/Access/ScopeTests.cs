using System.Text;
using System.Text.Json;
using Multivisor.Fleet.Access;
using Multivisor.Fleet.Feed;
using Multivisor.Server.Tests.Support;
using Multivisor.Supervisord;

namespace Multivisor.Server.Tests.Access;

/// <summary>What is outside of a scope does not exist for whoever has it.</summary>
public sealed class ScopeTests
{
    private static readonly (string Token, string Stored) Web = StoredToken.Create();
    private static readonly (string Token, string Stored) Host = StoredToken.Create();
    private static readonly (string Token, string Stored) One = StoredToken.Create();

    private static readonly string Accounts = $"""
        username = root
        password = secret
        [token:web]
        hash = {Web.Stored}
        role = admin
        scope = *:web
        [token:host]
        hash = {Host.Stored}
        role = admin
        scope = s2
        [token:one]
        hash = {One.Stored}
        role = operator
        scope = s1:web:w1

        """;

    [Fact]
    public async Task Data_OfAScope_HasNothingElse()
    {
        await using var fleet = await StartAsync();
        Assert.Equal(["s1:db:d1", "s1:web:w1", "s1:web:w2", "s2:db:d1", "s3:web:w1"], await UidsAsync(fleet.Server, null));
        Assert.Equal(["s1:web:w1", "s1:web:w2", "s3:web:w1"], await UidsAsync(fleet.Server, Web.Token));
        Assert.Equal(["s2:db:d1"], await UidsAsync(fleet.Server, Host.Token));
        Assert.Equal(["s1:web:w1"], await UidsAsync(fleet.Server, One.Token));
        using var data = await fleet.Server.CallAsync("GET", "/api/data", Bearer(Web.Token));
        var text = await data.Content.ReadAsStringAsync();
        Assert.DoesNotContain("s2", text, StringComparison.Ordinal);
        Assert.DoesNotContain("d1", text, StringComparison.Ordinal);
        Assert.Equal(data.Content.Headers.ContentLength, Encoding.UTF8.GetByteCount(text));
        using var refresh = await fleet.Server.CallAsync("GET", "/api/refresh", Bearer(Web.Token));
        Assert.DoesNotContain("d1", await refresh.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var account = await fleet.Server.CallAsync("GET", "/api/account", Bearer(Web.Token));
        Assert.Equal("{\"name\":\"web\",\"read_only\":false,\"role\":\"admin\",\"scope\":[\"*:web\"]}", await account.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("/api/process/list", "[\"s1:web:w1\",\"s1:web:w2\",\"s3:web:w1\"]")]
    [InlineData("/api/process/list?filter=d1", "[]")]
    public async Task List_OfAScope_HasNothingElse(string path, string expected)
    {
        await using var fleet = await StartAsync();
        using var list = await fleet.Server.CallAsync("GET", path, Bearer(Web.Token));
        Assert.Equal(expected, await list.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("/api/process/info/s1:db:d1")]
    [InlineData("/api/process/info/s2:db:d1")]
    [InlineData("/api/process/history/s1:db:d1")]
    [InlineData("/api/supervisor/info/s2")]
    [InlineData("/api/process/log/out/tail/s1:db:d1")]
    public async Task Route_OfWhatIsOutside_AnswersAsIfItWereNotThere(string path)
    {
        await using var fleet = await StartAsync();
        using var outside = await fleet.Server.CallAsync("GET", path, Bearer(Web.Token));
        using var missing = await fleet.Server.CallAsync("GET", path.Replace("s2", "s9", StringComparison.Ordinal).Replace("d1", "d9", StringComparison.Ordinal), Bearer(Web.Token));
        Assert.Equal((404, 404), ((int)outside.StatusCode, (int)missing.StatusCode));
        Assert.Equal(
            (await missing.Content.ReadAsStringAsync()).Replace('9', '#'),
            (await outside.Content.ReadAsStringAsync()).Replace("s2", "s#", StringComparison.Ordinal).Replace("d1", "d#", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/api/process/stop", "uid", "*")]
    [InlineData("/api/process/stop", "uid", "*:*")]
    [InlineData("/api/process/stop", "uid", "d1,w1,s2:*")]
    [InlineData("/api/process/stop", "uid", "s?:*:?1")]
    [InlineData("/api/group/stop", "group", "*")]
    [InlineData("/api/group/stop", "group", "web,db")]
    public async Task Action_OnEverything_TouchesTheScopeAlone(string path, string field, string value)
    {
        await using var fleet = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent([new(field, value)]) };
        request.Headers.Add("Authorization", $"Bearer {Web.Token}");
        request.Headers.Accept.ParseAdd("application/json");
        using var response = await fleet.Server.Client.SendAsync(request);

        var results = JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("results").EnumerateArray();
        Assert.All(results, r => Assert.Contains(":web:", r.GetProperty("target").GetString(), StringComparison.Ordinal));
        Assert.DoesNotContain(fleet.Agents[1].Calls, IsAction);
        Assert.DoesNotContain(fleet.Agents[0].Calls, call => IsAction(call) && call.Contains("db", StringComparison.Ordinal));
        Assert.Contains(fleet.Agents[2].Calls, IsAction);
    }

    [Theory]
    [InlineData("/api/supervisor/restart", "supervisor", "s1")]
    [InlineData("/api/supervisor/shutdown", "supervisor", "s2,s3")]
    [InlineData("/api/process/stop", "uid", "s2:db:d1")]
    [InlineData("/api/process/stop", "uid", "s1:db:d1")]
    [InlineData("/api/group/stop", "group", "s1:db")]
    public async Task Action_OnWhatIsOutside_IsNotFoundAndDoesNothing(string path, string field, string value)
    {
        await using var fleet = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent([new(field, value)]) };
        request.Headers.Add("Authorization", $"Bearer {Web.Token}");
        using var response = await fleet.Server.Client.SendAsync(request);
        Assert.Equal(404, (int)response.StatusCode);
        Assert.All(fleet.Agents, agent => Assert.DoesNotContain(agent.Calls, IsAction));
    }

    [Fact]
    public async Task Group_OfWhichOnlyAPartIsInTheScope_IsNotTouchedAsAGroup()
    {
        // supervisord's call for a group would stop the other one too.
        await using var fleet = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/group/stop") { Content = new FormUrlEncodedContent([new("group", "s1:web")]) };
        request.Headers.Add("Authorization", $"Bearer {One.Token}");
        using var response = await fleet.Server.Client.SendAsync(request);
        Assert.Equal(404, (int)response.StatusCode);
        Assert.DoesNotContain(fleet.Agents[0].Calls, IsAction);
    }

    [Fact]
    public async Task Supervisor_WhollyInTheScope_CanBeActedOn()
    {
        await using var fleet = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/supervisor/reread") { Content = new FormUrlEncodedContent([new("supervisor", "s2")]) };
        request.Headers.Add("Authorization", $"Bearer {Host.Token}");
        using var response = await fleet.Server.Client.SendAsync(request);
        Assert.Equal(200, (int)response.StatusCode);
        Assert.Contains(fleet.Agents[1].Calls, call => call.StartsWith("reloadConfig", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Stream_OfAScope_TellsNothingElse()
    {
        await using var fleet = await StartAsync();
        using var stream = await SseClient.OpenAsync(fleet.Server, token: Web.Token);
        var (first, second, third) = (fleet.Agents[0], fleet.Agents[1], fleet.Agents[2]);

        first.ChangeState("db:d1", ProcessState.Exited);
        second.ChangeState("db:d1", ProcessState.Exited);
        fleet.Server.Fleet.Feed.Publish(new FleetChange.Notification("told to nobody in particular", NotificationLevel.Info, DateTimeOffset.UnixEpoch));
        fleet.Server.Fleet.Feed.Publish(new FleetChange.Notification("told of a host", NotificationLevel.Info, DateTimeOffset.UnixEpoch) { Subject = "s1" });
        await Limits.EventuallyAsync(
            () => fleet.Server.Fleet.Supervisors.Take(2).All(s => s.Snapshot.Processes.TryGet("db:d1", out var p) && p.Info.State == ProcessState.Exited),
            "the changes are known");
        third.ChangeState("web:w1", ProcessState.Exited);

        var events = await stream.TakeAsync(2);
        Assert.True(events[0].IsProcess("s3:web:w1", "EXITED"));
        Assert.Equal("w1 on s3 changed from RUNNING to EXITED", events[1].Message);
    }

    [Fact]
    public async Task Stream_SupervisorThatChanges_IsShownAsFarAsItIsInTheScope()
    {
        await using var fleet = await StartAsync();
        using var stream = await SseClient.OpenAsync(fleet.Server, token: Web.Token);
        fleet.Agents[0].Remove("web:w2");
        using var refresh = await fleet.Server.CallAsync("GET", "/api/refresh", ("Cookie", await fleet.Server.SignInAsync("root", "secret")));

        var changed = await stream.NextAsync();
        Assert.True(changed.IsSupervisor("s1", running: true));
        Assert.Equal(["s1:web:w1"], changed.Payload.GetProperty("processes").EnumerateObject().Select(p => p.Name));
        Assert.DoesNotContain("d1", changed.Text, StringComparison.Ordinal);

        // With its last process of the scope it is out of sight; that is no event of its own.
        fleet.Agents[0].Remove("web:w1");
        using var again = await fleet.Server.CallAsync("GET", "/api/refresh", ("Cookie", await fleet.Server.SignInAsync("root", "secret")));
        Assert.Equal("resync", (await stream.NextAsync()).Event);
        Assert.Equal(["s3:web:w1"], await UidsAsync(fleet.Server, Web.Token));
    }

    [Fact]
    public async Task Scope_NarrowedAtReload_EndsStreamsAndHoldsAtOnce()
    {
        await using var fleet = await StartAsync();
        using var stream = await SseClient.OpenAsync(fleet.Server, token: Host.Token);
        fleet.Server.ConfigFile.Write((await File.ReadAllTextAsync(fleet.Server.ConfigFile.Path)).Replace("scope = s2", "scope = s3", StringComparison.Ordinal));
        using var reload = await fleet.Server.CallAsync("POST", "/api/admin/reload", ("Cookie", await fleet.Server.SignInAsync("root", "secret")));
        Assert.Equal(200, (int)reload.StatusCode);

        await stream.EndAsync();
        Assert.Equal(["s3:web:w1"], await UidsAsync(fleet.Server, Host.Token));
    }

    private static (string, string) Bearer(string token) => ("Authorization", $"Bearer {token}");

    private static bool IsAction(string call) =>
        call.StartsWith("stop", StringComparison.Ordinal) || call.StartsWith("restart", StringComparison.Ordinal) || call.StartsWith("shutdown", StringComparison.Ordinal);

    private static async Task<string[]> UidsAsync(TestServer server, string? token)
    {
        using var response = await server.CallAsync(
            "GET", "/api/data", token is null ? ("Cookie", await server.SignInAsync("root", "secret")) : Bearer(token));
        var supervisors = JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("supervisors").EnumerateObject();
        return [.. supervisors.SelectMany(s => s.Value.GetProperty("processes").EnumerateObject()).Select(p => p.Name).Order(StringComparer.Ordinal)];
    }

    private static async Task<ScopedFleet> StartAsync()
    {
        ScriptedAgent[] agents =
        [
            ScriptedAgent.Start("s1", ScriptedAgent.Process("web:w1"), ScriptedAgent.Process("web:w2"), ScriptedAgent.Process("db:d1")),
            ScriptedAgent.Start("s2", ScriptedAgent.Process("db:d1")),
            ScriptedAgent.Start("s3", ScriptedAgent.Process("web:w1")),
        ];
        return new ScopedFleet(agents, await TestServer.StartAsync(TestServer.Config(Accounts, agents)));
    }

    private sealed record ScopedFleet(ScriptedAgent[] Agents, TestServer Server) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Server.DisposeAsync();
            foreach (var agent in Agents)
                await agent.DisposeAsync();
        }
    }
}
