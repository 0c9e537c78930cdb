using Multivisor.ZeroRpc.Tests.Support;

namespace Multivisor.ZeroRpc.Tests;

/// <summary>A stream whose items are taken out or handed over.</summary>
public sealed class RpcStreamTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    public async Task TryTake_UntilTheEnd_GivesEveryItemInOrder(int count)
    {
        await using var server = new TestServer();
        await using var client = await server.ConnectAsync();
        using var stream = client.OpenStream("count", [count]);
        var items = new List<RpcValue>();

        while (await stream.WaitAsync().AsTask().Soon())
        {
            while (stream.TryTake(out var item))
                items.Add(item);
        }

        Assert.Equal(Enumerable.Range(0, count).Select(i => (RpcValue)i), items);
        Assert.False(stream.TryTake(out _));
        stream.Dispose();
        Assert.Equal(0, client.ChannelCount);
    }

    [Fact]
    public async Task TryTake_NothingHasCome_IsFalse()
    {
        await using var server = new TestServer();
        await using var client = await server.ConnectAsync();
        using var stream = client.OpenStream("hang", []);

        Assert.False(stream.TryTake(out var nothing));
        Assert.True(nothing.IsNil);
    }

    [Fact]
    public async Task Cancelled_EndsTheWaitAndEveryLaterOne()
    {
        await using var server = new TestServer();
        await using var client = await server.ConnectAsync();
        using var cancelling = new CancellationTokenSource();
        using var stream = client.OpenStream("hang", [], cancelling.Token);
        var waiting = stream.WaitAsync().AsTask();

        await cancelling.CancelAsync();

        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.Soon());
        Assert.Equal(cancelling.Token, error.CancellationToken);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stream.WaitAsync().AsTask().Soon());
        Assert.Throws<OperationCanceledException>(() => client.OpenStream("count", [1], cancelling.Token));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    public async Task Follow_UntilTheEnd_HandsOverEveryItemInOrder(int count)
    {
        await using var server = new TestServer();
        await using var client = await server.ConnectAsync();
        using var stream = client.OpenStream("count", [count]);
        var items = new List<RpcValue>();

        await stream.FollowAsync(items.Add).Soon();

        Assert.Equal(Enumerable.Range(0, count).Select(i => (RpcValue)i), items);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(60)]
    public async Task Follow_AfterSomeWereTaken_GrantsAndHandsOverTheRest(int taken)
    {
        await using var server = new TestServer();
        await using var client = await server.ConnectAsync();
        using var stream = client.OpenStream("count", [1000]);
        var items = new List<RpcValue>();
        while (items.Count < taken)
        {
            Assert.True(await stream.WaitAsync().AsTask().Soon());
            while (items.Count < taken && stream.TryTake(out var item))
                items.Add(item);
        }

        await stream.FollowAsync(items.Add).Soon();

        Assert.Equal(Enumerable.Range(0, 1000).Select(i => (RpcValue)i), items);
    }

    [Fact]
    public async Task Follow_Cancelled_EndsAndHandsOverNothingMore()
    {
        await using var server = new TestServer();
        await using var client = await server.ConnectAsync();
        using var cancelling = new CancellationTokenSource();
        using var stream = client.OpenStream("count", [int.MaxValue], cancelling.Token);
        var (first, count) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), 0);
        var following = stream.FollowAsync(_ =>
        {
            // Cancelled by the taker itself, so nothing may come afterwards.
            Assert.False(cancelling.IsCancellationRequested);
            if (++count == 500)
            {
                cancelling.Cancel();
                first.SetResult();
            }
        });

        await first.Task.Soon();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => following.Soon());
        // The connection lives: its reading was not disturbed.
        Assert.Equal(3, await client.CallAsync("add", [1, 2]).Soon());
        Assert.Equal(500, count);
    }

    [Fact]
    public async Task Follow_Lost_EndsWithTheReason()
    {
        await using var server = new TestServer();
        await using var client = await server.ConnectAsync();
        using var stream = client.OpenStream("hang", []);
        var following = stream.FollowAsync(_ => { });

        await client.DisposeAsync();

        await Assert.ThrowsAsync<LostRemoteException>(() => following.Soon());
    }

    [Fact]
    public async Task Lost_EndsTheWaitWithTheReason()
    {
        await using var server = new TestServer();
        await using var client = await server.ConnectAsync();
        using var stream = client.OpenStream("hang", []);
        var waiting = stream.WaitAsync().AsTask();

        await client.DisposeAsync();

        await Assert.ThrowsAsync<LostRemoteException>(() => waiting.Soon());
        Assert.Throws<LostRemoteException>(() => client.OpenStream("count", [1]));
    }
}
