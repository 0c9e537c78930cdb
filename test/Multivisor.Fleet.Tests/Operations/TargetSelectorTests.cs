using Multivisor.Fleet.Operations;
using Multivisor.Fleet.Tests.Support;

namespace Multivisor.Fleet.Tests.Operations;

public sealed class TargetSelectorTests
{
    private const string Original = "s1:g:p1 s1:g:p2 s2:p1:p1 s1:p1:x";

    [Theory]
    [InlineData("p1", "s1:g:p1 s2:p1:p1")]
    [InlineData("*p1", "s1:g:p1 s2:p1:p1")]
    [InlineData("p?", "s1:g:p1 s1:g:p2 s2:p1:p1")]
    [InlineData("p[12]", "s1:g:p1 s1:g:p2 s2:p1:p1")]
    [InlineData("s1:*", "s1:g:p1 s1:g:p2 s1:p1:x")]
    [InlineData("*:g:*", "s1:g:p1 s1:g:p2")]
    [InlineData("S1:*", "")]
    [InlineData("", "")]
    [InlineData("s1:g:p1", "s1:g:p1")]
    [InlineData("s1:g:p1,x", "s1:g:p1 s1:p1:x")]
    [InlineData("s1:g:p1,s1:g:*", "s1:g:p1 s1:g:p2")]
    public async Task SelectProcesses_RuleOfTheOriginal_Holds(string patterns, string expected) =>
        Assert.Equal(Words(expected).Order(StringComparer.Ordinal), (await SelectAsync(patterns, Original.Split(' '))).Uids.Order(StringComparer.Ordinal));

    [Theory]
    [InlineData(" p2 , s1:p1:x ", "s1:g:p2 s1:p1:x")]
    [InlineData("g:*", "s1:g:p1 s1:g:p2")]
    [InlineData("g:p1", "s1:g:p1")]
    [InlineData("[g]:p2", "s1:g:p2")]
    public async Task D18_UidsWithBlanksAndGroupPatterns_AreNotIgnored(string patterns, string expected) =>
        Assert.Equal(Words(expected), (await SelectAsync(patterns, Original.Split(' '))).Uids);

    [Fact]
    public async Task SelectProcesses_GroupNamedAsASupervisor_NeverWidensToOtherHosts()
    {
        // The supervisor "web" is not reachable and nothing is known of it; a group of that name runs elsewhere.
        var (uids, unknown) = await SelectAsync("web:*,w?b:*", ["s1:web:a", "s2:web:b"], new FakeSupervisord("web") { Unreachable = new Multivisor.Fleet.Links.LinkException("no") });

        Assert.Empty(uids);
        Assert.Empty(unknown);
    }

    [Fact]
    public async Task SelectProcesses_PatternThatMatchesASupervisor_LeavesGroupsOfThatNameAlone() =>
        Assert.Equal(["p1:a:b"], (await SelectAsync("p1:*", ["p1:a:b", "s2:p1:p1"])).Uids);

    [Fact]
    public async Task SelectProcesses_NamesThatDoNotExist_AreListedAndPatternsAreNot() =>
        Assert.Equal(["zz", "s1:g:zz", "zz:p1"], (await SelectAsync("zz,s1:g:zz,zz:p1,z*,p1", Original.Split(' '))).Unknown);

    [Fact]
    public async Task SelectProcesses_EveryUidOfALargeFleet_IsFoundOnce()
    {
        var uids = Enumerable.Range(0, 40).SelectMany(s => Enumerable.Range(0, 50).Select(p => $"s{s}:g:p{p}")).ToArray();

        Assert.Equal(uids, (await SelectAsync(string.Join(',', uids.Reverse()), uids)).Uids);
    }

    [Theory]
    [InlineData("s1:g", "s1:g")]
    [InlineData("g", "s1:g")]
    [InlineData("p1", "s1:p1 s2:p1")]
    [InlineData("*:p1", "s1:p1 s2:p1")]
    [InlineData("s1:*", "s1:g s1:p1")]
    [InlineData("x", "")]
    public async Task SelectGroups_Pattern_SelectsGroups(string pattern, string expected)
    {
        await using var fleet = await FleetHarness.StartAsync(Fakes(Original.Split(' ')));

        var selection = TargetSelector.SelectGroups(fleet.Fleet.Supervisors, TargetSelector.Split(pattern));

        Assert.Equal(Words(expected), selection.Targets.Select(t => t.Uid));
        Assert.Equal(expected.Length == 0 ? [pattern] : [], selection.UnknownNames);
    }

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static async Task<(string[] Uids, string[] Unknown)> SelectAsync(string patterns, string[] uids, params FakeSupervisord[] more)
    {
        await using var fleet = await FleetHarness.StartAsync([.. Fakes(uids), .. more]);
        var selection = TargetSelector.SelectProcesses(fleet.Fleet.Supervisors, TargetSelector.Split(patterns));
        return ([.. selection.Targets.Select(t => t.Process.Uid)], [.. selection.UnknownNames]);
    }

    private static FakeSupervisord[] Fakes(string[] uids) =>
    [
        .. uids.GroupBy(u => u.Split(':')[0]).Select(g => g.Aggregate(new FakeSupervisord(g.Key), (s, uid) => s.With(uid[(g.Key.Length + 1)..]))),
    ];
}
