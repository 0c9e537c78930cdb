using Multivisor.Fleet.Feed;
using Multivisor.Fleet.Links;
using Multivisor.Fleet.Operations;
using Multivisor.Fleet.Tests.Support;
using Multivisor.Supervisord;

namespace Multivisor.Fleet.Tests.Operations;

public sealed class ProcessOperationTests
{
    private const string Agent = "multivisor-rpc:multivisor-rpc";
    private readonly FakeSupervisord _s1 = new FakeSupervisord("s1").With("g:a").With("g:b").With("g:c");
    private readonly FakeSupervisord _s2 = new FakeSupervisord("s2").With("g:a");

    [Fact]
    public async Task Stop_AnswerComesBeforeTheEnd_WaitsForTheState()
    {
        _s1.StopsSlowly = true;
        await using var fleet = await FleetHarness.StartAsync(_s1);

        var stop = fleet.Operations.RunOnProcessesAsync("s1:g:a", ProcessAction.Stop);
        await fleet.WhenStateAsync("g:a", ProcessState.Stopping);
        Assert.False(stop.IsCompleted);
        _s1.FinishStop("g:a");

        var result = Assert.Single((await fleet.FinishAsync(stop)).Results);
        Assert.Equal(("s1:g:a", OperationOutcome.Done, "stopped"), (result.Target, result.Outcome, result.Message));
    }

    [Fact]
    public async Task Stop_SixtySeconds_DelaysNothingElseAndHoldsNoRequest()
    {
        _s1.StopsSlowly = true;
        await using var fleet = await FleetHarness.StartAsync(_s1, _s2);
        var slow = fleet.Operations.RunOnProcessesAsync("s1:g:a,s1:g:b,s1:g:c", ProcessAction.Stop);
        await fleet.WhenAsync(s => s.Processes.All.All(p => p.Info.State == ProcessState.Stopping));

        // More stops are under way than requests may be in flight.
        _s1.With("g:d");
        _s1.With("g:e", ProcessState.Stopped);
        await fleet.AdvanceAsync(TimeSpan.FromSeconds(1));
        var refresh = fleet.Supervisor("s1").RefreshAsync(CancellationToken.None);
        await fleet.AdvanceUntilAsync(() => refresh.IsCompleted, TimeSpan.FromSeconds(1));
        var start = await fleet.FinishAsync(fleet.Operations.RunOnProcessesAsync("s1:g:e", ProcessAction.Start));
        var other = await fleet.FinishAsync(fleet.Operations.RunOnProcessesAsync("s2:g:a", ProcessAction.Restart));
        await fleet.AdvanceAsync(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(1));
        Assert.False(slow.IsCompleted);
        foreach (var name in new[] { "g:a", "g:b", "g:c" })
            _s1.FinishStop(name);

        Assert.Equal(1, start.Count(OperationOutcome.Done));
        Assert.Equal(1, other.Count(OperationOutcome.Done));
        // A look at the states may be waiting for its turn, by the clock.
        await fleet.AdvanceUntilAsync(() => slow.IsCompleted, TimeSpan.FromSeconds(2));
        var report = await slow;
        Assert.Equal(3, report.Count(OperationOutcome.Done));
        Assert.All(report.Results, r => Assert.InRange(r.Elapsed, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(63)));
    }

    [Fact]
    public async Task Stop_HostThatHangs_DelaysNoOther()
    {
        await using var fleet = await FleetHarness.StartAsync(_s1, _s2);
        var hanging = _s1.HoldNext("stopProcess");

        var stuck = fleet.Operations.RunOnProcessesAsync("s1:g:a", ProcessAction.Stop);
        var other = await fleet.FinishAsync(fleet.Operations.RunOnProcessesAsync("s2:*", ProcessAction.Stop));

        Assert.Equal(1, other.Count(OperationOutcome.Done));
        Assert.False(stuck.IsCompleted);
        hanging.SetResult();
        Assert.Equal(1, (await fleet.FinishAsync(stuck)).Count(OperationOutcome.Done));
    }

    [Fact]
    public async Task Stop_ManyOnOneSupervisor_AtMostTwoRequestsAreInFlight()
    {
        for (var i = 0; i < 30; i++)
            _s1.With($"many:p{i}");
        await using var fleet = await FleetHarness.StartAsync(_s1);
        var held = Enumerable.Range(0, 33).Select(_ => _s1.HoldNext("stopProcess")).ToArray();

        var stop = fleet.Operations.RunOnProcessesAsync("s1:*", ProcessAction.Stop);
        await FleetHarness.WhenAsync(_s1, s => s.Count("stopProcess") == 2);
        foreach (var one in held)
            one.SetResult();

        Assert.Equal(33, (await fleet.FinishAsync(stop)).Count(OperationOutcome.Done));
        Assert.Equal(2, _s1.MostRequestsInFlight);
    }

