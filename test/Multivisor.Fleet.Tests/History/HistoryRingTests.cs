using CsCheck;
using Multivisor.Fleet.History;
using Multivisor.Supervisord;

namespace Multivisor.Fleet.Tests.History;

public sealed class HistoryRingTests
{
    [Fact]
    public void Add_AnyNumber_KeepsTheLastOfThemInOrder() => Gen.Select(Gen.Int[1, 200], Gen.Int[0, 200]).Sample((count, budget) =>
    {
        var ring = new HistoryRing(new HistoryBudget(budget));
        for (var i = 1; i <= count; i++)
            ring.Add(Entry(i));

        var pids = ring.ToArray().Select(e => e.Pid).ToArray();
        return pids.SequenceEqual(Enumerable.Range(count - pids.Length + 1, pids.Length))
            && pids.Length >= Math.Min(count, HistoryRing.Least)
            && pids.Length <= Math.Min(HistoryRing.Limit, HistoryRing.Least + budget)
            && (budget < HistoryRing.Limit || pids.Length == Math.Min(count, HistoryRing.Limit));
    });

    [Fact]
    public void Release_OfOne_GivesTheOthersRoom()
    {
        var budget = new HistoryBudget(HistoryRing.Limit - HistoryRing.Least);
        var first = Filled(budget);
        var second = Filled(budget);
        Assert.Equal((HistoryRing.Limit, HistoryRing.Least), (first.ToArray().Length, second.ToArray().Length));

        first.Release();

        Assert.Equal(HistoryRing.Limit, Filled(budget).ToArray().Length);
    }

    [Fact]
    public void SetExitExpected_AfterWrappingAround_ChangesTheNewestOnly()
    {
        var ring = Filled(new HistoryBudget(1000));
        ring.SetExitExpected(true);
        var entries = ring.ToArray();
        Assert.True(entries[^1].ExitExpected);
        Assert.All(entries[..^1], e => Assert.Null(e.ExitExpected));
    }

    private static HistoryRing Filled(HistoryBudget budget)
    {
        var ring = new HistoryRing(budget);
        for (var i = 1; i <= 77; i++)
            ring.Add(Entry(i));
        return ring;
    }

    private static HistoryEntry Entry(int pid) => new(
        new ProcessInfo { Name = "p", Group = "g", State = ProcessState.Running, StateName = "RUNNING", Pid = pid },
        null, DateTimeOffset.UnixEpoch, afterGap: false);
}
