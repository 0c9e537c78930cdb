using System.Collections.Immutable;
using Multivisor.Fleet.Model;
using Multivisor.Supervisord;

namespace Multivisor.Fleet.Tests.Model;

/// <summary>What becomes of a table when everything was read again.</summary>
public sealed class ProcessTableTests
{
    private static readonly ProcessTable Known = ProcessTable.From("s", "h", [Process("a"), Process("b"), Process("c")]);

    [Fact]
    public void Read_NothingIsAnother_KeepsEverySnapshot()
    {
        var table = Read([Process("a"), Process("b"), Process("c")], out var same, out var changed);

        Assert.True(same);
        Assert.Empty(changed);
        Assert.All(table.All.Zip(Known.All), pair => Assert.Same(pair.Second, pair.First));
    }

    [Fact]
    public void Read_TimeHasPassed_IsNewerButNoChange()
    {
        var table = Read([Process("a", now: 60), Process("b"), Process("c")], out var same, out var changed);

        Assert.True(same);
        Assert.Empty(changed);
        Assert.Equal(60, table.All[0].Info.Now);
        Assert.Same(Known.All[0].Uid, table.All[0].Uid);
        Assert.Same(Known.All[1], table.All[1]);
    }

    [Fact]
    public void Read_OneStopped_IsTheOneChange()
    {
        var table = Read([Process("a"), Process("b", ProcessState.Stopped), Process("c")], out var same, out var changed);

        Assert.True(same);
        Assert.Equal("s:g:b", Assert.Single(changed).Uid);
        Assert.True(table.TryGet("g:b", out var process));
        Assert.Equal(ProcessState.Stopped, process.Info.State);
    }

    [Theory]
    [InlineData("b,a,c", "")]
    [InlineData("a,b", "")]
    [InlineData("a,b,c,d", "d")]
    [InlineData("a,d,c", "d")]
    [InlineData("", "")]
    public void Read_AnotherList_IsFollowedAndKnownSnapshotsAreKept(string names, string added)
    {
        var table = Read([.. Split(names).Select(n => Process(n))], out var same, out var changed);

        Assert.False(same);
        Assert.Equal(Split(names), table.All.Select(p => p.Info.Name));
        Assert.Equal(Split(added), changed.Select(p => p.Info.Name));
        Assert.All(table.All, process =>
        {
            Assert.True(table.TryGet(process.Namespec, out var found));
            Assert.Same(process, found);
            if (Known.TryGet(process.Namespec, out var known))
                Assert.Same(known, process);
        });
        Assert.Equal(Split(names).Order(StringComparer.Ordinal), table.ByName.Select(i => table.All[i].Info.Name));
    }

    [Fact]
    public void Read_ListedTwice_IsThereOnce()
    {
        var table = Read([Process("a"), Process("a"), Process("c")], out var same, out _);

        Assert.False(same);
        Assert.Equal(["a", "c"], table.All.Select(p => p.Info.Name));
    }

    [Fact]
    public void Read_ExitThatAnEventTold_IsNotJudgedAnew()
    {
        var exited = Process("a", ProcessState.Exited);
        var told = ProcessTable.From("s", "h", [Process("a")]).With(Known.All[0].Later(exited, exitExpected: false));

        var later = told.Read("s", "h", [exited with { Now = 9 }], _ => true, out _, out _);
        var another = told.Read("s", "h", [exited with { Stop = 9 }], _ => true, out _, out _);

        Assert.False(later.All[0].ExitExpected);
        Assert.True(another.All[0].ExitExpected);
    }

    private static ProcessTable Read(ImmutableArray<ProcessInfo> infos, out bool sameProcesses, out ImmutableArray<ProcessSnapshot> changed) =>
        Known.Read("s", "h", infos, _ => null, out sameProcesses, out changed);

    private static string[] Split(string names) => names.Split(',', StringSplitOptions.RemoveEmptyEntries);

    private static ProcessInfo Process(string name, ProcessState state = ProcessState.Running, long now = 0) =>
        new() { Name = name, Group = "g", State = state, StateName = state.ToName(), Now = now };
}
