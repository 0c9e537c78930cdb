using Multivisor.Fleet.Feed;
using Multivisor.Fleet.History;
using Multivisor.Fleet.Links;
using Multivisor.Fleet.Model;
using Multivisor.Fleet.Tests.Support;
using Multivisor.Supervisord;

namespace Multivisor.Fleet.Tests.History;

public sealed class ProcessHistoryTests
{
    private readonly FakeSupervisord _s1 = new FakeSupervisord("s1").With("g:a").With("g:b");

    [Fact]
    public async Task History_NothingHappened_IsTheStateThatWasFound()
    {
        await using var fleet = await FleetHarness.StartAsync(_s1);
        var entry = Assert.Single(Of(fleet, "g:a"));
        Assert.Equal((ProcessState.Running, 0L, (int)_s1.Info("g:a").Pid, false), (entry.State, entry.SeenMilliseconds, entry.Pid, entry.IsAfterGap));
    }

    [Fact]
    public async Task History_EventsCame_TellsEachStateWithTheTimeItWasSeen()
    {
        await using var fleet = await FleetHarness.StartAsync(_s1);
        var times = new List<long> { 0 };
        foreach (var state in (ProcessState[])[ProcessState.Stopping, ProcessState.Stopped, ProcessState.Starting, ProcessState.Running])
        {
            fleet.Time.Advance(TimeSpan.FromMilliseconds(1500));
            times.Add(fleet.Time.GetUtcNow().ToUnixTimeMilliseconds());
            _s1.Set("g:a", state);
            await fleet.WhenStateAsync("g:a", state);
        }

        var entries = Of(fleet, "g:a");
        Assert.Equal(
            [ProcessState.Running, ProcessState.Stopping, ProcessState.Stopped, ProcessState.Starting, ProcessState.Running],
            entries.Select(e => e.State));
        Assert.Equal(times, entries.Select(e => e.SeenMilliseconds));
        Assert.DoesNotContain(entries, e => e.IsAfterGap);
        Assert.Single(Of(fleet, "g:b"));
    }

    [Fact]
    public async Task History_ChangedWhileNotConnected_SaysThatThereMayHaveBeenMore()
    {
        await using var fleet = await FleetHarness.StartAsync(_s1);
        _s1.SetSilently("g:a", ProcessState.Exited);
        _s1.Connections[0].Lose(new LinkException("the cable"));
        await fleet.WhenAsync(s => !s.IsRunning);
        await fleet.AdvanceUntilAsync(() => fleet.Snapshot().IsRunning, TimeSpan.FromMinutes(1));

        Assert.Equal([(ProcessState.Running, false), (ProcessState.Exited, true)], Of(fleet, "g:a").Select(e => (e.State, e.IsAfterGap)));
        Assert.Single(Of(fleet, "g:b"));
    }

    [Fact]
    public async Task History_AnotherProcessInTheSameState_IsAnEntry()
    {
        await using var fleet = await FleetHarness.StartAsync(_s1);
        _s1.SetSilently("g:a", ProcessState.Running);
        var refresh = fleet.Supervisor("s1").RefreshAsync(CancellationToken.None);
        await fleet.AdvanceUntilAsync(() => refresh.IsCompleted, TimeSpan.FromSeconds(2));
        await refresh;

        var entries = Of(fleet, "g:a");
        Assert.Equal([ProcessState.Running, ProcessState.Running], entries.Select(e => e.State));
        Assert.NotEqual(entries[0].Pid, entries[1].Pid);
    }

    [Fact]
    public async Task ExitExpected_ToldByTheEvent_StaysThroughReadsUntilTheNextStart()
    {
        await using var fleet = await FleetHarness.StartAsync(_s1);
        _s1.SetSilently("g:a", ProcessState.Exited);
        _s1.Connections[0].Push(new LinkChange.Process(_s1.Info("g:a"), ExitExpected: true));
        await fleet.WhenStateAsync("g:a", ProcessState.Exited);
        var refresh = fleet.Supervisor("s1").RefreshAsync(CancellationToken.None);
        await fleet.AdvanceUntilAsync(() => refresh.IsCompleted, TimeSpan.FromSeconds(2));
        await refresh;

        Assert.True(Process(fleet, "g:a").ExitExpected);
        Assert.True(Of(fleet, "g:a")[^1].ExitExpected);

        _s1.Set("g:a", ProcessState.Running);
        await fleet.WhenStateAsync("g:a", ProcessState.Running);
        Assert.Null(Process(fleet, "g:a").ExitExpected);
    }

    [Fact]
    public async Task ExitExpected_ReadBeforeTheEventCame_IsAddedToTheSameEntry()
    {
        await using var fleet = await FleetHarness.StartAsync(_s1);
        _s1.SetSilently("g:a", ProcessState.Exited);
        var refresh = fleet.Supervisor("s1").RefreshAsync(CancellationToken.None);
        await fleet.AdvanceUntilAsync(() => refresh.IsCompleted, TimeSpan.FromSeconds(2));
        await refresh;
        _s1.Connections[0].Push(new LinkChange.Process(_s1.Info("g:a"), ExitExpected: false));
        await fleet.WhenAsync(s => s.Processes.TryGet("g:a", out var process) && process.ExitExpected == false);

        Assert.Equal([null, false], Of(fleet, "g:a").Select(e => e.ExitExpected));
    }

