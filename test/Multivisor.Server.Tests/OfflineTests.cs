using System.Text.Json;
using Multivisor.Server.Tests.Support;

namespace Multivisor.Server.Tests;

/// <summary>Dead supervisors among live ones.</summary>
public sealed class OfflineTests
{
    /// <summary>The original takes 15 s for each of these.</summary>
    private static readonly TimeSpan Quick = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task DeadSupervisorAmongLiveOnes_BlocksNobody()
    {
        // D14: /api/refresh and everything about a dead supervisor took 15 s.
        using var dead = new DeadHost();
        await using var agent = ScriptedAgent.Start("live", ScriptedAgent.Process("g:p"));
        await using var server = await TestServer.StartEarlyAsync(
            $"{TestServer.Config(agent)}{dead.Section("silent")}[supervisor:refused]\nurl=127.0.0.1:{DeadHost.ClosedPort()}\n");
        await Limits.EventuallyAsync(() => server.Fleet.Supervisors[0].Snapshot.IsRunning, "live is there");

        var refresh = await server.GetJsonAsync("/api/refresh").WaitAsync(Quick);
        var running = refresh.GetProperty("supervisors").EnumerateObject().ToDictionary(s => s.Name, s => s.Value.GetProperty("running").GetBoolean(), StringComparer.Ordinal);
        Assert.Equal([("live", true), ("refused", false), ("silent", false)], running.OrderBy(r => r.Key, StringComparer.Ordinal).Select(r => (r.Key, r.Value)));
        foreach (var name in (string[])["silent", "refused"])
        {
            var info = await server.GetJsonAsync($"/api/supervisor/info/{name}").WaitAsync(Quick);
            Assert.False(info.GetProperty("running").GetBoolean());
            foreach (var member in (string[])["pid", "api_version", "identification", "supervisor_version", "version"])
                Assert.Equal(JsonValueKind.Null, info.GetProperty(member).ValueKind);
            Assert.Empty(info.GetProperty("processes").EnumerateObject());
            foreach (var action in (string[])["update", "reread", "restart", "shutdown"])
            {
                var answer = await server.ActAsync($"/api/supervisor/{action}", ("supervisor", name)).WaitAsync(Quick);
                Assert.Equal("failed", answer.Outcome(name));
                Assert.NotEmpty(answer.Message(name));
            }
        }
    }

    [Fact]
    public async Task SupervisorLost_ItsProcessesStayVisibleAsStale()
    {
        await using var agent = ScriptedAgent.Start("s1", ScriptedAgent.Process("g:p"));
        await using var server = await TestServer.StartAsync(agent);
        using var stream = await SseClient.OpenAsync(server);
        await agent.StopAsync();
        await stream.UntilAsync(b => b.IsSupervisor("s1", running: false));

        var supervisor = (await server.GetJsonAsync("/api/data")).GetProperty("supervisors").GetProperty("s1");
        Assert.Empty(supervisor.GetProperty("processes").EnumerateObject());
        Assert.True(supervisor.GetProperty("stale_processes").GetProperty("s1:g:p").GetProperty("stale").GetBoolean());
        Assert.NotEmpty(supervisor.GetProperty("link").GetProperty("error").GetString()!);
        Assert.Equal("[]", await server.Client.GetStringAsync("/api/process/list"));

        // The original's values for a process that cannot be read.
        var process = await server.GetJsonAsync("/api/process/info/s1:g:p");
        Assert.True(process.GetProperty("stale").GetBoolean());
        Assert.Equal("UNKNOWN", process.GetProperty("statename").GetString());
        Assert.Equal(JsonValueKind.Null, process.GetProperty("state").ValueKind);
        Assert.Equal(JsonValueKind.Null, process.GetProperty("pid").ValueKind);
        Assert.False(process.GetProperty("running").GetBoolean());

        var stop = await server.ActAsync("/api/process/stop", ("uid", "s1:g:p"));
        Assert.Equal("failed", stop.Outcome("s1:g:p"));
    }

    [Fact]
    public async Task ProcessInfo_SupervisordRefusesOrForgot_IsAnsweredInOneSentence()
    {
        await using var agent = ScriptedAgent.Start("s1", ScriptedAgent.Process("g:p"), ScriptedAgent.Process("g:gone"));
        await using var server = await TestServer.StartAsync(agent);
        agent.Remove("g:gone");
        using var gone = await server.SendAsync(HttpMethod.Get, "/api/process/info/s1:g:gone", null);
        Assert.Equal(404, (int)gone.StatusCode);

        agent.Failures["getProcessInfo"] = new ZeroRpc.RemoteException("Fault", "<Fault 6: 'SHUTDOWN_STATE'>");
        var process = await server.GetJsonAsync("/api/process/info/s1:g:p");
        Assert.Equal("UNKNOWN", process.GetProperty("statename").GetString());
    }

    [Fact]
    public async Task ProcessInfo_SupervisorRemovedWhileItIsRead_IsUnknownAndNoFaultOfTheServer()
    {
        await using var agent = ScriptedAgent.Start("s1", ScriptedAgent.Process("g:p"));
        await using var server = await TestServer.StartAsync(agent);
        agent.Hold("getProcessInfo");
        var reading = server.SendAsync(HttpMethod.Get, "/api/process/info/s1:g:p", null);
        await Limits.EventuallyAsync(() => agent.Calls.Contains("getProcessInfo g:p"), "it is read");

        server.ConfigFile.Write("[global]\n");
        using var reload = await server.PostAsync("/api/admin/reload");

        using var answer = await reading.Soon();
        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Contains("UNKNOWN", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
