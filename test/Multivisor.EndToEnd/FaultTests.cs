using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Multivisor.EndToEnd.Support;
using Multivisor.Testing;

namespace Multivisor.EndToEnd;

/// <summary>One host in trouble costs no other host anything, and its own state is never shown as if it were true.</summary>
public sealed class FaultTests
{
    private const int Rounds = 3;

    [Fact]
    public async Task HostThatDies_IsShownAsLostWithinASecond_AndIsBackByItself()
    {
        await using var supervisord = await Site.StartAsync("one", SupervisordOptions.Sleepers("web", 1));
        await using var server = await ServerProcess.StartAsync(("one", supervisord.AgentPort));
        using var stream = await server.Api.StreamAsync();

        supervisord.Kill();

        await stream.SupervisorAsync("one", running: false, TimeSpan.FromSeconds(3));
        var lost = await server.Api.SupervisorAsync("one");
        Assert.Empty(lost.Processes);
        Assert.True(lost.StaleProcesses!["one:web:web"].Stale);
        Assert.Contains("one", lost.Link!.Error, StringComparison.Ordinal);

        await supervisord.LaunchAsync();
        await stream.SupervisorAsync("one", running: true, TimeSpan.FromSeconds(30));
    }

    [Theory]
    [InlineData("agent")]
    [InlineData("supervisord")]
    public async Task HostThatGoesSilent_IsShownAsLostWithin15Seconds_AndIsBackByItself(string frozen)
    {
        await using var supervisord = await Site.StartAsync("one", SupervisordOptions.Sleepers("web", 1));
        await using var server = await ServerProcess.StartAsync(("one", supervisord.AgentPort));
        using var stream = await server.Api.StreamAsync();
        var agentPid = (await server.Api.SupervisorAsync("one")).Processes["one:multivisor-rpc:multivisor-rpc"].Pid!.Value;
        var pid = frozen == "agent" ? agentPid : supervisord.Pid;

        SupervisordInstance.Signal(pid, "STOP");
        try
        {
            await stream.SupervisorAsync("one", running: false, TimeSpan.FromSeconds(20));
        }
        finally
        {
            SupervisordInstance.Signal(pid, "CONT");
        }

        await stream.SupervisorAsync("one", running: true, TimeSpan.FromSeconds(30));
    }

    /// <summary>Nobody asks it all the time: the heartbeats come from supervisord's own loop and stop with it.</summary>
    [Fact]
    public async Task SupervisordThatGoesSilent_WithThePlugIn_IsShownAsLostAndIsBackByItself()
    {
        await using var supervisord = await Site.StartPlugInAsync("one", SupervisordOptions.Sleepers("web", 1));
        await using var server = await ServerProcess.StartAsync(("one", supervisord.AgentPort));
        using var stream = await server.Api.StreamAsync();

        SupervisordInstance.Signal(supervisord.Pid, "STOP");
        try
        {
            await stream.SupervisorAsync("one", running: false, TimeSpan.FromSeconds(20));
        }
        finally
        {
            SupervisordInstance.Signal(supervisord.Pid, "CONT");
        }

        await stream.SupervisorAsync("one", running: true, TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task FrozenHostBlackHoleAndSlowStop_CostTheOthersNothing()
    {
        await using var good = await Site.StartAsync("good", SupervisordOptions.Sleepers("web", 2) + Site.Stubborn("slow", 60));
        await using var frozen = await Site.StartAsync("frozen", SupervisordOptions.Sleepers("web", 2));
        using var blackHole = new TcpListener(IPAddress.Loopback, 0);
        blackHole.Start(1);
        await using var server = await ServerProcess.StartAsync(
            ("frozen", frozen.AgentPort), ("hole", ((IPEndPoint)blackHole.LocalEndpoint).Port), ("good", good.AgentPort));
        using var stream = await server.Api.StreamAsync();
        var calm = await MeasureAsync(server, stream);

        SupervisordInstance.Signal(frozen.Pid, "STOP");
        var slow = server.Api.ActAsync("process/stop", "uid", "good:slow:slow");
        var hanging = server.Api.ActAsync("process/stop", "uid", "frozen:web:*");
        await stream.ProcessAsync("good:slow:slow", "STOPPING");
        var troubled = await MeasureAsync(server, stream);

        Assert.False(slow.IsCompleted);
        // Not a speed test: a host that waits for another one would be late by at least 8 s.
        Assert.True(troubled < calm + TimeSpan.FromSeconds(4), $"{troubled.TotalMilliseconds} ms in trouble, {calm.TotalMilliseconds} ms before");

        SupervisordInstance.Signal(frozen.Pid, "CONT");
        // Done, or failed because the frozen host was given up meanwhile: either way one result for each.
        Assert.Equal(2, (await hanging).Results.Count);
        good.Kill();
        Assert.Equal("failed", Assert.Single((await slow).Results).Outcome);
    }

    /// <summary>How long a restart takes, from the request to the event that it runs again.</summary>
    private static async Task<TimeSpan> MeasureAsync(ServerProcess server, StreamClient stream)
    {
        var started = Stopwatch.GetTimestamp();
        for (var round = 0; round < Rounds; round++)
        {
            Assert.Equal(1, (await server.Api.ActAsync("process/restart", "uid", "good:web:web_00")).Done);
            await stream.ProcessAsync("good:web:web_00", "RUNNING");
        }

        return Stopwatch.GetElapsedTime(started) / Rounds;
    }
}
