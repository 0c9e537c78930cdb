using System.Text.Json;
using Multivisor.Server.Tests.Support;
using Multivisor.Supervisord;

namespace Multivisor.Server.Tests;

/// <summary><c>/api/process/history/&lt;uid&gt;</c> and what the API tells of a link.</summary>
public sealed class HistoryTests
{
    [Fact]
    public async Task History_ProcessExited_TellsTheExitAndWhetherItWasExpected()
    {
        await using var agent = ScriptedAgent.Start("s1", ScriptedAgent.Process("g:p"), ScriptedAgent.Process("g:q"));
        await using var server = await TestServer.StartAsync(agent);
        using var stream = await SseClient.OpenAsync(server);
        agent.Change(
            agent.Find("g:p") with { State = ProcessState.Exited, StateName = "EXITED", Pid = 0, ExitStatus = 3, Stop = 1795454900 }, exitExpected: false);
        var told = await stream.NextAsync();

        var history = (await server.GetJsonAsync("/api/process/history/s1:g:p")).EnumerateArray().ToArray();

        Assert.Equal(["RUNNING", "EXITED"], history.Select(e => e.GetProperty("state").GetString()));
        Assert.Equal(["at", "pid", "start", "state", "stop"], history[0].EnumerateObject().Select(m => m.Name));
        Assert.Equal(JsonValueKind.Null, history[0].GetProperty("at").ValueKind);
        Assert.Equal(4321, history[0].GetProperty("pid").GetInt32());
        Assert.Equal(["at", "exitstatus", "expected", "pid", "start", "state", "stop"], history[1].EnumerateObject().Select(m => m.Name));
        Assert.Equal((3, false), (history[1].GetProperty("exitstatus").GetInt32(), history[1].GetProperty("expected").GetBoolean()));
        Assert.Equal(1795454900, history[1].GetProperty("stop").GetInt64());
        Assert.InRange(
            history[1].GetProperty("at").GetDouble(), DateTimeOffset.UtcNow.AddHours(-1).ToUnixTimeSeconds(), DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds());
        Assert.False(told.Payload.GetProperty("expected").GetBoolean());
        Assert.Single((await server.GetJsonAsync("/api/process/history/s1:g:q")).EnumerateArray());
    }

    [Theory]
    [InlineData("s1:g:nope")]
    [InlineData("nope:g:p")]
    [InlineData("nonsense")]
    public async Task History_OfNothing_IsNotFound(string uid)
    {
        await using var agent = ScriptedAgent.Start("s1", ScriptedAgent.Process("g:p"));
        await using var server = await TestServer.StartAsync(agent);
        using var response = await server.SendAsync(HttpMethod.Get, $"/api/process/history/{uid}", null);
        Assert.Equal(404, (int)response.StatusCode);
    }

    [Fact]
    public async Task Link_OfAConnectedSupervisor_TellsKindAddressAndContact()
    {
        await using var ours = ScriptedAgent.StartAnnounced("s1", ScriptedAgent.Process("g:p"));
        await using var original = ScriptedAgent.Start("s2", ScriptedAgent.Process("multivisor-rpc:multivisor-rpc"));
        await using var server = await TestServer.StartAsync(ours, original);

        var link = (await server.GetJsonAsync("/api/supervisor/info/s1")).GetProperty("link");
        var other = (await server.GetJsonAsync("/api/supervisor/info/s2")).GetProperty("link");

        Assert.Equal(("agent", "original"), (link.GetProperty("kind").GetString(), other.GetProperty("kind").GetString()));
        Assert.Equal($"localhost:{ours.Port}", link.GetProperty("address").GetString());
        Assert.True(link.GetProperty("last_contact").GetDouble() >= link.GetProperty("since").GetDouble());
        Assert.True(link.GetProperty("round_trip").GetDouble() >= 0);
        Assert.Equal(JsonValueKind.Null, link.GetProperty("next_attempt").ValueKind);
        Assert.Equal("s2:multivisor-rpc:multivisor-rpc", other.GetProperty("agent_uid").GetString());
    }

    [Fact]
    public async Task Link_OfALostSupervisor_TellsWhyAndWhenItIsTriedAgain()
    {
        await using var agent = ScriptedAgent.Start("s1", ScriptedAgent.Process("g:p"));
        await using var server = await TestServer.StartAsync(agent);
        using var stream = await SseClient.OpenAsync(server);
        await agent.StopAsync();

        var told = await stream.UntilAsync(block => block.IsSupervisor("s1", running: false));
        var link = told.Payload.GetProperty("link");

        Assert.Equal("lost", link.GetProperty("state").GetString());
        Assert.NotEmpty(link.GetProperty("error").GetString()!);
        Assert.True(link.GetProperty("next_attempt").GetDouble() > link.GetProperty("last_contact").GetDouble());
    }
}
