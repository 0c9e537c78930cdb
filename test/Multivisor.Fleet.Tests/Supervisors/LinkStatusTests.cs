using Multivisor.Fleet.Feed;
using Multivisor.Fleet.Links;
using Multivisor.Fleet.Model;
using Multivisor.Fleet.Tests.Support;

namespace Multivisor.Fleet.Tests.Supervisors;

/// <summary>What is known of a link, and what of it is an event.</summary>
public sealed class LinkStatusTests
{
    private readonly FakeSupervisord _s1 = new FakeSupervisord("s1").With("g:a");

    [Fact]
    public async Task Connected_ProbesAreAnswered_ContactIsFreshAndNothingIsSaid()
    {
        await using var fleet = await FleetHarness.StartAsync(_s1);
        var since = fleet.Snapshot().Link.Since;
        var said = fleet.Said.Count;
        var probed = _s1.Count("getPID");

        await fleet.AdvanceUntilAsync(() => _s1.Count("getPID") >= probed + 3 && Age(fleet) < TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));

        var link = fleet.Snapshot().Link;
        Assert.Equal((LinkState.Connected, "s1:9002", since), (link.State, link.Address, link.Since));
        Assert.NotNull(link.RoundTrip);
        Assert.Null(link.NextAttempt);
        Assert.Equal(said, fleet.Said.Count);
    }

    [Fact]
    public async Task Lost_AttemptsFail_TellsWhenTheNextOneIsAndSaysItOnce()
    {
        await using var fleet = await FleetHarness.StartAsync(_s1);
        _s1.Unreachable = new LinkException("s1:9002: connection refused");
        var contact = fleet.Snapshot().Link.LastContact;
        _s1.Connections[0].Lose(new LinkException("s1:9002: connection refused"));
        await fleet.WhenAsync(s => s.Link is { State: LinkState.Lost, NextAttempt: not null });
        var said = fleet.Said.Count;
        var first = fleet.Snapshot().Link;
        var attempts = _s1.Attempts;

        await fleet.AdvanceUntilAsync(
            () => _s1.Attempts >= attempts + 3 && fleet.Snapshot().Link.NextAttempt > fleet.Time.GetUtcNow(), TimeSpan.FromMinutes(1));

        var link = fleet.Snapshot().Link;
        Assert.True(link.NextAttempt > first.NextAttempt);
        Assert.Equal((first.Since, first.Error, contact, null), (link.Since, link.Error, link.LastContact, link.RoundTrip));
        Assert.Equal(said, fleet.Said.Count);
    }

    [Fact]
    public async Task AgentFound_ByItsFirstEvent_IsToldOnce()
    {
        _s1.Agent = new AgentInfo(AgentInfo.Original, null, null, []);
        await using var fleet = await FleetHarness.StartAsync(_s1);
        Assert.Null(fleet.Snapshot().AgentNamespec);
        var said = fleet.Said.OfType<FleetChange.SupervisorChanged>().Count();

        _s1.Connections[0].Push(new LinkChange.AgentFound("g:a"));
        await fleet.WhenAsync(s => s.AgentNamespec == "g:a");
        _s1.Connections[0].Push(new LinkChange.AgentFound("g:a"));
        _s1.Set("g:a", Supervisord.ProcessState.Exited);
        await fleet.WhenStateAsync("g:a", Supervisord.ProcessState.Exited);

        Assert.Equal(said + 1, fleet.Said.OfType<FleetChange.SupervisorChanged>().Count());
    }

    private static TimeSpan? Age(FleetHarness fleet) => fleet.Time.GetUtcNow() - fleet.Snapshot().Link.LastContact;
}
