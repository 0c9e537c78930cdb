using Microsoft.Extensions.Time.Testing;
using Multivisor.ZeroRpc.Tests.Support;
using Multivisor.ZeroRpc.Zmtp;

namespace Multivisor.ZeroRpc.Tests;

/// <summary>The queue against a stream that takes what the test lets it take.</summary>
public sealed class SendQueueTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    private readonly FakeTimeProvider _time = new();
    private readonly GatedStream _stream = new();
    private readonly TaskCompletionSource<Exception> _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SendQueue _queue;

    public SendQueueTests() => _queue = new SendQueue(_stream, _time, Limit, failure => _failed.TrySetResult(failure));

    [Fact]
    public async Task Send_ManyWhileAWriteHangs_LeaveTogether()
    {
        _queue.Post(Message(1));
        for (byte i = 2; i <= 50; i++)
            _queue.Post(Message(i));

        await _stream.ReleaseAsync();
        await _stream.ReleaseAsync();

        Assert.Equal(2, _stream.Writes.Count);
        Assert.Equal(Enumerable.Range(2, 49).Select(i => (byte)i), _stream.Writes[1]);
    }

    [Fact]
    public async Task Send_LargeMessage_LeavesInPiecesInOrder()
    {
        var large = new byte[200_000];
        Random.Shared.NextBytes(large);
        _queue.Post(new Outgoing(large));
        _queue.Post(Message(7));

        for (var piece = 0; piece < 5; piece++)
            await _stream.ReleaseAsync();

        Assert.Equal([.. large, 7], _stream.Writes.SelectMany(w => w));
        Assert.InRange(_stream.Writes.Max(w => w.Length), 1, 64 * 1024);
    }

    [Fact]
    public async Task Send_QueueFull_WaitsAndIsLetInWhenThereIsRoom()
    {
        _queue.Post(new Outgoing(new byte[SendQueue.MaxLoad]));
        var waiting = _queue.SendAsync(Message(1), default);
        var room = _queue.WaitForRoomAsync();
        Assert.False(waiting.IsCompleted || room.IsCompleted);
        Assert.False(_queue.TryPost(Message(2)));

        for (var written = 0; written < SendQueue.MaxLoad; written += 64 * 1024)
            await _stream.ReleaseAsync();

        await waiting.Soon();
        await room.Soon();
        Assert.True(_queue.TryPost(Message(3)));
    }

    [Fact]
    public async Task Send_CancelledWhileItWaits_IsNeverWritten()
    {
        using var giveUp = new CancellationTokenSource();
        _queue.Post(new Outgoing(new byte[SendQueue.MaxLoad]));
        var cancelled = _queue.SendAsync(Message(1), giveUp.Token);
        var kept = _queue.SendAsync(Message(2), default);

        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.Soon());
        for (var written = 0; written < SendQueue.MaxLoad; written += 64 * 1024)
            await _stream.ReleaseAsync();
        await kept.Soon();
        await _stream.ReleaseAsync();

        Assert.Equal([2], _stream.Writes[^1]);
    }

    [Fact]
    public async Task Withdraw_QueuedMessage_IsNeverWrittenAndFreesItsRoom()
    {
        var first = Message(1);
        _queue.Post(first);
        var large = new Outgoing(new byte[SendQueue.MaxLoad - (2 * first.Load)]);
        _queue.Post(large);
        var waiting = _queue.SendAsync(new Outgoing(new byte[1000]), default);

        Assert.True(_queue.Withdraw(large));
        Assert.False(_queue.Withdraw(large));
        await waiting.Soon();
        Assert.False(_queue.Withdraw(first));
        await _stream.ReleaseAsync();
        await _stream.ReleaseAsync();

        Assert.Equal([1, 1000], _stream.Writes.Select(w => w.Length));
    }

    [Fact]
    public async Task Write_NothingTakenForTheLimit_Fails()
    {
        _queue.Post(Message(1));
        _time.Advance(Limit - TimeSpan.FromTicks(1));
        Assert.False(_failed.Task.IsCompleted);

        _time.Advance(TimeSpan.FromTicks(1));

        var failure = await _failed.Task.Soon();
        Assert.Equal("it read nothing for 15 s", failure.Message);
    }

    [Fact]
    public async Task Write_SlowButSteady_DoesNotFail()
    {
        _queue.Post(new Outgoing(new byte[10 * 64 * 1024]));
        for (var piece = 0; piece < 10; piece++)
        {
            await _stream.BegunAsync();
            _time.Advance(Limit - TimeSpan.FromSeconds(1));
            _stream.Release();
        }

        Assert.False(_failed.Task.IsCompleted);
        Assert.Equal(10, _stream.Writes.Count);
    }

    [Fact]
    public async Task Fail_WithWaiters_FailsThemAndRefusesMore()
    {
        _queue.Post(new Outgoing(new byte[SendQueue.MaxLoad]));
        var waiting = _queue.SendAsync(Message(1), default);
        var room = _queue.WaitForRoomAsync();

        _queue.Fail(new LostRemoteException("gone"));

        await Assert.ThrowsAsync<LostRemoteException>(() => waiting.Soon());
        await room.Soon();
        await Assert.ThrowsAsync<LostRemoteException>(() => _queue.SendAsync(Message(2), default));
        Assert.False(_queue.TryPost(Message(3)));
        _queue.Post(Message(4));
        await _queue.WaitForRoomAsync().Soon();
    }

    private static Outgoing Message(byte content) => new(new[] { content });

    /// <summary>Each write hangs until the test releases it.</summary>
    private sealed class GatedStream : MemoryStream
    {
        private readonly SemaphoreSlim _begun = new(0);
        private TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public List<byte[]> Writes { get; } = [];

        /// <summary>Waits for the next write and lets it through.</summary>
        public async Task ReleaseAsync()
        {
            await BegunAsync();
            Release();
        }

        public Task BegunAsync() => _begun.WaitAsync().Soon();

        public void Release()
        {
            var gate = _gate;
            _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            gate.SetResult();
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Writes.Add(buffer.ToArray());
            var gate = _gate.Task;
            _begun.Release();
            await gate;
        }
    }
}