    [Theory]
    [InlineData(false, "a on s1 exited unexpectedly and was started again", NotificationLevel.Warning)]
    [InlineData(true, "a on s1 exited as expected and was started again", NotificationLevel.Info)]
    public async Task Exit_StartedAgainBeforeAnybodyLooked_IsToldAndRemembered(bool expected, string message, NotificationLevel level)
    {
        await using var fleet = await FleetHarness.StartAsync(_s1);
        var before = _s1.Info("g:a");
        _s1.SetSilently("g:a", ProcessState.Running);
        var after = _s1.Info("g:a");
        _s1.Connections[0].Push(new LinkChange.Process(after, Passed: new PassedExit(before.Pid, expected)));
        await fleet.WhenAsync(s => s.Processes.TryGet("g:a", out var process) && process.Info.Pid == after.Pid);

        Assert.Equal(
            [(ProcessState.Running, (int)before.Pid), (ProcessState.Exited, 0), (ProcessState.Running, (int)after.Pid)],
            Of(fleet, "g:a").Select(e => (e.State, e.Pid)));
        var exit = Of(fleet, "g:a")[1];
        Assert.Equal((expected, null, false), (exit.ExitExpected, exit.ExitStatus, exit.IsAfterGap));
        Assert.Contains(fleet.Notifications, n => n.Message == message && n.Level == level);
    }

    [Fact]
    public async Task Exit_ToldAfterALookHasFoundTheSuccessor_StandsBeforeIt()
    {
        await using var fleet = await FleetHarness.StartAsync(_s1);
        var before = _s1.Info("g:a").Pid;
        _s1.Set("g:a", ProcessState.Running);
        var after = _s1.Info("g:a");
        await fleet.WhenAsync(s => s.Processes.TryGet("g:a", out var process) && process.Info.Pid == after.Pid);
        _s1.Connections[0].Push(new LinkChange.Process(after, Passed: new PassedExit(before, Expected: false)));
        _s1.Set("g:b", ProcessState.Stopped);
        await fleet.WhenStateAsync("g:b", ProcessState.Stopped);

        Assert.Equal([ProcessState.Running, ProcessState.Exited, ProcessState.Running], Of(fleet, "g:a").Select(e => e.State));
        Assert.Equal(after.Pid, Of(fleet, "g:a")[^1].Pid);
        Assert.Contains(fleet.Notifications, n => n.Message == "a on s1 exited unexpectedly and was started again");
    }

    [Fact]
    public async Task Exit_ShownAlready_IsNotToldAgain()
    {
        await using var fleet = await FleetHarness.StartAsync(_s1);
        _s1.Set("g:a", ProcessState.Exited);
        await fleet.WhenStateAsync("g:a", ProcessState.Exited);
        _s1.SetSilently("g:a", ProcessState.Running);
        _s1.Connections[0].Push(new LinkChange.Process(_s1.Info("g:a"), Passed: new PassedExit(1, Expected: false)));
        await fleet.WhenStateAsync("g:a", ProcessState.Running);

        Assert.Equal([ProcessState.Running, ProcessState.Exited, ProcessState.Running], Of(fleet, "g:a").Select(e => e.State));
        Assert.DoesNotContain(fleet.Notifications, n => n.Message.EndsWith("started again", StringComparison.Ordinal));
    }

    [Fact]
    public void Prune_ManyRemoved_ForgetsThemAndKeepsTheRest()
    {
        var history = new ProcessHistory(new HistoryBudget(1000));
        var infos = Enumerable.Range(0, 150).Select(i => Info($"p{i}", ProcessState.Running)).ToArray();
        foreach (var info in infos)
            history.Record(Snapshot(info), Snapshot(info with { State = ProcessState.Exited }), DateTimeOffset.UnixEpoch, byRead: false);

        history.Prune(ProcessTable.From("s", "h", infos.Take(60)));
        Assert.Equal(2, history.Of(Snapshot(infos[149])).Count);

        history.Prune(ProcessTable.From("s", "h", infos.Take(40)));
        Assert.Equal(2, history.Of(Snapshot(infos[0])).Count);
        Assert.Single(history.Of(Snapshot(infos[149])));
    }

    private static ProcessInfo Info(string name, ProcessState state) =>
        new() { Name = name, Group = "g", State = state, StateName = state.ToName(), Pid = 1 };

    private static ProcessSnapshot Snapshot(ProcessInfo info) => new("s", "h", info);

    private static ProcessSnapshot Process(FleetHarness fleet, string @namespec) =>
        fleet.Snapshot().Processes.TryGet(@namespec, out var process) ? process : throw new InvalidOperationException(@namespec);

    private static IReadOnlyList<HistoryEntry> Of(FleetHarness fleet, string @namespec) =>
        fleet.Supervisor("s1").HistoryOf(Process(fleet, @namespec));
}
