using Multivisor.Fleet.Feed;
using Multivisor.Fleet.Links;
using Multivisor.Fleet.Model;
using Multivisor.Fleet.Tests.Support;
using Multivisor.Supervisord;

namespace Multivisor.Fleet.Tests.Supervisors;

/// <summary>A supervisor that stops, is lost, is silent or was never there, and one that comes back.</summary>
public sealed class SupervisorLossTests
{
    private readonly FakeSupervisord _s1 = new FakeSupervisord("s1").With("g:a").With("g:b");

    [Fact]
    public async Task D5_SupervisorStops_IsShownNotRunningAtOnceWithItsLastProcesses()
    {
        await using var fleet = await FleetHarness.StartAsync(_s1);
        _s1.Fault = new SupervisordFaultException(6, "SHUTDOWN_STATE");

        _s1.Tell(new LinkChange.Stopping());
        await fleet.WhenAsync(s => !s.IsRunning);

        var snapshot = fleet.Snapshot();
        Assert.Equal(LinkState.Stopping, snapshot.Link.State);
        Assert.Null(snapshot.Identity);
        Assert.Equal(2, snapshot.Processes.All.Count);
    }

    [Fact]
    public async Task D5_SupervisorStopsWhileItIsRead_TheOlderReadDoesNotBringItBack()
    {
        await using var fleet = await FleetHarness.StartAsync(_s1);
        await fleet.AdvanceAsync(TimeSpan.FromSeconds(1));
        var answer = _s1.HoldNext("getAllProcessInfo");
        var refresh = fleet.Supervisor("s1").RefreshAsync(CancellationToken.None);
        await FleetHarness.WhenAsync(_s1, s => s.Count("getAllProcessInfo") == 2);
        var said = fleet.Said.Count;
        _s1.Tell(new LinkChange.Stopping());
        await fleet.WhenAsync(s => !s.IsRunning);
        _s1.Fault = new SupervisordFaultException(6, "SHUTDOWN_STATE");
        answer.SetResult();
        await fleet.AdvanceUntilAsync(() => refresh.IsCompleted, TimeSpan.FromSeconds(3));

        await Assert.ThrowsAsync<SupervisordFaultException>(() => refresh);
        Assert.Equal(LinkState.Stopping, fleet.Snapshot().Link.State);
        Assert.All(fleet.Said.Skip(said).OfType<FleetChange.SupervisorChanged>(), c => Assert.False(c.Supervisor.IsRunning));
    }