    [Fact]
    public async Task Stop_ManyEventsLost_TheirReadIsShared()
    {
        for (var i = 0; i < 50; i++)
            _s1.With($"many:p{i}");
        await using var fleet = await FleetHarness.StartAsync(_s1);
        await fleet.AdvanceAsync(TimeSpan.FromSeconds(1));
        _s1.SendsEvents = false;
        var reads = _s1.Count("getAllProcessInfo");

        var stop = fleet.Operations.RunOnProcessesAsync("s1:many:*", ProcessAction.Stop);
        await FleetHarness.WhenAsync(_s1, s => s.Count("stopProcess") == 50);
        await fleet.AdvanceUntilAsync(() => stop.IsCompleted, TimeSpan.FromSeconds(3));

        Assert.Equal(50, (await stop).Count(OperationOutcome.Done));
        Assert.InRange(_s1.Count("getAllProcessInfo") - reads, 1, 4);
        Assert.Equal(0, _s1.Count("getProcessInfo"));
    }

    [Fact]
    public async Task Stop_ItsEventLostAmongBusyNeighbours_IsNoticedAllTheSame()
    {
        await using var fleet = await FleetHarness.StartAsync(_s1);
        _s1.SendsEvents = false;
        var asked = new TaskCompletionSource();
        _s1.OnNext("stopProcess", () =>
        {
            _s1.SendsEvents = true;
            asked.SetResult();
            return Task.CompletedTask;
        });
        var stop = fleet.Operations.RunOnProcessesAsync("s1:g:a", ProcessAction.Stop);
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(10));

        var busy = 0;
        await fleet.AdvanceUntilAsync(
            () =>
            {
                _s1.Set("g:b", busy++ % 2 == 0 ? ProcessState.Stopped : ProcessState.Running);
                return stop.IsCompleted;
            },
            TimeSpan.FromSeconds(3));

