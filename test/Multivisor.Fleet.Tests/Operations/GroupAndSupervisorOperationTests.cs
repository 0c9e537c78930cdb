using Multivisor.Fleet.Feed;
using Multivisor.Fleet.Links;
using Multivisor.Fleet.Operations;
using Multivisor.Fleet.Tests.Support;
using Multivisor.Supervisord;

namespace Multivisor.Fleet.Tests.Operations;

public sealed class GroupAndSupervisorOperationTests
{
    private const string Agent = "multivisor-rpc:multivisor-rpc";
    private readonly FakeSupervisord _s1 = new FakeSupervisord("s1").With("g:a").With("g:b").With("h:x");

    [Fact]
    public async Task StopGroup_SomeRun_StopsThemWithOneCallAndSkipsTheOthers()
    {
        await using var fleet = await FleetHarness.StartAsync(_s1.With("g:c", ProcessState.Exited));

        var report = await fleet.FinishAsync(fleet.Operations.RunOnGroupsAsync("s1:g", ProcessAction.Stop));

        Assert.Equal(["s1:g:a Done", "s1:g:b Done", "s1:g:c Skipped"], report.Results.Select(r => $"{r.Target} {r.Outcome}"));
        Assert.Equal(["stopProcessGroup g"], _s1.Calls.Where(c => c.StartsWith("stop", StringComparison.Ordinal)));
        Assert.Equal(ProcessState.Running, _s1.Info("h:x").State);
    }

    [Fact]
    public async Task StopGroup_OneIsStoppingAlready_ItIsAwaited()
    {
        await using var fleet = await FleetHarness.StartAsync(_s1.With("g:c", ProcessState.Stopping));

        var stop = fleet.Operations.RunOnGroupsAsync("s1:g", ProcessAction.Stop);
        await fleet.WhenStateAsync("g:b", ProcessState.Stopped);
        Assert.False(stop.IsCompleted);
        _s1.FinishStop("g:c");

        Assert.Equal(3, (await fleet.FinishAsync(stop)).Count(OperationOutcome.Done));
    }

    [Fact]
    public async Task StopGroup_OneRefuses_IsNotAwaited()
    {
        await using var fleet = await FleetHarness.StartAsync(_s1);
        _s1.RefusesToStop = "g:b";

        var report = await fleet.FinishAsync(fleet.Operations.RunOnGroupsAsync("g", ProcessAction.Stop));

        Assert.Equal(["s1:g:a Done ", "s1:g:b Failed 30"], report.Results.Select(r => $"{r.Target} {r.Outcome} {r.Fault}"));
    }

    [Fact]
    public async Task RestartGroup_SlowStop_StartsWhenAllAreDown()
    {
        _s1.StopsSlowly = true;
        await using var fleet = await FleetHarness.StartAsync(_s1);

        var restart = fleet.Operations.RunOnGroupsAsync("s1:g", ProcessAction.Restart);
        await fleet.WhenStateAsync("g:b", ProcessState.Stopping);
        _s1.FinishStop("g:a");
        await fleet.WhenStateAsync("g:a", ProcessState.Stopped);
        Assert.Equal(0, _s1.Count("startProcessGroup"));
        _s1.FinishStop("g:b");

        Assert.Equal(2, (await fleet.FinishAsync(restart)).Count(OperationOutcome.Done));
        Assert.All(new[] { "g:a", "g:b" }, n => Assert.Equal(ProcessState.Running, _s1.Info(n).State));
    }

    [Fact]
    public async Task StartGroup_OneIsStopping_IsStartedWhenItHasStoppedAndTheOthersAtOnce()
    {
        await using var fleet = await FleetHarness.StartAsync(_s1.With("g:c", ProcessState.Stopping).With("g:d", ProcessState.Stopped));

        var start = fleet.Operations.RunOnGroupsAsync("s1:g", ProcessAction.Start);
        await fleet.WhenStateAsync("g:d", ProcessState.Running);
        Assert.False(start.IsCompleted);
        _s1.FinishStop("g:c");

        await fleet.AdvanceUntilAsync(() => start.IsCompleted, TimeSpan.FromSeconds(2));
        var report = await start;
        Assert.Equal(
            ["s1:g:a Skipped", "s1:g:b Skipped", "s1:g:c Done", "s1:g:d Done"], report.Results.Select(r => $"{r.Target} {r.Outcome}"));
        Assert.Equal(ProcessState.Running, _s1.Info("g:c").State);
    }

    [Fact]
    public async Task StartGroup_OneIsStoppingUnnoticed_IsStartedWhenItHasStopped()
    {
        await using var fleet = await FleetHarness.StartAsync(_s1);
        _s1.SetSilently("g:b", ProcessState.Stopping);

        var start = fleet.Operations.RunOnGroupsAsync("s1:g", ProcessAction.Start);
        await fleet.AdvanceUntilAsync(() => fleet.State("g:b") == ProcessState.Stopping, TimeSpan.FromSeconds(2));
        _s1.FinishStop("g:b");

        await fleet.AdvanceUntilAsync(() => start.IsCompleted, TimeSpan.FromSeconds(2));
        var report = await start;
        Assert.Equal(["s1:g:a Skipped", "s1:g:b Done"], report.Results.Select(r => $"{r.Target} {r.Outcome}"));
        Assert.Equal(ProcessState.Running, _s1.Info("g:b").State);
    }