    [Fact]
    public async Task D5_SupervisorRestarts_IsBackWithinAMomentOfItsReturn()
    {
        await using var fleet = await FleetHarness.StartAsync(_s1);
        _s1.Tell(new LinkChange.Stopping());
        await fleet.WhenAsync(s => !s.IsRunning);
        _s1.Unreachable = new LinkException("s1:9002 refuses connections");
        _s1.Lose("s1:9002 closed the connection");
        await fleet.AdvanceAsync(TimeSpan.FromSeconds(8));
        Assert.False(fleet.Snapshot().IsRunning);

        _s1.Unreachable = null;
        // Where no restart is expected it would be eight seconds and more by now.
        await fleet.AdvanceUntilAsync(() => fleet.Snapshot().IsRunning, TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public async Task Lost_Connection_SaysWhichSupervisorWhereAndWhatToDo()
    {
        await using var fleet = await FleetHarness.StartAsync(_s1);
        _s1.Unreachable = new LinkException("s1:9002 refuses connections (is multivisor-rpc running there?)");

        foreach (var connection in _s1.Connections)
            connection.End();
        await fleet.WhenAsync(s => s.Link.State == LinkState.Lost);
        var error = fleet.Snapshot().Link.Error;

        Assert.NotNull(error);
        Assert.StartsWith("s1 (s1:9002): ", error, StringComparison.Ordinal);
        Assert.Contains("see the log of multivisor-rpc", error, StringComparison.Ordinal);
        Assert.Equal(2, fleet.Snapshot().Processes.All.Count);
        await fleet.AdvanceUntilAsync(() => fleet.Snapshot().Link.Error!.Contains("refuses", StringComparison.Ordinal), TimeSpan.FromSeconds(1));
        Assert.StartsWith("s1: s1:9002 refuses", fleet.Snapshot().Link.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lost_StaysLost_IsSaidOnce()
    {
        _s1.Unreachable = new LinkException("s1:9002 refuses connections");
        await using var fleet = await FleetHarness.StartAsync(_s1);

        await fleet.AdvanceUntilAsync(() => _s1.Attempts >= 6, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(0.25));

        Assert.Single(fleet.Said.OfType<FleetChange.SupervisorChanged>());
    }

    [Fact]
    public async Task D5_SupervisordSilentBehindALivingAgent_IsLostWithin15Seconds()
    {
        await using var fleet = new FleetHarness(new FleetOptions(), _s1);
        await fleet.ApplyAllAsync();
        for (var i = 0; i < 10; i++)
        {
            foreach (var call in new[] { "getPID", "identity", "getAllProcessInfo" })
                _s1.HoldNext(call);
        }

        var moved = await fleet.AdvanceUntilAsync(() => !fleet.Snapshot().IsRunning, TimeSpan.FromSeconds(15));

        Assert.InRange(moved, TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(15));
        Assert.Contains("s1:9002", fleet.Snapshot().Link.Error, StringComparison.Ordinal);
        Assert.Contains("does not answer within 8 s", fleet.Snapshot().Link.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SupervisordSilent_ToldByItsAgent_IsLostAtOnce()
    {
        _s1.Agent = new AgentInfo("multivisor-rpc", "1.0", null, ["reconcile", "watch"]);
        await using var fleet = await FleetHarness.StartAsync(_s1);
        foreach (var call in new[] { "getPID", "identity", "getAllProcessInfo" })
            _s1.HoldNext(call);

        _s1.Tell(new LinkChange.Silent());

        await fleet.AdvanceUntilAsync(() => !fleet.Snapshot().IsRunning, TimeSpan.FromSeconds(1));
        Assert.Contains("does not answer", fleet.Snapshot().Link.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("reconcile", 10, 20)]
    [InlineData("watch", 2, 4)]
    public async Task Quiet_ForAMinute_IsAskedAsOftenAsItsAgentMakesNecessary(string feature, int least, int most)
    {
        _s1.Agent = new AgentInfo("multivisor-rpc", "1.0", null, ["reconcile", feature]);
        await using var fleet = await FleetHarness.StartAsync(_s1);
        var end = fleet.Time.GetUtcNow() + TimeSpan.FromSeconds(60);

        await fleet.AdvanceUntilAsync(() => fleet.Time.GetUtcNow() >= end, TimeSpan.FromSeconds(61), TimeSpan.FromSeconds(0.25));

        Assert.InRange(_s1.Count("getPID"), least, most);
    }

    [Fact]
    public async Task AnotherSupervisordAnswers_SameLink_ItsIdentityIsRead()
    {
        await using var fleet = await FleetHarness.StartAsync(_s1);
        _s1.Identity = _s1.Identity with { Pid = 78, SupervisorVersion = "4.3.0" };

        await fleet.AdvanceUntilAsync(() => fleet.Snapshot().Identity?.SupervisorVersion == "4.3.0", TimeSpan.FromSeconds(6));

        Assert.Equal(1, _s1.Attempts);
    }

    [Fact]
    public async Task FlappingLink_EachConnectionLivesForAMoment_IsNotTriedFourTimesASecond()
    {
        await using var fleet = await FleetHarness.StartAsync(_s1);
        var end = fleet.Time.GetUtcNow() + TimeSpan.FromSeconds(60);
        await fleet.AdvanceUntilAsync(
            () =>
            {
                _s1.Lose("s1:9002 closed the connection");
                return fleet.Time.GetUtcNow() >= end;
            },
            TimeSpan.FromSeconds(61),
            TimeSpan.FromSeconds(0.25));

        Assert.InRange(_s1.Attempts, 4, 20);
    }

    [Fact]
    public async Task AgentFound_ByAnEvent_IsStillKnownAfterAReconnect()
    {
        _s1.Agent = FakeSupervisord.OriginalAgent;
        await using var fleet = await FleetHarness.StartAsync(_s1.With("mvagent:mvagent"));
        _s1.Tell(new LinkChange.AgentFound("mvagent:mvagent"));
        _s1.Set("g:a", ProcessState.Exited);
        await fleet.WhenStateAsync("g:a", ProcessState.Exited);
        Assert.Equal("mvagent:mvagent", fleet.Supervisor("s1").AgentNamespec);

        _s1.Lose("s1:9002 closed the connection");
        await fleet.AdvanceUntilAsync(() => _s1.Attempts == 2 && fleet.Snapshot().IsRunning, TimeSpan.FromSeconds(2));

        Assert.Equal("mvagent:mvagent", fleet.Supervisor("s1").AgentNamespec);
    }

    [Fact]
    public async Task D14_RefreshWithADeadSupervisor_DoesNotWaitForIt()
    {
        var dead = new FakeSupervisord("dead") { Unreachable = new LinkException("dead:9002 refuses connections") };
        await using var fleet = await FleetHarness.StartAsync(_s1, dead);
        await fleet.AdvanceAsync(TimeSpan.FromSeconds(1));
        _s1.SetSilently("g:a", ProcessState.Exited);

        // The clock stands still: nothing can be waited for.
        await fleet.Fleet.RefreshAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(10));

        Assert.Equal(ProcessState.Exited, fleet.State("g:a"));
    }

    [Fact]
    public async Task D14_RefreshWithAHangingSupervisor_EndsAfterFiveSeconds()
    {
        var hangs = new FakeSupervisord("hangs").With("g:a");
        await using var fleet = await FleetHarness.StartAsync(_s1, hangs);
        await fleet.AdvanceAsync(TimeSpan.FromSeconds(1));
        hangs.HoldNext("getAllProcessInfo");

        var refresh = fleet.Fleet.RefreshAsync(CancellationToken.None);
        var moved = await fleet.AdvanceUntilAsync(() => refresh.IsCompleted, TimeSpan.FromSeconds(6));

        await refresh;
        Assert.InRange(moved, TimeSpan.FromSeconds(4.5), TimeSpan.FromSeconds(6));
    }

    [Fact]
    public async Task IsReady_OneReachableOneNot_WhenBothWereTried()
    {
        var dead = new FakeSupervisord("dead") { Unreachable = new LinkException("dead:9002 refuses connections") };
        var answer = _s1.HoldNext("getAllProcessInfo");
        await using var fleet = new FleetHarness(_s1, dead);
        await fleet.Fleet.ApplyAsync(FleetHarness.Config("s1", "dead"));
        await fleet.WhenAsync(s => s.Link.State == LinkState.Lost, "dead");
        Assert.False(fleet.Fleet.IsReady);

        answer.SetResult();
        await fleet.Supervisor("s1").FirstAttempt.WaitAsync(TimeSpan.FromSeconds(10));
        await fleet.Supervisor("dead").FirstAttempt.WaitAsync(TimeSpan.FromSeconds(10));

        Assert.True(fleet.Fleet.IsReady);
    }

    [Fact]
    public async Task Seen_SupervisorIsRunning_ItCanBeActedOnAtOnce()
    {
        for (var round = 0; round < 50; round++)
        {
            var supervisord = new FakeSupervisord("s1").With("g:a");
            await using var fleet = new FleetHarness(supervisord);
            await fleet.Fleet.ApplyAsync(FleetHarness.Config("s1"));
            await fleet.WhenAsync(s => s.IsRunning);
            await fleet.Supervisor("s1").RefreshProcessAsync("g:a", CancellationToken.None);
        }
    }
}
