using System.Diagnostics;
using Multivisor.EndToEnd.Support;
using Multivisor.Testing;

namespace Multivisor.EndToEnd;

/// <summary>supervisord → agent → server → REST and events, all of them real.</summary>
public sealed class ChainTests
{
    [Fact]
    public async Task StopAndStart_ByRest_ShowOnTheStreamAndInTheData()
    {
        await using var supervisord = await Site.StartAsync("one", SupervisordOptions.Sleepers("web", 2));
        await using var server = await ServerProcess.StartAsync(("one", supervisord.AgentPort));
        using var stream = await server.Api.StreamAsync();

        var stop = await server.Api.ActAsync("process/stop", "uid", "one:web:web_00");
        Assert.Equal("done", Assert.Single(stop.Results).Outcome);
        await stream.ProcessAsync("one:web:web_00", "STOPPED");
        Assert.False((await server.Api.SupervisorAsync("one")).Processes["one:web:web_00"].Running);

        await server.Api.ActAsync("process/start", "uid", "one:web:web_00");
        var running = await stream.ProcessAsync("one:web:web_00", "RUNNING");
        Assert.True(running.GetProperty("payload").GetProperty("pid").GetInt64() > 0);
    }

    [Fact]
    public async Task KilledChild_ShowsOnTheStream()
    {
        await using var supervisord = await Site.StartAsync("one", SupervisordOptions.Sleepers("web", 1));
        await using var server = await ServerProcess.StartAsync(("one", supervisord.AgentPort));
        using var stream = await server.Api.StreamAsync();
        var pid = (await server.Api.SupervisorAsync("one")).Processes["one:web:web"].Pid!.Value;

        SupervisordInstance.Signal(pid, "KILL");

        var exited = await stream.ProcessAsync("one:web:web", "EXITED");
        Assert.Equal(-1, exited.GetProperty("payload").GetProperty("exitstatus").GetInt32());
    }

    [Fact]
    public async Task KilledChild_ThatIsStartedAgainAtOnce_IsToldAndRemembered()
    {
        await using var supervisord = await Site.StartAsync(
            "one", "[program:web]\ncommand=/bin/sleep 100000\nautorestart=true\nstartsecs=0\nstdout_logfile=NONE\nstderr_logfile=NONE\n");
        await using var server = await ServerProcess.StartAsync(("one", supervisord.AgentPort));
        using var stream = await server.Api.StreamAsync();
        var pid = (await server.Api.SupervisorAsync("one")).Processes["one:web:web"].Pid!.Value;

        SupervisordInstance.Signal(pid, "KILL");

        // In any order: the stream keeps only the last state of a process that changes faster than it is sent.
        var (told, runs) = (false, false);
        await stream.WaitAsync(
            e =>
            {
                var payload = e.GetProperty("payload");
                // Either the exit could still be seen, or only its event tells.
                if (e.GetProperty("event").GetString() == "notification")
                    told |= payload.GetProperty("message").GetString() is "web on one exited unexpectedly and was started again" or "web on one changed from RUNNING to EXITED";
                else if (e.GetProperty("event").GetString() == "process_changed" && payload.GetProperty("uid").GetString() == "one:web:web")
                    runs = payload.GetProperty("statename").GetString() == "RUNNING" && payload.GetProperty("pid").GetInt64() != pid;
                return told && runs;
            },
            "the exit and the successor");
        var history = await server.Api.HistoryAsync("one:web:web");
        var exit = Assert.Single(history, e => e.State == "EXITED");
        Assert.False(exit.Expected);
        Assert.Equal("RUNNING", history[^1].State);
    }

    [Fact]
    public async Task GroupActions_ActOnTheWholeGroup()
    {
        await using var supervisord = await Site.StartAsync("one", SupervisordOptions.Sleepers("web", 3) + SupervisordOptions.Sleepers("db", 1));
        await using var server = await ServerProcess.StartAsync(("one", supervisord.AgentPort));

        var stop = await server.Api.ActAsync("group/stop", "group", "one:web");
        Assert.Equal(3, stop.Done);
        var stopped = (await server.Api.SupervisorAsync("one")).Processes;
        Assert.Equal(["STOPPED", "STOPPED", "STOPPED"], stopped.Values.Where(p => p.Group == "web").Select(p => p.StateName));
        Assert.Equal("RUNNING", stopped["one:db:db"].StateName);

        Assert.Equal(3, (await server.Api.ActAsync("group/start", "group", "web")).Done);
        Assert.Equal(3, (await server.Api.ActAsync("group/restart", "group", "*:web")).Done);
    }

    [Fact]
    public async Task ServerOnTerm_StopsWithinTwoSeconds_AlsoWithClientsOnTheStream()
    {
        await using var supervisord = await Site.StartAsync("one", SupervisordOptions.Sleepers("web", 1));
        await using var server = await ServerProcess.StartAsync(("one", supervisord.AgentPort));
        using var first = await server.Api.StreamAsync();
        using var second = await server.Api.StreamAsync();

        Assert.Equal(0, await server.TerminateAsync(TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public async Task ClientsThatLeave_LeaveNoDescriptorBehind()
    {
        await using var supervisord = await Site.StartAsync("one", SupervisordOptions.Sleepers("web", 1));
        await using var server = await ServerProcess.StartAsync(("one", supervisord.AgentPort));
        for (var warmUp = 0; warmUp < 5; warmUp++)
            (await server.Api.StreamAsync()).Dispose();
        await server.Api.SupervisorAsync("one");
        var before = server.CountDescriptors();

        for (var round = 0; round < 100; round++)
            (await server.Api.StreamAsync()).Dispose();

        await Eventually.BecomesAsync(() => Task.FromResult(server.CountDescriptors()), count => count <= before, TimeSpan.FromSeconds(30));
    }
}
