using System.Text;
using System.Threading.Channels;
using Multivisor.Fleet.Links;
using Multivisor.Fleet.Logs;
using Multivisor.Supervisord.Logs;

namespace Multivisor.Fleet.Tests.Logs;

public sealed class LogFollowerTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Viewers_TwoHundred_ReadTheLogOnce()
    {
        var source = new ScriptedSource();
        var first = new Follower(source, LogStart.LastLines(10));
        source.Write("one\n");
        Assert.Equal("<Begun 0>one\n", await first.TakeAsync(2));
        var others = Enumerable.Range(0, 199).Select(_ => first.Join(LogStart.LastLines(10))).ToArray();
        source.Write("two\n");
        foreach (var viewer in others)
            Assert.Equal("<Begun 0>one\ntwo\n", await viewer.TakeAsync(3));

        Assert.Equal(1, source.Opened);
        foreach (var viewer in others)
            await viewer.DisposeAsync();
        Assert.Equal(0, source.Ended);
        await first.DisposeAsync();
        await source.AllEnded.WaitAsync(Limit);
        Assert.Equal((1, 1), (source.Opened, source.Ended));
    }

    [Fact]
    public async Task Viewer_ComesLater_GetsAsManyLinesOfWhatIsKept()
    {
        var source = new ScriptedSource();
        await using var first = new Follower(source, LogStart.LastLines(2));
        source.Write("one\ntwo\nthr");
        source.Write("ee\n");
        await first.TakeAsync(3);

        await using var second = first.Join(LogStart.LastLines(2));
        Assert.Equal("<Begun 0>one\ntwo\nthree\n", await second.TakeAsync(3));
        await using var third = first.Join(LogStart.LastOctets(4));
        Assert.Equal("<Begun 10>ree\n", await third.TakeAsync(3));
        Assert.Equal(1, source.Opened);
        // More than is known to be kept: it reads by itself.
        await using var more = first.Join(LogStart.LastOctets(1000));
        await more.NextAsync();
        Assert.Equal(2, source.Opened);
        await using var fourth = first.Join(LogStart.LastOctets(0));
        source.Write("four\n");
        Assert.Equal("<Begun 14>four\n", await fourth.TakeAsync(2));
    }

    [Fact]
    public async Task Viewer_ResumesWithinWhatIsKept_GetsTheRestAlone()
    {
        var source = new ScriptedSource();
        await using var first = new Follower(source, LogStart.LastLines(2));
        source.Write("one\ntwo\n");
        await first.TakeAsync(2);

        await using var resumed = first.Join(LogStart.At(new LogPosition("f", 5, LogCheck.Of("one\nt"u8))));
        Assert.Equal("<Resumed 5>wo\n", await resumed.TakeAsync(2));
        await using var atEnd = first.Join(LogStart.At(new LogPosition("f", 8, LogCheck.Of("one\ntwo\n"u8))));
        source.Write("three\n");
        Assert.Equal("<Resumed 8>three\n", await atEnd.TakeAsync(2));
        Assert.Equal(1, source.Opened);
    }

    [Fact]
    public async Task Viewer_TooSlow_IsToldExactlyWhatItMissed()
    {
        var source = new ScriptedSource();
        await using var fast = new Follower(source, LogStart.LastLines(2));
        await using var slow = fast.Join(LogStart.LastLines(2));
        const int Piece = 64 * 1024;
        Assert.Equal("<Begun 0>", await slow.TakeAsync(1));
        await fast.TakeAsync(1);
        for (var i = 0; i < 40; i++)
        {
            source.Write(new string((char)('a' + (i % 26)), Piece));
            await fast.TakeAsync(1);
        }

        var mark = Assert.IsType<LogEvent.Moved>(await slow.NextAsync());
        var next = Assert.IsType<LogEvent.Data>(await slow.NextAsync());
        Assert.Equal((LogMove.Skipped, mark.Offset, (long?)mark.Offset), (mark.Reason, next.Offset, mark.Lost));
        Assert.InRange(mark.Offset, 40 * Piece - LogFollower.Kept, 39 * Piece);
    }

    [Fact]
    public async Task Reading_NobodyTakes_IsHeldBack()
    {
        var source = new ScriptedSource();
        await using var viewer = new Follower(source, LogStart.LastLines(2));
        for (var i = 0; i < 100; i++)
            source.Write(new string('x', 64 * 1024));
        await viewer.TakeAsync(1);
        var text = await viewer.TakeAsync(100);

        // All of it, although far more than is kept: what is not taken stays in the file.
        Assert.Equal(100 * 64 * 1024, text.Length);
    }

    [Fact]
    public async Task Viewer_BeginsFurtherBack_ReadsByItselfAndThenWithTheOthers()
    {
        var source = new ScriptedSource { History = "old\n" };
        await using var first = new Follower(source, LogStart.LastOctets(0));
        source.Write("one\n");
        Assert.Equal("<Begun 4>one\n", await first.TakeAsync(2));

        await using var second = first.Join(LogStart.LastOctets(100));
        Assert.Equal("<Begun 0>old\n", await second.TakeAsync(2));
        await source.OneEnded.WaitAsync(Limit);
        source.Write("two\n");
        Assert.Equal("one\ntwo\n", await second.TakeAsync(2));
    }

    [Fact]
    public async Task Source_Fails_EachViewerLearnsItAfterWhatWasRead()
    {
        var source = new ScriptedSource();
        await using var first = new Follower(source, LogStart.LastLines(2));
        await using var second = first.Join(LogStart.LastLines(2));
        source.Write("one\n");
        source.Fail(new LinkException("cable pulled"));

        foreach (var viewer in (Follower[])[first, second])
        {
            Assert.Equal("<Begun 0>one\n", await viewer.TakeAsync(2));
            var error = await Assert.ThrowsAsync<LinkException>(viewer.NextAsync);
            Assert.Equal("s1: cable pulled", error.Message);
        }
    }

    /// <summary>A viewer of one follower.</summary>
    private sealed class Follower : IAsyncDisposable
    {
        private readonly LogFollower _follower;
        private readonly LogViewer _viewer;

        public Follower(ScriptedSource source, LogStart start)
            : this(new LogFollower("s1", source, new LogTarget("g:p", LogChannel.Stdout), start, _ => { }), start) => _follower.Run();

        private Follower(LogFollower follower, LogStart start)
        {
            _follower = follower;
            _viewer = new LogViewer(follower, start);
            Assert.True(follower.TryJoin(_viewer));
        }

        public Follower Join(LogStart start) => new(_follower, start);

        public Task<LogEvent> NextAsync() => _viewer.NextAsync(CancellationToken.None).AsTask().WaitAsync(Limit);

        public async Task<string> TakeAsync(int count)
        {
            var text = new StringBuilder();
            for (var i = 0; i < count; i++)
            {
                var happened = await NextAsync();
                text.Append(happened switch
                {
                    LogEvent.Data data => Encoding.UTF8.GetString(data.Octets.Span),
                    LogEvent.Moved moved => $"<{moved.Reason} {moved.Offset}>",
                    _ => $"<{happened}>",
                });
            }

            return text.ToString();
        }

        public ValueTask DisposeAsync() => _viewer.DisposeAsync();
    }

    /// <summary>A log that a test writes. Who begins at its end gets what is written then; all others get the history, and nothing more.</summary>
    private sealed class ScriptedSource : ILogSource
    {
        private readonly Channel<byte[]> _pieces = Channel.CreateUnbounded<byte[]>();
        private readonly TaskCompletionSource _allEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _oneEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _opened;
        private int _ended;

        public string History { get; init; } = "";

        public int Opened => Volatile.Read(ref _opened);

        public int Ended => Volatile.Read(ref _ended);

        public Task AllEnded => _allEnded.Task;

        public Task OneEnded => _oneEnded.Task;

        public void Write(string text) => _pieces.Writer.TryWrite(Encoding.UTF8.GetBytes(text));

        public void Fail(Exception error) => _pieces.Writer.TryComplete(error);

        public async IAsyncEnumerable<LogEvent> FollowAsync(
            LogTarget target, LogStart start, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            var isFirst = Interlocked.Increment(ref _opened) == 1;
            try
            {
                var history = Encoding.UTF8.GetBytes(History);
                var offset = isFirst ? history.Length : 0L;
                yield return new LogEvent.Moved(LogMove.Begun, "f", offset, history.AsMemory(0, (int)offset), 0);
                if (!isFirst)
                {
                    yield return new LogEvent.Data(0, history);
                    await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
                }

                await foreach (var piece in _pieces.Reader.ReadAllAsync(cancellationToken))
                {
                    yield return new LogEvent.Data(offset, piece);
                    offset += piece.Length;
                }
            }
            finally
            {
                _oneEnded.TrySetResult();
                if (Interlocked.Increment(ref _ended) == Opened)
                    _allEnded.TrySetResult();
            }
        }

        public Task<LogExtract> ReadAsync(LogTarget target, LogRange range, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<LogSearchResult> SearchAsync(LogTarget target, LogSearchQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
