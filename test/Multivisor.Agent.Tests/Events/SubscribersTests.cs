using Multivisor.Agent.Events;
using Multivisor.ZeroRpc;

namespace Multivisor.Agent.Tests.Events;

public sealed class SubscribersTests
{
    [Fact]
    public async Task Publish_SubscriberThatDoesNotRead_IsLetGoWithAnErrorAndOthersAreNot()
    {
        var subscribers = new Subscribers(3);
        using var slow = subscribers.Add();
        using var good = subscribers.Add();
        for (var i = 0; i < 5; i++)
        {
            subscribers.Publish(i);
            Assert.True(good.Items.TryRead(out var item) && item == i);
        }

        Assert.Equal(1, subscribers.Count);
        var read = new List<RpcValue>();
        var error = await Assert.ThrowsAsync<RemoteException>(async () =>
        {
            await foreach (var item in slow.Items.ReadAllAsync())
                read.Add(item);
        });
        Assert.Equal([0, 1, 2], read);
        Assert.Contains("more than 3 events", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Dispose_LastSubscriber_LeavesNobody()
    {
        var subscribers = new Subscribers();
        subscribers.Add().Dispose();
        Assert.True(subscribers.IsEmpty);
    }
}
