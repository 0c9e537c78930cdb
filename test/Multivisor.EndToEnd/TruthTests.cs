using Multivisor.EndToEnd.Support;
using Multivisor.Supervisord;
using Multivisor.Testing;

namespace Multivisor.EndToEnd;

/// <summary>What the server shows is what supervisord says, also after bursts, updates and restarts.</summary>
public sealed class TruthTests
{
    /// <summary>One second is promised; a busy machine may be late, and whoever relies on the agent's own check comes at 3.5 s.</summary>
    private static readonly TimeSpan Promptly = TimeSpan.FromSeconds(2.5);

    [Fact]
    public async Task GroupOf100StoppedAndStarted_NoProcessIsShownInAWrongState()
    {
        await using var supervisord = await Site.StartAsync("one", SupervisordOptions.Sleepers("many", 100));
        await using var server = await ServerProcess.StartAsync(("one", supervisord.AgentPort));
        await using var truth = new SupervisordClient(SupervisordUrl.Parse(supervisord.UnixUrl));

        for (var round = 0; round < 10; round++)
        {
            await truth.StopProcessGroupAsync("many");
            await AssertTrueAsync(server, truth, ProcessState.Stopped);
            await truth.StartProcessGroupAsync("many");
            await AssertTrueAsync(server, truth, ProcessState.Running);
        }
    }

    [Fact]
    public async Task ProgramAddedBySomebodyElse_IsShownWithinFiveSeconds()
    {
        await using var supervisord = await Site.StartAsync("one", SupervisordOptions.Sleepers("old", 1));
        await using var server = await ServerProcess.StartAsync(("one", supervisord.AgentPort));
        await using var somebody = new SupervisordClient(SupervisordUrl.Parse(supervisord.UnixUrl));
        using var stream = await server.Api.StreamAsync();

        supervisord.WriteConfig(SupervisordOptions.Sleepers("old", 1) + SupervisordOptions.Sleepers("new", 1));
        await somebody.ReloadConfigAsync();
        await somebody.AddProcessGroupAsync("new");

        await stream.WaitAsync(
            e => e.GetRawText().Contains("one:new:new", StringComparison.Ordinal), "the new process", TimeSpan.FromSeconds(10));
        await Eventually.BecomesAsync(
            () => server.Api.SupervisorAsync("one"), s => s.Processes.ContainsKey("one:new:new") && s.Running, Promptly);
    }

    [Fact]
    public async Task Update_AddsChangesAndRemovesGroups_AndIsShownWithinASecond()
    {
        await using var supervisord = await Site.StartAsync("one",
            SupervisordOptions.Sleepers("stays", 1) + SupervisordOptions.Sleepers("goes", 2) + SupervisordOptions.Sleepers("changes", 1));
        await using var server = await ServerProcess.StartAsync(("one", supervisord.AgentPort));
        var before = (await server.Api.SupervisorAsync("one")).Processes;

        supervisord.WriteConfig(SupervisordOptions.Sleepers("stays", 1)
            + SupervisordOptions.Sleepers("changes", 1, "stopwaitsecs=7") + SupervisordOptions.Sleepers("comes", 2));
        var update = await server.Api.ActAsync("supervisor/update", "supervisor", "one");

        Assert.Equal("done", Assert.Single(update.Results).Outcome);
        var after = await Eventually.BecomesAsync(
            () => server.Api.SupervisorAsync("one"),
            s => s.Processes.Values.Count(p => p.StateName == "RUNNING") == 5 && !s.Processes.ContainsKey("one:goes:goes_00"),
            Promptly);
        Assert.Equal(before["one:stays:stays"].Pid, after.Processes["one:stays:stays"].Pid);
        Assert.NotEqual(before["one:changes:changes"].Pid, after.Processes["one:changes:changes"].Pid);
    }

    [Fact]
    public async Task SupervisorRestart_ShowsNoOldStateAndComesBackByItself()
    {
        await using var supervisord = await Site.StartAsync("one", SupervisordOptions.Sleepers("web", 2));
        await using var server = await ServerProcess.StartAsync(("one", supervisord.AgentPort));
        using var stream = await server.Api.StreamAsync();
        var before = (await server.Api.SupervisorAsync("one")).Processes;

        await server.Api.ActAsync("supervisor/restart", "supervisor", "one");

        await stream.SupervisorAsync("one", running: false, TimeSpan.FromSeconds(10));
        await stream.SupervisorAsync("one", running: true, TimeSpan.FromSeconds(30));
        var after = await Eventually.BecomesAsync(
            () => server.Api.SupervisorAsync("one"),
            s => s.Processes.Values.Count(p => p.Group == "web" && p.StateName == "RUNNING") == 2, TimeSpan.FromSeconds(30));
        Assert.All(before.Values.Where(p => p.Group == "web"), p => Assert.NotEqual(p.Pid, after.Processes[p.Uid].Pid));
    }

    [Fact]
    public async Task SelectAllAndStop_LeavesTheAgentAliveAndTheHostReachable()
    {
        await using var supervisord = await Site.StartAsync("one", SupervisordOptions.Sleepers("web", 3));
        await using var server = await ServerProcess.StartAsync(("one", supervisord.AgentPort));

        var stop = await server.Api.ActAsync("process/stop", "uid", "one:*");

        Assert.Equal((3, 0, 1), (stop.Done, stop.Failed, stop.Skipped));
        Assert.Contains("agent", stop.Results.Single(r => r.Outcome == "skipped").Message, StringComparison.Ordinal);
        var supervisor = await server.Api.SupervisorAsync("one");
        Assert.True(supervisor.Running);
        Assert.Equal("RUNNING", supervisor.Processes["one:multivisor-rpc:multivisor-rpc"].StateName);
    }

    [Fact]
    public async Task AgentRestartedByItsFullName_ComesBack()
    {
        await using var supervisord = await Site.StartAsync("one", SupervisordOptions.Sleepers("web", 1));
        await using var server = await ServerProcess.StartAsync(("one", supervisord.AgentPort));
        const string Agent = "one:multivisor-rpc:multivisor-rpc";
        // supervisord counts an exit within startsecs as a failed start; a restart by hand comes later than that.
        await Eventually.BecomesAsync(
            () => server.Api.SupervisorAsync("one"), s => s.Processes[Agent].StateName == "RUNNING", TimeSpan.FromSeconds(30));
        var before = (await server.Api.SupervisorAsync("one")).Processes[Agent].Pid;
        using var stream = await server.Api.StreamAsync();

        Assert.Equal(1, (await server.Api.ActAsync("process/restart", "uid", Agent)).Done);

        await stream.SupervisorAsync("one", running: false);
        await stream.SupervisorAsync("one", running: true);
        Assert.NotEqual(before, (await server.Api.SupervisorAsync("one")).Processes[Agent].Pid);
    }

    private static async Task AssertTrueAsync(ServerProcess server, SupervisordClient truth, ProcessState expected)
    {
        await Eventually.BecomesAsync(
            async () => (await truth.GetAllProcessInfoAsync()).Count(p => p.Group == "many" && p.State == expected),
            count => count == 100, TimeSpan.FromSeconds(20));
        await Eventually.BecomesAsync(
            async () => (await server.Api.SupervisorAsync("one")).Processes.Values.Count(p => p.Group == "many" && p.State == (int)expected),
            count => count == 100, Promptly);
    }
}
