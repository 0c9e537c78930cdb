using Microsoft.Extensions.Time.Testing;
using Multivisor.Fleet.Feed;

namespace Multivisor.Fleet.Tests.Feed;

/// <summary>When a reader is woken, and by what.</summary>
public sealed class FeedSubscriptionTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly FleetFeed _feed;

    public FeedSubscriptionTests() => _feed = new FleetFeed(_time);

    [Fact]
    public async Task WaitAsync_Cancelled_ThrowsAndMayBeCalledAgain()
    {
        using var subscription = _feed.Subscribe();
        using var cancelling = new CancellationTokenSource();
        var waiting = subscription.WaitAsync(cancelling.Token).AsTask();

        await cancelling.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Limit));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => subscription.WaitAsync(cancelling.Token).AsTask().WaitAsync(Limit));
        Publish();
        Assert.True(await subscription.WaitAsync().AsTask().WaitAsync(Limit));
    }

    [Fact]
    public async Task Dispose_OnAnotherThread_EndsTheWait()
    {
        var subscription = _feed.Subscribe();
        var waiting = subscription.WaitAsync().AsTask();

        await Task.Run(subscription.Dispose);

        Assert.False(await waiting.WaitAsync(Limit));
        Assert.False(await subscription.WaitAsync());
    }

    [Fact]
    public async Task Remind_WakesThoseWhoseTurnItIsThoughNothingHappened()
    {
        const int Turns = 16;
        var many = Enumerable.Range(0, 100).Select(_ => _feed.Subscribe()).ToArray();
        var waiting = many.Select(subscription => subscription.WaitAsync().AsTask()).ToArray();
        for (var turn = 0; turn < Turns; turn++)
        {
            _feed.Remind(turn, Turns);
            for (var i = 0; i < many.Length; i++)
            {
                if (i % Turns == turn)
                    Assert.True(await waiting[i].WaitAsync(Limit));
                else if (i % Turns > turn)
                    Assert.False(waiting[i].IsCompleted);
            }
        }

        Assert.All(many, subscription => Assert.False(subscription.TryTake([])));
        foreach (var subscription in many)
            subscription.Dispose();
    }

    [Fact]
    public async Task EndSubscriptions_EndsThoseThereAreAndThoseToCome()
    {
        using var subscription = _feed.Subscribe();
        var waiting = subscription.WaitAsync().AsTask();

        _feed.EndSubscriptions();

        Assert.False(await waiting.WaitAsync(Limit));
        using var late = _feed.Subscribe();
        Assert.False(await late.WaitAsync());
        Assert.Equal(0, _feed.SubscriberCount);
        Publish();
        Assert.False(late.TryTake([]));
    }

    [Fact]
    public async Task Publish_FasterThanOneReaderIsWorthWaking_WakesItInTurns()
    {
        using var subscription = _feed.Subscribe();
        var atOnce = 0;
        Task<bool> waiting;
        while (true)
        {
            Publish();
            waiting = subscription.WaitAsync().AsTask();
            if (!waiting.IsCompleted)
                break;
            subscription.TryTake([]);
            atOnce++;
        }

        // A crash with its restart, of several processes, waits for nothing.
        Assert.InRange(atOnce, 20, 30);
        Publish();
        Assert.False(waiting.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(await waiting.WaitAsync(Limit));
        var items = new List<FeedItem>();
        Assert.True(subscription.TryTake(items));
        Assert.Equal([_feed.LastId - 1, _feed.LastId], items.Select(item => item.Id));
    }

    [Fact]
    public void Publish_BytesOfWhatIsLongSent_AreNotKeptButCanBeMadeAgain()
    {
        using var subscription = _feed.Subscribe();
        using var other = _feed.Subscribe();
        var made = 0;
        Publish();
        var items = new List<FeedItem>();
        subscription.TryTake(items);
        Make();
        Make();
        Assert.Equal(1, made);

        for (var i = 0; i < FleetFeed.RingSize; i++)
            Publish();

        Assert.Equal([1, 2, 3], Make().ToArray());
        Assert.Equal(2, made);

        ReadOnlyMemory<byte> Make() => items[0].Serialized.GetOrMake(items[0], _ =>
        {
            made++;
            return [1, 2, 3];
        });
    }

    [Fact]
    public void Publish_BytesThatAreForgottenWhileTheyAreMade_AreStillThoseThatWereMade()
    {
        using var subscription = _feed.Subscribe();
        using var other = _feed.Subscribe();
        Publish();
        var items = new List<FeedItem>();
        subscription.TryTake(items);

        var bytes = items[0].Serialized.GetOrMake(items[0], item =>
        {
            item.Serialized.Forget();
            return [1, 2, 3];
        });

        Assert.Equal([1, 2, 3], bytes.ToArray());
    }

    [Fact]
    public void Replay_ForManyWhoComeBack_MakesTheBytesOnce()
    {
        var seen = _feed.LastId;
        for (var i = 0; i < 1000; i++)
            Publish();
        var made = 0;

        for (var client = 0; client < 3; client++)
        {
            using var subscription = _feed.Subscribe(seen);
            var items = new List<FeedItem>();
            subscription.TryTake(items);
            Assert.Equal(1000, items.Count);
            foreach (var item in items)
                item.Serialized.GetOrMake(item, _ => { made++; return [1, 2, 3]; });
        }

        Assert.Equal(1000, made);
    }

    [Fact]
    public void Publish_ForOneSubscriber_KeepsNoBytes()
    {
        using var subscription = _feed.Subscribe();
        Publish();
        var items = new List<FeedItem>();
        subscription.TryTake(items);
        var made = 0;

        for (var i = 0; i < 2; i++)
            Assert.Equal([1, 2, 3], items[0].Serialized.GetOrMake(items[0], _ => { made++; return [1, 2, 3]; }).ToArray());

        Assert.Equal(2, made);
    }

    private void Publish() => _feed.Publish(new FleetChange.Notification("x", NotificationLevel.Info, default));
}
