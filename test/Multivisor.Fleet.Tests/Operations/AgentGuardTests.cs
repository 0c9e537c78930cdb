using Multivisor.Fleet.Links;
using Multivisor.Fleet.Operations;
using Multivisor.Fleet.Tests.Support;

namespace Multivisor.Fleet.Tests.Operations;

/// <summary>The agent through which a host is reached is stopped by nobody, and restarted only by name.</summary>
public sealed class AgentGuardTests
{
    private const string Agent = "multivisor-rpc:multivisor-rpc";
    private readonly FakeSupervisord _s1 = new FakeSupervisord("s1").With("g:a").With("g:b").With("g:c");

    [Theory]
    [InlineData("s1:*", ProcessAction.Stop)]
    [InlineData("s1:*", ProcessAction.Restart)]
    [InlineData("*", ProcessAction.Signal)]
    [InlineData("s1:g:a,s1:multivisor-rpc:multivisor-rpc,s1:g:b,s1:g:c", ProcessAction.Stop)]
    [InlineData("s1:multivisor-rpc:multivisor-rpc,s1:g:a,s1:g:b,s1:g:c", ProcessAction.Restart)]
    public async Task D4_PatternOrSelectAll_LeavesTheAgentAloneAndSaysSo(string patterns, ProcessAction action)
    {
        await using var fleet = await FleetHarness.StartAsync(_s1.With(Agent));

        var report = await fleet.FinishAsync(fleet.Operations.RunOnProcessesAsync(patterns, action, "HUP"));

        var skipped = Assert.Single(report.Results, r => r.Outcome == OperationOutcome.Skipped);
        Assert.Equal($"s1:{Agent}", skipped.Target);
        Assert.Contains("the agent through which s1 is reached", skipped.Message, StringComparison.Ordinal);
        Assert.Equal(3, report.Count(OperationOutcome.Done));
        Assert.DoesNotContain(_s1.Calls, c => c.Contains("multivisor-rpc", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("s1:multivisor-rpc:multivisor-rp?", ProcessAction.Restart)]
    [InlineData("multivisor-rpc", ProcessAction.Restart)]
    [InlineData("s1:multivisor-rpc:multivisor-rpc", ProcessAction.Stop)]
    [InlineData("s1:multivisor-rpc:multivisor-rpc", ProcessAction.Signal)]
    public async Task D4_AgentAlone_IsStillNotStopped(string pattern, ProcessAction action)
    {
        await using var fleet = await FleetHarness.StartAsync(_s1.With(Agent));

        var report = await fleet.FinishAsync(fleet.Operations.RunOnProcessesAsync(pattern, action, "KILL"));

        Assert.Equal(1, report.Count(OperationOutcome.Skipped));
        Assert.DoesNotContain(_s1.Calls, c => c.Contains("multivisor-rpc", StringComparison.Ordinal));
    }

    [Fact]
    public async Task D4_AgentNamedExactlyAndAlone_IsRestartedBySignalSoThatItComesBack()
    {
        await using var fleet = await FleetHarness.StartAsync(_s1.With(Agent));

        var report = await fleet.FinishAsync(fleet.Operations.RunOnProcessesAsync($"s1:{Agent}", ProcessAction.Restart));

        Assert.Equal(1, report.Count(OperationOutcome.Done));
        Assert.Contains($"signalProcess {Agent} TERM", _s1.Calls);
        Assert.Equal(0, _s1.Count("stopProcess"));
    }

    [Fact]
    public async Task D4_AgentDiesBeforeItPassesTheAnswerOn_CountsAsRestarted()
    {
        await using var fleet = await FleetHarness.StartAsync(_s1.With(Agent));
        _s1.OnNext("signalProcess", () =>
        {
            _s1.Lose("s1:9002 closed the connection");
            return Task.Delay(Timeout.Infinite);
        });

        var report = await fleet.FinishAsync(fleet.Operations.RunOnProcessesAsync($"s1:{Agent}", ProcessAction.Restart));

        Assert.Equal(1, report.Count(OperationOutcome.Done));
    }

    [Fact]
    public async Task D4_AgentUnderAnotherName_IsKnownFromWhatItSays()
    {
        _s1.Agent = new AgentInfo("multivisor-rpc", "1", "mv:mv", ["reconcile"]);
        await using var fleet = await FleetHarness.StartAsync(_s1.With("mv:mv"));

        var report = await fleet.FinishAsync(fleet.Operations.RunOnProcessesAsync("*", ProcessAction.Stop));

        Assert.Equal("s1:mv:mv", Assert.Single(report.Results, r => r.Outcome == OperationOutcome.Skipped).Target);
    }
}