    [Fact]
    public async Task StartGroup_SomeRun_StartsTheOthers()
    {
        await using var fleet = await FleetHarness.StartAsync(_s1.With("g:c", ProcessState.Stopped));

        var start = fleet.Operations.RunOnGroupsAsync("s1:g", ProcessAction.Start);
        await fleet.AdvanceUntilAsync(() => start.IsCompleted, TimeSpan.FromSeconds(2));
        var report = await start;

        Assert.Equal(["s1:g:a Skipped", "s1:g:b Skipped", "s1:g:c Done"], report.Results.Select(r => $"{r.Target} {r.Outcome}"));
    }

    [Fact]
    public async Task Group_Signal_IsNoRestart()
    {
        await using var fleet = await FleetHarness.StartAsync(_s1);

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => fleet.Operations.RunOnGroupsAsync("s1:g", ProcessAction.Signal));
        Assert.Equal(0, _s1.Count("stopProcessGroup"));
    }

    [Theory]
    [InlineData(ProcessAction.Stop)]
    [InlineData(ProcessAction.Restart)]
    public async Task D4_GroupAction_LeavesTheAgentAloneAndSaysSo(ProcessAction action)
    {
        await using var fleet = await FleetHarness.StartAsync(_s1.With(Agent));

        var report = await fleet.FinishAsync(fleet.Operations.RunOnGroupsAsync("s1:*", action));

        Assert.Equal($"s1:{Agent}", Assert.Single(report.Results, r => r.Outcome == OperationOutcome.Skipped).Target);
        Assert.Equal(3, report.Count(OperationOutcome.Done));
        Assert.Equal(ProcessState.Running, _s1.Info(Agent).State);
    }

    [Fact]
    public async Task Group_SupervisorLostMeanwhile_FailsWithTheReason()
    {
        _s1.StopsSlowly = true;
        await using var fleet = await FleetHarness.StartAsync(_s1);
        var stop = fleet.Operations.RunOnGroupsAsync("s1:g", ProcessAction.Stop);
        await fleet.WhenStateAsync("g:b", ProcessState.Stopping);
        _s1.Lose("s1:9002 closed the connection");

        Assert.Equal(2, (await fleet.FinishAsync(stop)).Count(OperationOutcome.Failed));
    }

    [Fact]
    public async Task Update_RemovedChangedAdded_IsCarriedOutAndShown()
    {
        _s1.Changes = new ConfigurationChanges(["new"], ["h"], ["g"]);
        _s1.Programs["new"] = ["n1", "n2"];
        _s1.Programs["h"] = ["x", "y"];
        await using var fleet = await FleetHarness.StartAsync(_s1);

        var report = await UpdateAsync(fleet);

        Assert.Equal((OperationOutcome.Done, "1 added; 1 changed; 1 removed"), (report.Results[0].Outcome, report.Results[0].Message));
        Assert.Equal(["h:x", "h:y", "new:n1", "new:n2"], fleet.Snapshot().Processes.All.Select(p => p.Info.Namespec).Order(StringComparer.Ordinal));
        Assert.Equal(
            ["reloadConfig", "stopProcessGroup g", "removeProcessGroup g", "stopProcessGroup h", "removeProcessGroup h", "addProcessGroup h", "addProcessGroup new"],
            _s1.Calls.Where(c => !c.StartsWith("get", StringComparison.Ordinal) && c != "identity"));
    }

    [Fact]
    public async Task Update_GroupIsStillStopping_IsRemovedWhenItHasStopped()
    {
        _s1.Changes = new ConfigurationChanges([], [], ["g"]);
        _s1.StopsSlowly = true;
        await using var fleet = await FleetHarness.StartAsync(_s1);

        var update = fleet.Operations.RunOnSupervisorsAsync("s1", SupervisorAction.Update);
        await fleet.WhenStateAsync("g:b", ProcessState.Stopping);
        Assert.Equal(0, _s1.Count("removeProcessGroup"));
        _s1.FinishStop("g:a");
        _s1.FinishStop("g:b");
        await fleet.AdvanceUntilAsync(() => update.IsCompleted, TimeSpan.FromSeconds(3));

        Assert.Equal(1, (await update).Count(OperationOutcome.Done));
        Assert.Equal(1, _s1.Count("removeProcessGroup"));
    }

    [Fact]
    public async Task Update_ExitedProcessComesUpMeanwhile_IsStoppedAgain()
    {
        _s1.Changes = new ConfigurationChanges([], [], ["g"]);
        await using var fleet = await FleetHarness.StartAsync(_s1);
        _s1.OnNext("stopProcessGroup", () =>
        {
            _s1.SetSilently("g:a", ProcessState.Running);
            return Task.CompletedTask;
        });

        var report = await UpdateAsync(fleet);

        Assert.Equal(1, report.Count(OperationOutcome.Done));
        Assert.Null(fleet.State("g:a"));
    }

    [Fact]
    public async Task Update_OneGroupFails_TheOthersAreUpdated()
    {
        _s1.Changes = new ConfigurationChanges(["bad", "new"], [], []);
        _s1.Programs["new"] = ["n"];
        await using var fleet = await FleetHarness.StartAsync(_s1);

        var report = await UpdateAsync(fleet);

        Assert.Equal((OperationOutcome.Failed, "bad: BAD_NAME: bad (2 added; 0 changed; 0 removed)"), (report.Results[0].Outcome, report.Results[0].Message));
        Assert.Equal(ProcessState.Running, fleet.State("new:n"));
        Assert.Contains(fleet.Notifications, n => n is { Message: "Update of s1: bad: BAD_NAME: bad", Level: NotificationLevel.Error });
    }

    [Fact]
    public async Task D4_UpdateOfTheAgentsOwnGroup_IsSkippedWithTheReason()
    {
        _s1.Changes = new ConfigurationChanges([], ["multivisor-rpc"], ["g"]);
        await using var fleet = await FleetHarness.StartAsync(_s1.With(Agent));

        var report = await UpdateAsync(fleet);

        Assert.Contains("multivisor-rpc is the group of the agent through which s1 is reached", report.Results[0].Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_s1.Calls, c => c.EndsWith("Group multivisor-rpc", StringComparison.Ordinal));
        Assert.Null(fleet.State("g:a"));
    }

    [Fact]
    public async Task Reread_Changes_AreCountedAsTheOriginalDoes()
    {
        _s1.Changes = new ConfigurationChanges(["a"], [], ["b", "c"]);
        await using var fleet = await FleetHarness.StartAsync(_s1);

        var report = await fleet.FinishAsync(fleet.Operations.RunOnSupervisorsAsync(" s1 , nope ", SupervisorAction.Reread));

        Assert.Equal(["nope"], report.UnknownNames);
        Assert.Equal(1, report.Count(OperationOutcome.Done));
        Assert.Contains(fleet.Notifications, n => n is { Message: "Reread config of s1 (1 added; 0 changed; 2 disappeared)", Level: NotificationLevel.Info });
    }

    [Fact]
    public async Task Restart_BrokenConfiguration_IsNotRestarted()
    {
        await using var fleet = await FleetHarness.StartAsync(_s1);
        _s1.OnNext("reloadConfig", () => throw new SupervisordFaultException(92, "CANT_REREAD: no such section"));

        var report = await fleet.FinishAsync(fleet.Operations.RunOnSupervisorsAsync("s1", SupervisorAction.Restart));

        Assert.Equal(92, Assert.Single(report.Results).Fault);
        Assert.Equal(0, _s1.Count("restart"));
        Assert.Contains(fleet.Notifications, n => n is { Message: "Cannot restart: CANT_REREAD: no such section", Level: NotificationLevel.Error });
    }

    [Theory]
    [InlineData(SupervisorAction.Restart, "restart", "Restarted s1")]
    [InlineData(SupervisorAction.Shutdown, "shutdown", "Shut down s1")]
    public async Task RestartOrShutdown_Accepted_IsSaidInTheOriginalsWords(SupervisorAction action, string call, string message)
    {
        await using var fleet = await FleetHarness.StartAsync(_s1);

        var report = await fleet.FinishAsync(fleet.Operations.RunOnSupervisorsAsync("s1", action));

        Assert.Equal(1, report.Count(OperationOutcome.Done));
        Assert.Equal(1, _s1.Count(call));
        Assert.Contains(fleet.Notifications, n => n.Message == message && n.Level == NotificationLevel.Info);
    }

    [Theory]
    [InlineData(SupervisorAction.Restart, "Error restarting dead")]
    [InlineData(SupervisorAction.Shutdown, "Error shutting down dead")]
    public async Task D14_DeadSupervisor_IsAnsweredAtOnceWithTheReason(SupervisorAction action, string message)
    {
        var dead = new FakeSupervisord("dead") { Unreachable = new LinkException("dead:9002 refuses connections") };
        await using var fleet = await FleetHarness.StartAsync(dead);

        var report = await fleet.FinishAsync(fleet.Operations.RunOnSupervisorsAsync("dead", action));

        Assert.Equal("dead: dead:9002 refuses connections", Assert.Single(report.Results).Message);
        Assert.Contains(fleet.Notifications, n => n.Message.StartsWith(message, StringComparison.Ordinal) && n.Level == NotificationLevel.Error);
    }

    private static async Task<OperationReport> UpdateAsync(FleetHarness fleet)
    {
        var update = fleet.Operations.RunOnSupervisorsAsync("s1", SupervisorAction.Update);
        await fleet.AdvanceUntilAsync(() => update.IsCompleted, TimeSpan.FromSeconds(5));
        return await update;
    }
}
