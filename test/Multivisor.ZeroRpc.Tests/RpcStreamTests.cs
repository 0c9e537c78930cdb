using Multivisor.ZeroRpc.Tests.Support;

namespace Multivisor.ZeroRpc.Tests;

/// <summary>A stream whose items are taken out.</summary>
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
