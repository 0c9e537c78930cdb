using Multivisor.Fleet.Feed;
using Multivisor.Fleet.Model;
using Multivisor.Supervisord;

namespace Multivisor.Fleet.Tests.Feed;

public sealed class FeedQueueTests
{
    private readonly FeedQueue _queue = new();
    private long _lastId;

    [Fact]
    public void Remove_NewestWithItsKey_LeavesTheOthersInOrder()
    {
        foreach (var name in (string[])["a", "b", "a", "c"])
            _queue.Add(Item(name));

        Assert.True(_queue.Remove("s:g:a"));
        Assert.Equal([1, 2, 4], Ids());
        Assert.False(_queue.Remove("s:g:a"));
        Assert.False(_queue.Remove("s:g:nobody"));
        Assert.Equal(3, _queue.Count);
    }

    [Fact]
    public void Clear_ThenAdd_HoldsOnlyWhatIsNew()
    {
        for (var i = 0; i < 1000; i++)
            _queue.Add(Item($"p{i}"));
        _queue.Remove("s:g:p1");
        _queue.Clear();
        Assert.Equal(0, _queue.Count);
        Assert.Empty(Ids());

        _queue.Add(Item("p1"));

        Assert.Equal([1001], Ids());
        Assert.False(_queue.Remove("s:g:p2"));
        Assert.True(_queue.Remove("s:g:p1"));
    }

    /// <summary>Against the simplest thing that does the same, over many gaps and many growths.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void AddAndRemove_InAnyOrder_AreAsOfAList(int seed)
    {
        var random = new Random(seed);
        var expected = new List<(long Id, string Key)>();
        for (var step = 0; step < 20_000; step++)
        {
            var name = $"p{random.Next(300)}";
            var key = $"s:g:{name}";
            if (random.Next(100) == 0)
            {
                _queue.Clear();
                expected.Clear();
            }

            // A newer one replaces an older one, as it is used; now and then two of a key are kept.
            if (random.Next(20) != 0 && _queue.Remove(key))
                expected.RemoveAt(expected.FindLastIndex(e => e.Key == key));
            _queue.Add(Item(name));
            expected.Add((_lastId, key));
            Assert.Equal(expected.Count, _queue.Count);
        }

        Assert.Equal(expected.Select(e => e.Id), Ids());
    }

    private IEnumerable<long> Ids()
    {
        var items = new List<FeedItem>();
        _queue.CopyTo(items);
        return items.Select(item => item.Id);
    }

    private FeedItem Item(string name) => new(++_lastId, new FleetChange.ProcessChanged(new ProcessSnapshot(
        "s", "h", new ProcessInfo { Name = name, Group = "g", State = ProcessState.Running, StateName = "RUNNING" })));
}
