using Multivisor.Fleet.Model;
using Multivisor.Supervisord;

namespace Multivisor.Fleet.Tests.Model;

public sealed class ProcessListTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(50)]
    public void From_AnyLength_HasEveryProcessInOrder(int count)
    {
        var processes = Processes(count);

        var list = ProcessList.From(processes);

        Assert.Equal(count, list.Count);
        Assert.Equal(processes, list);
        Assert.Equal(processes, Enumerable.Range(0, count).Select(i => list[i]));
        var next = 0;
        foreach (var process in list)
            Assert.Same(processes[next++], process);
        Assert.Equal(count, next);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(39)]
    public void With_OneReplaced_LeavesTheOthersAndTheOldList(int index)
    {
        var processes = Processes(40);
        var list = ProcessList.From(processes);
        var other = Processes(1)[0];

        var changed = list.With(index, other);

        Assert.Equal(processes, list);
        processes[index] = other;
        Assert.Equal(processes, changed);
    }

    private static ProcessSnapshot[] Processes(int count) =>
    [
        .. Enumerable.Range(0, count).Select(i => new ProcessSnapshot(
            "s", "h", new ProcessInfo { Name = $"p{i}", Group = "g", State = ProcessState.Running, StateName = "RUNNING" })),
    ];
}