        Assert.Equal(1, (await stop).Count(OperationOutcome.Done));
    }

    [Fact]
    public async Task Stop_SomebodyStartsItAgainAtOnce_DoesNotWaitForEver()
    {
        await using var fleet = await FleetHarness.StartAsync(_s1);
        _s1.SendsEvents = false;
        _s1.OnNext("stopProcess", () =>
        {
            _s1.Start("g:a");
            return Task.CompletedTask;
        });

        var stop = fleet.Operations.RunOnProcessesAsync("s1:g:a", ProcessAction.Stop);
        await FleetHarness.WhenAsync(_s1, s => s.Count("stopProcess") == 1);
        await fleet.AdvanceUntilAsync(() => stop.IsCompleted, TimeSpan.FromSeconds(3));

        Assert.Equal(1, (await stop).Count(OperationOutcome.Done));
    }

    [Fact]
    public async Task Stop_NeverEnds_FailsAfterTheLimitAndSaysSo()
    {
        _s1.StopsSlowly = true;
        await using var fleet = new FleetHarness(new FleetOptions { ActionLimit = TimeSpan.FromSeconds(20), AnswerLimit = TimeSpan.FromMinutes(30) }, _s1);
        await fleet.ApplyAllAsync();

        var stop = fleet.Operations.RunOnProcessesAsync("s1:g:a", ProcessAction.Stop);
        await FleetHarness.WhenAsync(_s1, s => s.Count("stopProcess") == 1);
        await fleet.AdvanceUntilAsync(() => stop.IsCompleted, TimeSpan.FromSeconds(25), TimeSpan.FromSeconds(0.5));

        var result = Assert.Single((await stop).Results);
        Assert.Equal((OperationOutcome.Failed, "still STOPPING after 20 s"), (result.Outcome, result.Message));
        Assert.Contains(fleet.Notifications, n => n is { Message: "Failed to stop s1:g:a: still STOPPING after 20 s", Level: NotificationLevel.Warning });
    }

    [Theory]
    [InlineData(ProcessState.Running, true)]
    [InlineData(ProcessState.Backoff, true)]
    [InlineData(ProcessState.Stopping, true)]
    [InlineData(ProcessState.Exited, false)]
    [InlineData(ProcessState.Stopped, false)]
    [InlineData(ProcessState.Fatal, false)]
    public async Task Restart_InAnyState_EndsRunning(ProcessState state, bool stops)
    {
        await using var fleet = await FleetHarness.StartAsync(_s1.With("g:x", state));

        var restart = fleet.Operations.RunOnProcessesAsync("s1:g:x", ProcessAction.Restart);
        if (state == ProcessState.Stopping)
        {
            await FleetHarness.WhenAsync(_s1, s => s.Count("getProcessInfo") == 1);
            Assert.Equal(0, _s1.Count("startProcess"));
            _s1.FinishStop("g:x");
        }

        Assert.Equal(1, (await fleet.FinishAsync(restart)).Count(OperationOutcome.Done));
        Assert.Equal(ProcessState.Running, _s1.Info("g:x").State);
        Assert.Equal(stops ? 1 : 0, _s1.Count("stopProcess"));
        Assert.Equal(1, _s1.Count("startProcess"));
    }

    [Fact]
    public async Task Restart_ThoughtToBeStoppedButRuns_IsStoppedFirst()
    {
        await using var fleet = await FleetHarness.StartAsync(_s1.With("g:x", ProcessState.Stopped));
        _s1.SetSilently("g:x", ProcessState.Running);
        var pid = _s1.Info("g:x").Pid;

        var report = await fleet.FinishAsync(fleet.Operations.RunOnProcessesAsync("s1:g:x", ProcessAction.Restart));

        Assert.Equal(1, report.Count(OperationOutcome.Done));
        Assert.NotEqual(pid, _s1.Info("g:x").Pid);
    }

    [Fact]
    public async Task Restart_ThoughtToBeStoppedButRuns_ASlowStopIsAwaitedBeforeTheStart()
    {
        _s1.StopsSlowly = true;
        await using var fleet = await FleetHarness.StartAsync(_s1.With("g:x", ProcessState.Stopped));
        _s1.SendsEvents = false;
        _s1.Set("g:x", ProcessState.Running);
        var pid = _s1.Info("g:x").Pid;

        var restart = fleet.Operations.RunOnProcessesAsync("s1:g:x", ProcessAction.Restart);
        await fleet.WhenStateAsync("g:x", ProcessState.Stopping);
        Assert.False(restart.IsCompleted);
        _s1.SendsEvents = true;
        _s1.FinishStop("g:x");

        Assert.Equal((1, ProcessState.Running), ((await fleet.FinishAsync(restart)).Count(OperationOutcome.Done), _s1.Info("g:x").State));
        Assert.NotEqual(pid, _s1.Info("g:x").Pid);
    }

    [Fact]
    public async Task Start_ThoughtToBeStoppedButStops_IsStartedWhenItHas()
    {
        await using var fleet = await FleetHarness.StartAsync(_s1.With("g:x", ProcessState.Stopped));
        _s1.SetSilently("g:x", ProcessState.Stopping);

        var start = fleet.Operations.RunOnProcessesAsync("s1:g:x", ProcessAction.Start);
        await fleet.WhenStateAsync("g:x", ProcessState.Stopping);
        Assert.False(start.IsCompleted);
        _s1.FinishStop("g:x");

        Assert.Equal((1, ProcessState.Running), ((await fleet.FinishAsync(start)).Count(OperationOutcome.Done), _s1.Info("g:x").State));
        Assert.Equal(2, _s1.Count("startProcess"));
    }

    [Fact]
    public async Task Start_OfAStoppingProcess_WaitsBecauseSupervisordWouldNotStartIt()
    {
        await using var fleet = await FleetHarness.StartAsync(_s1.With("g:x", ProcessState.Stopping));

        var start = fleet.Operations.RunOnProcessesAsync("s1:g:x", ProcessAction.Start);
        await fleet.AdvanceAsync(TimeSpan.FromSeconds(2));
        Assert.Equal(0, _s1.Count("startProcess"));
        _s1.FinishStop("g:x");

        Assert.Equal(1, (await fleet.FinishAsync(start)).Count(OperationOutcome.Done));
        Assert.Equal(ProcessState.Running, _s1.Info("g:x").State);
    }

    [Fact]
    public async Task Start_AlreadyRunning_IsSkippedWithTheFault()
    {
        await using var fleet = await FleetHarness.StartAsync(_s1);

        var result = Assert.Single((await fleet.FinishAsync(fleet.Operations.RunOnProcessesAsync("s1:g:a", ProcessAction.Start))).Results);

        Assert.Equal((OperationOutcome.Skipped, "already running", 60), (result.Outcome, result.Message, result.Fault));
    }

    [Fact]
    public async Task Stop_NotRunning_IsSkippedWithTheFaultAndSaid()
    {
        await using var fleet = await FleetHarness.StartAsync(_s1.With("g:x", ProcessState.Exited));

        var result = Assert.Single((await fleet.FinishAsync(fleet.Operations.RunOnProcessesAsync("s1:g:x", ProcessAction.Stop))).Results);

        Assert.Equal((OperationOutcome.Skipped, "not running", 70), (result.Outcome, result.Message, result.Fault));
        Assert.Contains(fleet.Notifications, n => n.Message.StartsWith("Failed to stop s1:g:x", StringComparison.Ordinal) && n.Level == NotificationLevel.Warning);
    }

    [Fact]
    public async Task Stop_SupervisorLostMeanwhile_FailsWithTheReason()
    {
        _s1.StopsSlowly = true;
        await using var fleet = await FleetHarness.StartAsync(_s1);
        var stop = fleet.Operations.RunOnProcessesAsync("s1:g:a,s1:g:b", ProcessAction.Stop);
        await fleet.WhenAsync(s => s.Processes.All.Count(p => p.Info.State == ProcessState.Stopping) == 2);

        _s1.Unreachable = new LinkException("s1:9002 refuses connections");
        _s1.Lose("s1:9002 was lost: connection reset");

        var report = await fleet.FinishAsync(stop);
        Assert.Equal(2, report.Count(OperationOutcome.Failed));
        Assert.All(report.Results, r => Assert.Contains("s1", r.Message, StringComparison.Ordinal));
        Assert.Equal(2, fleet.Notifications.Count(n => n.Message.StartsWith("Failed to stop s1:g:", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Stop_SupervisorLostWithRequestsWaiting_AllFailAndNoneIsSentLater()
    {
        await using var fleet = await FleetHarness.StartAsync(_s1);
        for (var i = 0; i < 3; i++)
            _s1.HoldNext("stopProcess");
        var stop = fleet.Operations.RunOnProcessesAsync("s1:*", ProcessAction.Stop);
        await FleetHarness.WhenAsync(_s1, s => s.Count("stopProcess") == 2);

        _s1.Lose("s1:9002 closed the connection");

        var report = await fleet.FinishAsync(stop);
        Assert.Equal(3, report.Count(OperationOutcome.Failed));
        Assert.InRange(_s1.Count("stopProcess"), 2, 3);
    }

    [Fact]
    public async Task Stop_SupervisorRemovedFromTheConfiguration_Fails()
    {
        await using var fleet = await FleetHarness.StartAsync(_s1, _s2);
        for (var i = 0; i < 3; i++)
            _s1.HoldNext("stopProcess");
        var stop = fleet.Operations.RunOnProcessesAsync("s1:*", ProcessAction.Stop);
        await FleetHarness.WhenAsync(_s1, s => s.Count("stopProcess") == 2);

        await fleet.Fleet.ApplyAsync(FleetHarness.Config("s2"));

        Assert.Equal(3, (await fleet.FinishAsync(stop)).Count(OperationOutcome.Failed));
    }

    [Fact]
    public async Task Stop_SupervisorNotConnected_FailsAtOnceWithTheReason()
    {
        await using var fleet = await FleetHarness.StartAsync(_s1);
        _s1.Unreachable = new LinkException("s1:9002 refuses connections");
        _s1.Lose("s1:9002 closed the connection");
        await fleet.WhenAsync(s => !s.IsRunning);

        var result = Assert.Single((await fleet.FinishAsync(fleet.Operations.RunOnProcessesAsync("s1:g:a", ProcessAction.Stop))).Results);

        Assert.Equal((OperationOutcome.Failed, "s1: s1:9002 closed the connection"), (result.Outcome, result.Message));
    }

    [Fact]
    public async Task Start_SupervisordRefuses_FailsWithTheFaultAndSaysSo()
    {
        await using var fleet = await FleetHarness.StartAsync(_s1.With("g:x", ProcessState.Stopped));
        _s1.OnNext("startProcess", () => throw new SupervisordFaultException(50, "SPAWN_ERROR: g:x"));

        var result = Assert.Single((await fleet.FinishAsync(fleet.Operations.RunOnProcessesAsync("s1:g:x", ProcessAction.Start))).Results);

        Assert.Equal((OperationOutcome.Failed, "SPAWN_ERROR: g:x", 50), (result.Outcome, result.Message, result.Fault));
        Assert.Contains(fleet.Notifications, n => n is { Message: "Error trying to start x on s1! SPAWN_ERROR: g:x", Level: NotificationLevel.Error });
    }

    [Fact]
    public async Task Run_NamesThatDoNotExist_AreListed()
    {
        await using var fleet = await FleetHarness.StartAsync(_s1);

        var report = await fleet.FinishAsync(fleet.Operations.RunOnProcessesAsync("s1:g:zz,s1:g:a", ProcessAction.Stop));

        Assert.Equal(["s1:g:zz"], report.UnknownNames);
        Assert.Equal("process/stop", report.Action);
        Assert.Single(report.Results);
    }

    [Fact]
    public async Task Signal_Process_IsPassedOn()
    {
        await using var fleet = await FleetHarness.StartAsync(_s1);

        var report = await fleet.FinishAsync(fleet.Operations.RunOnProcessesAsync("s1:g:a", ProcessAction.Signal, "HUP"));

        Assert.Equal(1, report.Count(OperationOutcome.Done));
        Assert.Contains("signalProcess g:a HUP", _s1.Calls);
        await Assert.ThrowsAsync<ArgumentNullException>(() => fleet.Operations.RunOnProcessesAsync("s1:g:a", ProcessAction.Signal));
    }
}
