using Multivisor.Fleet.Feed;
using Multivisor.Fleet.Links;
using Multivisor.Fleet.Tests.Support;
using Multivisor.Supervisord;

namespace Multivisor.Fleet.Tests.Supervisors;

public sealed class SupervisorTests
{
    private readonly FakeSupervisord _s1 = new FakeSupervisord("s1").With("g:a").With("g:b");

    [Fact]
    public async Task Connect_EventBetweenSubscriptionAndRead_IsNotLost()
    {
        // The read is answered before the event happens, and its answer arrives after it.
        var answer = _s1.HoldNext("getAllProcessInfo");
        var fleet = new FleetHarness(_s1);
        await using var _ = fleet;
        await fleet.Fleet.ApplyAsync(FleetHarness.Config("s1"));
        await FleetHarness.WhenAsync(_s1, s => s.Count("getAllProcessInfo") == 1);
        _s1.Set("g:a", ProcessState.Exited);
        answer.SetResult();

        await fleet.WhenStateAsync("g:a", ProcessState.Exited);
    }

    [Fact]
    public async Task Read_EventWhileItIsOnItsWay_IsNotOverwrittenByTheOlderRead()
    {
        await using var fleet = await FleetHarness.StartAsync(_s1);
        await fleet.AdvanceAsync(TimeSpan.FromSeconds(1));
        var answer = _s1.HoldNext("getAllProcessInfo");
        var refresh = fleet.Supervisor("s1").RefreshAsync(CancellationToken.None);
        await FleetHarness.WhenAsync(_s1, s => s.Count("getAllProcessInfo") == 2);
        _s1.Set("g:a", ProcessState.Exited);
        await fleet.WhenStateAsync("g:a", ProcessState.Exited);
        answer.SetResult();
        await refresh;

        Assert.Equal(ProcessState.Exited, fleet.State("g:a"));
        Assert.DoesNotContain(fleet.Notifications, n => n.Message.EndsWith("to RUNNING", StringComparison.Ordinal));
    }

    [Fact]
    public async Task RefreshProcess_EventWhileItIsOnItsWay_IsNotOverwrittenByTheOlderRead()
    {
        await using var fleet = await FleetHarness.StartAsync(_s1);
        var answer = _s1.HoldNext("getProcessInfo");
        var refresh = fleet.Supervisor("s1").RefreshProcessAsync("g:a", CancellationToken.None);
        await FleetHarness.WhenAsync(_s1, s => s.Count("getProcessInfo") == 1);
        _s1.Set("g:a", ProcessState.Exited);
        await fleet.WhenStateAsync("g:a", ProcessState.Exited);
        answer.SetResult();
        await refresh;

        Assert.Equal(ProcessState.Exited, fleet.State("g:a"));
    }

    [Fact]
    public async Task RefreshProcess_UptimePassed_IsInTheModelWithoutAnEvent()
    {
        await using var fleet = await FleetHarness.StartAsync(_s1);
        _s1.SendsEvents = false;
        _s1.Now += 5;
        _s1.SetSilently("g:a", ProcessState.Stopping);

        await fleet.Supervisor("s1").RefreshProcessAsync("g:a", CancellationToken.None);

        Assert.True(fleet.Snapshot().Processes.TryGet("g:a", out var process));
        Assert.Equal((ProcessState.Stopping, _s1.Now), (process.Info.State, process.Info.Now));
    }

    [Fact]
    public async Task RefreshProcess_ProcessAddedMeanwhile_IsInTheModelAfterwards()
    {
        await using var fleet = await FleetHarness.StartAsync(_s1);
        _s1.With("g:new");

        var refresh = fleet.Supervisor("s1").RefreshProcessAsync("g:new", CancellationToken.None);
        await fleet.AdvanceUntilAsync(() => refresh.IsCompleted, TimeSpan.FromSeconds(2));
        await refresh;

        Assert.Equal(ProcessState.Running, fleet.State("g:new"));
    }

    [Fact]
    public async Task Refresh_OnlyTheUptimeChanged_UpdatesTheModelAndSaysNothing()
    {
        await using var fleet = await FleetHarness.StartAsync(_s1);
        var said = fleet.Said.Count;
        _s1.Now += 60;
        _s1.SetSilently("g:a", ProcessState.Running);
        var before = fleet.Snapshot();
        _s1.OnNext("getAllProcessInfo", () => Task.CompletedTask);
        var pid = _s1.Info("g:a").Pid;

        var refresh = fleet.Supervisor("s1").RefreshAsync(CancellationToken.None);
        await fleet.AdvanceUntilAsync(() => refresh.IsCompleted, TimeSpan.FromSeconds(2));
        await refresh;

        Assert.True(fleet.Snapshot().Processes.TryGet("g:a", out var process));
        Assert.Equal((pid, _s1.Now), (process.Info.Pid, process.Info.Now));
        Assert.NotSame(before, fleet.Snapshot());
        // Another pid is a change; the clock of the other process is none.
        Assert.Equal(said + 1, fleet.Said.Count);
    }

    [Fact]
    public async Task D10_ProgramAddedByUpdate_ShowsAtOnceAndTheStreamGoesOn()
    {
        await using var fleet = await FleetHarness.StartAsync(_s1);
        _s1.With("new:new", ProcessState.Starting);

        _s1.Set("new:new", ProcessState.Running);
        await fleet.AdvanceUntilAsync(() => fleet.State("new:new") == ProcessState.Running, TimeSpan.FromSeconds(1));

        Assert.Equal(1, _s1.Attempts);
        Assert.True(fleet.Snapshot().IsRunning);
    }

