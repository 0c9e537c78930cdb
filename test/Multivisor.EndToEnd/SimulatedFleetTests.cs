using Multivisor.EndToEnd.Support;
using Multivisor.Testing;

namespace Multivisor.EndToEnd;

/// <summary>The fleet that benchmarks use says to the server what real agents say.</summary>
public sealed class SimulatedFleetTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task ServerBeforeASimulatedFleet_ShowsItsState()
    {
        await using var fleet = await SimulatedFleetProcess.StartAsync(
            "--supervisors", "20", "--processes", "10", "--original", "5", "--dead", "1");
        await using var server = await ServerProcess.StartAsync(fleet.Configuration);

        var supervisors = await Eventually.BecomesAsync(
            server.Api.SupervisorsAsync, all => all.Values.Count(s => s.Running) == 19, Limit);

        Assert.Equal(20, supervisors.Count);
        Assert.All(supervisors.Values.Where(s => s.Running), s => Assert.Equal(10, s.Processes.Count));
        Assert.Equal(5, supervisors.Values.Count(s => s.Link!.Agent == "original"));
        Assert.Equal("lost", supervisors["host0020"].Link!.State);
    }

    [Fact]
    public async Task ActionsOnASimulatedProcess_TakeEffectAndAreTold()
    {
        await using var fleet = await SimulatedFleetProcess.StartAsync("--supervisors", "2", "--processes", "5", "--original", "1");
        await using var server = await ServerProcess.StartAsync(fleet.Configuration);
        foreach (var supervisor in new[] { "host0001", "host0002" })
        {
            var known = await server.Api.SupervisorAsync(supervisor);
            var uid = known.Processes.Values.First(p => p.StateName == "RUNNING" && p.Group != "multivisor-rpc").Uid;
            using var stream = await server.Api.StreamAsync();

            var stopped = await server.Api.ActAsync("process/stop", "uid", uid);
            await stream.ProcessAsync(uid, "STOPPED", Limit);
            var started = await server.Api.ActAsync("process/restart", "uid", uid);
            await stream.ProcessAsync(uid, "RUNNING", Limit);

            Assert.Equal((1, 0), (stopped.Done, stopped.Failed));
            Assert.Equal((1, 0), (started.Done, started.Failed));
        }
    }

    [Fact]
    public async Task SimulatedLife_ChangesStates_AndEverySupervisorIsRightInTheEnd()
    {
        await using var fleet = await SimulatedFleetProcess.StartAsync("--supervisors", "20", "--processes", "10", "--original", "10");
        await using var server = await ServerProcess.StartAsync(fleet.Configuration);
        using var stream = await server.Api.StreamAsync();

        fleet.Command("rate 200");
        await stream.WaitAsync(e => e.GetProperty("event").GetString() == "process_changed", "a change of a process", Limit);
        fleet.Command("mass-restart 1");
        await stream.WaitAsync(
            e => e.GetProperty("event").GetString() == "process_changed" && e.GetProperty("payload").GetProperty("statename").GetString() == "STOPPING",
            "a process that is restarted", Limit);
        fleet.Command("rate 0");

        // All comes to rest; what bursts lost behind an agent of the original is read again.
        await Eventually.BecomesAsync(
            async () => (await server.Api.SupervisorsAsync()).Values.SelectMany(s => s.Processes.Values).Select(p => p.StateName).ToHashSet(),
            states => !states.Overlaps(["STARTING", "STOPPING", "BACKOFF"]),
            Limit);
    }

    [Fact]
    public async Task SimulatedHostThatGoesAway_IsShownLost_AndComesBack()
    {
        await using var fleet = await SimulatedFleetProcess.StartAsync("--supervisors", "3", "--processes", "4");
        await using var server = await ServerProcess.StartAsync(fleet.Configuration);
        using var stream = await server.Api.StreamAsync();

        fleet.Command("outage 1 1");

        await stream.SupervisorAsync("host0001", running: false, Limit);
        await stream.SupervisorAsync("host0001", running: true, Limit);
    }
}
