using Multivisor.Fleet.Feed;
using Multivisor.Fleet.Links;
using Multivisor.Fleet.Model;
using Multivisor.Fleet.Tests.Support;
using Multivisor.Supervisord;

namespace Multivisor.Fleet.Tests;

public sealed class ReloadTests
{
    private readonly FakeSupervisord _s1 = new FakeSupervisord("s1").With("g:a");
    private readonly FakeSupervisord _s2 = new FakeSupervisord("s2").With("g:a");

    [Fact]
    public async Task Apply_UnchangedSupervisor_KeepsItsConnection()
    {
        await using var fleet = await FleetHarness.StartAsync(_s1, _s2);
        var supervisor = fleet.Supervisor("s1");
        var connection = Assert.Single(_s1.Connections);

        await fleet.Fleet.ApplyAsync(FleetHarness.Config("s2", "s1"));

        Assert.Same(supervisor, fleet.Supervisor("s1"));
        Assert.Same(connection, Assert.Single(_s1.Connections));
        Assert.Equal(["s2", "s1"], fleet.Fleet.Supervisors.Select(s => s.Name));
        Assert.Equal(1, _s1.Attempts);
    }

    [Fact]
    public async Task D9_RemovedSupervisor_IsClosedAndNeverHeardOfAgain()
    {
        await using var fleet = await FleetHarness.StartAsync(_s1, _s2);
        var connection = Assert.Single(_s2.Connections);

        await fleet.Fleet.ApplyAsync(FleetHarness.Config("s1"));
        var said = fleet.Said.Count;
        Assert.IsType<FleetChange.Resync>(fleet.Said[^1]);
        connection.Push(new LinkChange.Stopping());
        _s2.Set("g:a", ProcessState.Exited);
        await fleet.AdvanceAsync(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(1));

        Assert.True(connection.IsDisposed);
        Assert.Empty(_s2.Connections);
        Assert.Equal(1, _s2.Attempts);
        Assert.False(fleet.Fleet.TryGet("s2", out _));
        Assert.Empty(fleet.Said.Skip(said));
    }

    [Fact]
    public async Task D9_ReloadedManyTimes_EachEventIsHandledOnce()
    {
        await using var fleet = await FleetHarness.StartAsync(_s1, _s2);
        for (var i = 0; i < 10; i++)
            await fleet.Fleet.ApplyAsync(FleetHarness.Config("s1", "s2"));
        var said = fleet.Said.Count;

        _s1.Set("g:a", ProcessState.Exited);
        await fleet.WhenStateAsync("g:a", ProcessState.Exited);
        _s2.Set("g:a", ProcessState.Exited);
        await fleet.WhenStateAsync("g:a", ProcessState.Exited, "s2");
        await fleet.AdvanceUntilAsync(() => fleet.Said.Count >= said + 4, TimeSpan.FromSeconds(1));

        Assert.Equal(2, fleet.Said.Skip(said).OfType<FleetChange.ProcessChanged>().Count());
        Assert.Single(_s1.Connections);
    }

    [Fact]
    public async Task Apply_UrlChanged_ConnectsAnewAndClosesTheOld()
    {
        await using var fleet = await FleetHarness.StartAsync(_s1);
        var old = Assert.Single(_s1.Connections);

        await fleet.Fleet.ApplyAsync(FleetHarness.Config([("s1", "elsewhere:9002")]));
        await fleet.WhenAsync(s => s.IsRunning);

        Assert.True(old.IsDisposed);
        Assert.NotSame(old, Assert.Single(_s1.Connections));
        Assert.Equal("elsewhere", fleet.Snapshot().Host);
    }

    [Fact]
    public async Task Apply_NewSupervisor_ConnectsAndIsPublished()
    {
        await using var fleet = await FleetHarness.StartAsync(_s1);
        fleet.Add(_s2);

        await fleet.Fleet.ApplyAsync(FleetHarness.Config("s1", "s2"));
        await fleet.WhenAsync(s => s.IsRunning, "s2");
        await fleet.Supervisor("s2").FirstAttempt.WaitAsync(TimeSpan.FromSeconds(10));

        Assert.Single(fleet.Said.OfType<FleetChange.Resync>());
        Assert.Contains(fleet.Said, c => c is FleetChange.SupervisorChanged { Supervisor: { Name: "s2", IsRunning: true } });
    }

    [Fact]
    public async Task Dispose_ConnectedAndLostAndConnecting_EndsCleanlyAndOnlyOnce()
    {
        _s2.Unreachable = new LinkException("s2:9002 refuses connections");
        var s3 = new FakeSupervisord("s3").With("g:a");
        var fleet = new FleetHarness(_s1, _s2, s3);
        s3.HoldNext("getAllProcessInfo");
        await fleet.Fleet.ApplyAsync(FleetHarness.Config("s1", "s2", "s3"));
        await fleet.WhenAsync(s => s.IsRunning);
        await fleet.WhenAsync(s => s.Link.State == LinkState.Lost, "s2");
        await FleetHarness.WhenAsync(s3, s => s.Count("getAllProcessInfo") == 1);

        await fleet.DisposeAsync();
        await fleet.DisposeAsync();

        Assert.Empty(_s1.Connections);
        Assert.Empty(s3.Connections);
        Assert.All(fleet.Fleet.Supervisors, s => Assert.True(s.FirstAttempt.IsCompletedSuccessfully));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => fleet.Fleet.ApplyAsync(FleetHarness.Config("s1")));
    }
}
