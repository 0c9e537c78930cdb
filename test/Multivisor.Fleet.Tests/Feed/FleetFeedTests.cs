using Microsoft.Extensions.Time.Testing;
using Multivisor.Fleet.Feed;
using Multivisor.Fleet.Model;
using Multivisor.Supervisord;

namespace Multivisor.Fleet.Tests.Feed;

public sealed class FleetFeedTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly FleetFeed _feed;

    public FleetFeedTests() => _feed = new FleetFeed(_time);

    [Fact]
    public void Publish_Changes_AreNumberedWithoutGapsAndInOrder()
    {
        using var subscription = _feed.Subscribe();
        var before = _feed.LastId;

        for (var i = 0; i < 10; i++)
            _feed.Publish(Note($"{i}"));

        var items = Take(subscription);
        Assert.Equal(Enumerable.Range(1, 10).Select(i => before + i), items.Select(i => i.Id));
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"{i}"), items.Select(i => ((FleetChange.Notification)i.Change).Message));
        Assert.Equal(before + 10, _feed.LastId);
    }

    [Fact]
    public void Subscribe_AfterAKnownId_ReplaysExactlyWhatCameAfterIt()
    {
        for (var i = 0; i < 30; i++)
            _feed.Publish(Note($"{i}"));

        using var subscription = _feed.Subscribe(_feed.LastId - 5);

        Assert.Equal(["25", "26", "27", "28", "29"], Take(subscription).Select(i => ((FleetChange.Notification)i.Change).Message));
    }

    [Fact]
    public async Task Publish_ToManySubscribers_WakesThemAtOnceAndThenInTurns()
    {
        var many = Enumerable.Range(0, 1000).Select(_ => _feed.Subscribe()).ToArray();
        _time.Advance(TimeSpan.FromSeconds(1));
        _feed.Publish(Note("first"));
        Assert.All(many, subscription => Assert.True(subscription.WaitAsync(CancellationToken.None).AsTask().IsCompletedSuccessfully));
        Assert.All(many, subscription => Assert.Single(Take(subscription)));

        _feed.Publish(Note("second"));
        _feed.Publish(Note("third"));
        var waiting = many.Select(subscription => subscription.WaitAsync(CancellationToken.None).AsTask()).ToArray();
        Assert.DoesNotContain(waiting, task => task.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(25));
        await Task.WhenAll(waiting).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.All(many, subscription => Assert.Equal(2, Take(subscription).Count));

        _feed.Publish(Note("fourth"));
        using var late = _feed.Subscribe(_feed.LastId - 1);
        Assert.True(await late.WaitAsync(CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromSeconds(30)));
        foreach (var subscription in many)
            subscription.Dispose();
    }

    [Fact]
    public void Publish_ToAFewSubscribers_WakesThemEachTime()
    {
        using var subscription = _feed.Subscribe();
        for (var i = 0; i < 3; i++)
        {
            _feed.Publish(Note("x"));
            Assert.True(subscription.WaitAsync(CancellationToken.None).AsTask().IsCompletedSuccessfully);
            Assert.Single(Take(subscription));
        }
    }

    [Fact]
    public void Subscribe_AfterTheLastId_ReplaysNothing()
    {
        _feed.Publish(Note("x"));

        using var subscription = _feed.Subscribe(_feed.LastId);

        Assert.Empty(Take(subscription));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(1_000_000)]
    public void Subscribe_AfterAnIdOfAnotherRun_IsToldToResync(long distance)
    {
        var first = _feed.LastId;
        for (var i = 0; i < 3; i++)
            _feed.Publish(Note("x"));

        using var subscription = _feed.Subscribe(distance < 0 ? first + distance : _feed.LastId + distance);

        Assert.IsType<FleetChange.Resync>(Assert.Single(Take(subscription)).Change);
    }

    [Fact]
    public void Subscribe_AfterTheServerRestarted_OldIdsAreRecognised()
    {
        for (var i = 0; i < 100; i++)
            _feed.Publish(Note("x"));
        _time.Advance(TimeSpan.FromSeconds(1));
        var next = new FleetFeed(_time);

        using var subscription = next.Subscribe(_feed.LastId);

        Assert.IsType<FleetChange.Resync>(Assert.Single(Take(subscription)).Change);
    }

    [Fact]
    public void Subscribe_AfterAnIdThatIsNoLongerKept_IsToldToResync()
    {
        var first = _feed.LastId;
        for (var i = 0; i <= FleetFeed.RingSize; i++)
            _feed.Publish(Process($"p{i % 7}", i));

        using var tooOld = _feed.Subscribe(first);
        using var oldest = _feed.Subscribe(first + 1);

        Assert.IsType<FleetChange.Resync>(Assert.Single(Take(tooOld)).Change);
        Assert.Equal(_feed.LastId, Take(oldest)[^1].Id);
    }

    [Fact]
    public void Publish_ReaderThatKeepsUp_GetsEveryStateOfAProcess()
    {
        using var subscription = _feed.Subscribe();

        for (var i = 0; i < FeedSubscription.CoalesceFrom; i++)
            _feed.Publish(Process("p", i));

        Assert.Equal(FeedSubscription.CoalesceFrom, Take(subscription).Count);
    }

    [Fact]
    public void Publish_ReaderThatLags_GetsTheLastStateOfEachProcess()
    {
        using var subscription = _feed.Subscribe();

        for (var i = 0; i < 100_000; i++)
            _feed.Publish(Process($"p{i % 100}", i));

        var items = Take(subscription);
        Assert.InRange(items.Count, 100, FeedSubscription.CoalesceFrom + 100);
        Assert.Equal(items.Select(i => i.Id).Order(), items.Select(i => i.Id));
        var last = items.Select(i => (FleetChange.ProcessChanged)i.Change).GroupBy(c => c.Process.Uid).ToDictionary(g => g.Key, g => g.Last().Process.Info.Pid);
        Assert.All(Enumerable.Range(0, 100), p => Assert.Equal(99_900 + p, last[$"s:g:p{p}"]));
        Assert.Equal(0, _feed.ResyncCount);
        Assert.Equal(100_000 - items.Count, _feed.DroppedCount);
    }

    [Fact]
    public void D12_ClientThatNeverReads_CostsNoMemoryAndIsToldToResync()
    {
        using var subscription = _feed.Subscribe();
        using var reader = _feed.Subscribe();
        var read = 0;

        for (var i = 0; i < 100_000; i++)
        {
            _feed.Publish(Process($"p{i}", i));
            read += Take(reader).Count;
            Assert.InRange(subscription.Pending, 0, FeedSubscription.MostKept);
        }

        Assert.Equal(100_000, read);
        Assert.IsType<FleetChange.Resync>(Assert.Single(Take(subscription)).Change);
        Assert.Equal(1, _feed.ResyncCount);
        Assert.Equal(100_000, _feed.DroppedCount);

        // Having read it, the client follows again.
        _feed.Publish(Note("after"));
        Assert.Equal("after", Assert.IsType<FleetChange.Notification>(Assert.Single(Take(subscription)).Change).Message);
    }

    [Fact]
    public void Publish_MassRestartBeforeAReaderThatLags_IsKeptOnceForEachProcess()
    {
        using var subscription = _feed.Subscribe();
        for (var turn = 0; turn < 4; turn++)
        {
            for (var i = 0; i < 50_000; i++)
            {
                _feed.Publish(Process($"p{i}", turn));
                _feed.Publish(new FleetChange.Notification("it changed", NotificationLevel.Info, default) { Subject = $"s:g:p{i}" });
            }
        }

        var items = Take(subscription);
        Assert.Equal(0, _feed.ResyncCount);
        Assert.InRange(items.Count, 50_000, 50_000 + FeedSubscription.CoalesceFrom);
        Assert.All(items.Skip(FeedSubscription.CoalesceFrom).Select(i => (FleetChange.ProcessChanged)i.Change), change => Assert.Equal(3, change.Process.Info.Pid));
    }

    [Fact]
    public void Publish_MoreReadersLagThanThereIsRoomFor_KeepsWhatAllMayHaveTogether()
    {
        var many = Enumerable.Range(0, 20).Select(_ => _feed.Subscribe()).ToArray();
        for (var i = 0; i < 30_000; i++)
            _feed.Publish(Process($"p{i}", i));

        Assert.InRange(many.Sum(subscription => subscription.Pending), 1, FleetFeed.MostLent + (many.Length * FeedSubscription.Limit));
        Assert.InRange(_feed.ResyncCount, 1, many.Length);

        // Whoever reads or leaves gives it back.
        foreach (var subscription in many[..10])
            Take(subscription);
        foreach (var subscription in many[10..])
            subscription.Dispose();
        using var next = _feed.Subscribe();
        for (var i = 0; i < 60_000; i++)
        {
            _feed.Publish(Process($"p{i}", i));
            foreach (var subscription in many[..10])
                Take(subscription);
        }

        Assert.Equal(60_000, Take(next).Count);
    }

    [Fact]
    public void Publish_LongTextsToAReaderThatLags_AreNotKeptBeyondItsOwnPlaces()
    {
        using var subscription = _feed.Subscribe();
        for (var i = 0; i < 2 * FeedSubscription.Limit; i++)
        {
            _feed.Publish(Note($"{i}"));
            Assert.InRange(subscription.Pending, 0, FeedSubscription.Limit);
        }

        Assert.Equal(1, _feed.ResyncCount);
    }

    [Fact]
    public void D2_ClientsThatLeft_AreForgotten()
    {
        for (var i = 0; i < 100; i++)
        {
            using var left = _feed.Subscribe();
            Assert.Equal(1, _feed.SubscriberCount);
        }

        Assert.Equal(0, _feed.SubscriberCount);
        var kept = _feed.Subscribe();
        kept.Dispose();
        _feed.Publish(Note("x"));
        Assert.Equal(0, kept.Pending);
    }

    [Fact]
    public async Task WaitAsync_ItemOrDispose_Wakes()
    {
        using var subscription = _feed.Subscribe();
        var waiting = subscription.WaitAsync(CancellationToken.None).AsTask();
        Assert.False(waiting.IsCompleted);

        _feed.Publish(Note("x"));
        Assert.True(await waiting.WaitAsync(TimeSpan.FromSeconds(10)));
        Take(subscription);
        waiting = subscription.WaitAsync(CancellationToken.None).AsTask();
        Assert.False(waiting.IsCompleted);

        subscription.Dispose();
        Assert.False(await waiting.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task Subscribe_WhileOthersPublish_SnapshotThenSubscribeMissesNothing()
    {
        // As the fleet does: swap the snapshot, then publish. Each reader must end with the writer's last state.
        const int Processes = 20, Writes = 20_000;
        var table = new ProcessSnapshot[Processes];
        for (var i = 0; i < Processes; i++)
            table[i] = Process($"p{i}", -1).Process;
        using var done = new CancellationTokenSource();
        var writer = Task.Run(() =>
        {
            for (var i = 0; i < Writes; i++)
            {
                var change = Process($"p{i % Processes}", i);
                Volatile.Write(ref table[i % Processes], change.Process);
                _feed.Publish(change);
            }
        });

        var rounds = 0;
        while (!writer.IsCompleted || rounds < 5)
        {
            rounds++;
            var lastId = _feed.LastId;
            var picture = table.Select((_, i) => Volatile.Read(ref table[i])).ToDictionary(p => p.Uid, p => p.Info.Pid);
            using var subscription = _feed.Subscribe(lastId);
            var previous = lastId;
            for (var take = 0; take < 50 || writer.IsCompleted; take++)
            {
                var items = Take(subscription);
                if (items.Count == 0 && writer.IsCompleted)
                    break;
                foreach (var item in items)
                {
                    Assert.True(item.Id > previous);
                    previous = item.Id;
                    if (item.Change is FleetChange.ProcessChanged changed)
                        picture[changed.Process.Uid] = changed.Process.Info.Pid;
                    else
                        picture = table.Select((_, i) => Volatile.Read(ref table[i])).ToDictionary(p => p.Uid, p => p.Info.Pid);
                }
            }

            if (!writer.IsCompleted)
                continue;
            foreach (var item in Take(subscription))
            {
                if (item.Change is FleetChange.ProcessChanged changed)
                    picture[changed.Process.Uid] = changed.Process.Info.Pid;
            }

            Assert.Equal(table.ToDictionary(p => p.Uid, p => p.Info.Pid), picture);
        }

        await writer;
    }

    private static FleetChange.Notification Note(string text) => new(text, NotificationLevel.Info, default);

    private static FleetChange.ProcessChanged Process(string name, long pid) => new(new ProcessSnapshot(
        "s", "h", new ProcessInfo { Name = name, Group = "g", State = ProcessState.Running, StateName = "RUNNING", Pid = pid }));

    private static List<FeedItem> Take(FeedSubscription subscription)
    {
        var items = new List<FeedItem>();
        subscription.TryTake(items);
        return items;
    }
}