    [Fact]
    public async Task D10_GroupRemoved_IsNoLongerListed()
    {
        await using var fleet = await FleetHarness.StartAsync(_s1.With("old:x"));
        _s1.Remove("old:x");

        _s1.Tell(new LinkChange.Unknown("PROCESS_GROUP_REMOVED"));
        await fleet.AdvanceUntilAsync(() => fleet.State("old:x") is null, TimeSpan.FromSeconds(1));

        Assert.Equal(1, _s1.Attempts);
        Assert.Equal(2, Assert.IsType<FleetChange.SupervisorChanged>(fleet.Said[^1]).Supervisor.Processes.All.Count);
    }

    [Fact]
    public async Task ProgramRenamed_BehindAnAgentThatDoesNotTell_IsSeenByTheNextRead()
    {
        _s1.Agent = FakeSupervisord.OriginalAgent;
        await using var fleet = await FleetHarness.StartAsync(_s1);
        _s1.Remove("g:a");
        _s1.With("g:renamed");

        await fleet.AdvanceUntilAsync(() => fleet.State("g:renamed") is not null && fleet.State("g:a") is null, TimeSpan.FromSeconds(6));

        Assert.Equal(1, _s1.Attempts);
    }

    [Theory]
    [InlineData(false, 6)]
    [InlineData(true, 67)]
    public async Task LostEvent_NothingElseHappens_IsCorrectedByThePeriodicRead(bool reconciles, int seconds)
    {
        if (!reconciles)
            _s1.Agent = FakeSupervisord.OriginalAgent;
        await using var fleet = await FleetHarness.StartAsync(_s1);
        _s1.SetSilently("g:b", ProcessState.Fatal);

        await fleet.AdvanceUntilAsync(() => fleet.State("g:b") == ProcessState.Fatal, TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(0.5));

        Assert.Contains(fleet.Notifications, n => n.Message == "b on s1 changed from RUNNING to FATAL");
    }

    [Fact]
    public async Task D3_GapAfterABurst_IsReadAgainWithinAMoment()
    {
        _s1.Agent = FakeSupervisord.OriginalAgent;
        await using var fleet = await FleetHarness.StartAsync(_s1);
        _s1.SetSilently("g:b", ProcessState.Stopped);

        _s1.Tell(new LinkChange.Unknown("events were lost in a burst"));

        await fleet.AdvanceUntilAsync(() => fleet.State("g:b") == ProcessState.Stopped, TimeSpan.FromMilliseconds(500));
    }

    [Fact]
    public async Task Unknown_Flood_CostsOneReadPerDistance()
    {
        await using var fleet = await FleetHarness.StartAsync(_s1);
        for (var i = 0; i < 5000; i++)
            _s1.Tell(new LinkChange.Unknown("PROCESS_GROUP_ADDED"));

        await fleet.AdvanceAsync(TimeSpan.FromSeconds(2));

        Assert.InRange(_s1.Count("getAllProcessInfo"), 2, 12);
    }

    [Fact]
    public async Task Quiet_NothingHappens_TheLoopSleepsBetweenProbes()
    {
        await using var fleet = await FleetHarness.StartAsync(_s1);
        var calls = _s1.Calls.Length;

        await fleet.AdvanceAsync(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(0.5));

        Assert.InRange(_s1.Count("getPID"), 10, 18);
        Assert.InRange(_s1.Calls.Length - calls, 10, 25);
    }

    [Fact]
    public async Task Events_ManyAtOnce_EndWithTheLastStateOfEach()
    {
        for (var i = 0; i < 100; i++)
            _s1.With($"many:p{i}");
        await using var fleet = await FleetHarness.StartAsync(_s1);

        for (var i = 0; i < 10_000; i++)
            _s1.Set($"many:p{i % 100}", i / 100 % 2 == 0 ? ProcessState.Stopped : ProcessState.Running);
        _s1.Set("g:a", ProcessState.Fatal);
        await fleet.WhenStateAsync("g:a", ProcessState.Fatal);

        Assert.All(Enumerable.Range(0, 100), i => Assert.Equal(_s1.Info($"many:p{i}"), fleet.Snapshot().Processes.TryGet($"many:p{i}", out var p) ? p.Info : null));
    }

    [Fact]
    public async Task Event_StateChanges_SaysProcessThenNotification()
    {
        await using var fleet = await FleetHarness.StartAsync(_s1);
        var said = fleet.Said.Count;

        _s1.Set("g:a", ProcessState.Exited);
        await fleet.WhenStateAsync("g:a", ProcessState.Exited);
        _s1.Set("g:b", ProcessState.Exited);
        await fleet.WhenStateAsync("g:b", ProcessState.Exited);

        var changes = fleet.Said.Skip(said).Take(2).ToArray();
        Assert.Equal("s1:g:a", Assert.IsType<FleetChange.ProcessChanged>(changes[0]).Process.Uid);
        Assert.Equal(("a on s1 changed from RUNNING to EXITED", NotificationLevel.Info), Note(changes[1]));
    }

    private static (string Message, NotificationLevel Level) Note(FleetChange change)
    {
        var notification = Assert.IsType<FleetChange.Notification>(change);
        return (notification.Message, notification.Level);
    }
}
