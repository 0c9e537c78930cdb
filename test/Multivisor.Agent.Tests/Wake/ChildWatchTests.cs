using System.Diagnostics;
using System.Threading.Channels;
using Multivisor.Agent.Wake;

namespace Multivisor.Agent.Tests.Wake;

/// <summary>With this process in supervisord's place: the runtime waits for its children, as supervisord does.</summary>
public sealed class ChildWatchTests : IDisposable
{
    private readonly Channel<long> _ended = Channel.CreateUnbounded<long>();
    private readonly Process _child = Process.Start("/bin/sleep", "100000");
    private readonly ChildWatch _children;

    public ChildWatchTests() => _children = new ChildWatch(
        Environment.ProcessId, id => _ended.Writer.TryWrite(id), new AgentLog(Stream.Null, LogLevel.Error, TimeProvider.System), TimeProvider.System);

    public void Dispose()
    {
        _children.Dispose();
        _child.Kill();
        _child.Dispose();
    }

    [Fact]
    public async Task End_OfAChild_IsWokenForOnce()
    {
        _children.Add(_child.Id, isNews: false);
        _children.Add(_child.Id, isNews: true);
        Assert.Equal(1, _children.Count);
        Assert.Null(_children.Due());
        await EndAsync();
        Assert.NotNull(_children.Due());
        Assert.Equal(1, _children.NoteWake());
        _children.NoteAnswer();
        Assert.Null(_children.Due());
        Assert.Equal(0, _children.Count);
    }

    [Fact]
    public async Task Look_OlderThanTheEnd_DoesNotTakeTheWakeAway()
    {
        _children.Add(_child.Id, isNews: true);
        await EndAsync();
        _children.Add(_child.Id, isNews: false);
        Assert.NotNull(_children.Due());
        Assert.Equal(1, _children.NoteWake());
    }

    [Fact]
    public async Task End_ToldBySupervisord_NeedsNoWake()
    {
        _children.Add(_child.Id, isNews: true);
        await EndAsync();
        _children.NoteTold(_child.Id);
        Assert.Null(_children.Due());
        Assert.Equal(0, _children.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Add_ProcessThatHasEnded_IsWokenForIfSupervisordHasJustToldThatItRuns(bool isNews)
    {
        var pid = _child.Id;
        _child.Kill();
        await _child.WaitForExitAsync(TestContext.Current.CancellationToken);
        _children.Add(pid, isNews);
        Assert.Equal(isNews, _children.Due() is not null);
        _children.NoteWake();
        Assert.Null(_children.Due());
        Assert.Equal(0, _children.Count);
    }

    [Fact]
    public void Add_ProcessOfSomebodyElse_IsNotWatched()
    {
        _children.Add(ProcFolder.ParentOf(Environment.ProcessId)!.Value, isNews: false);
        _children.Add(Environment.ProcessId, isNews: true);
        _children.Add(0, isNews: true);
        _children.Add(long.MaxValue, isNews: true);
        Assert.Equal(0, _children.Count);
    }

    private async Task EndAsync()
    {
        _child.Kill();
        await _child.WaitForExitAsync(TestContext.Current.CancellationToken);
        _children.NoteEnd(await _ended.Reader.ReadAsync(TestContext.Current.CancellationToken));
    }
}
