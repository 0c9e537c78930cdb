namespace Multivisor.Fleet.Feed;

/// <summary>
/// The ordered, numbered stream of all that changes in the fleet.
/// </summary>
/// <remarks>
/// Writers swap their snapshot first and publish afterwards. So a reader that takes <see cref="LastId"/>, then reads
/// the snapshots, then subscribes after that id misses nothing; it may see a change that it has already.
/// Thread-safe; publishing never waits for a subscriber.
/// </remarks>
public sealed class FleetFeed
{
    /// <summary>How many items are kept for those that come back after a short break.</summary>
    public const int RingSize = 2048;

    private readonly Lock _gate = new();
    private readonly FeedItem?[] _ring = new FeedItem?[RingSize];
    private readonly HashSet<FeedSubscription> _subscribers = [];
    private long _lastId;
    private bool _isWatched;

    /// <param name="time">Numbers start at the clock, so that ids of an earlier run of the server are recognised as too old.</param>
    public FleetFeed(TimeProvider time)
    {
        FirstId = time.GetUtcNow().ToUnixTimeMilliseconds() * 1000;
        _lastId = FirstId;
    }

    public long LastId => Volatile.Read(ref _lastId);

    /// <summary>Somebody subscribes. It is a read without a lock, so it may be a moment old.</summary>
    public bool IsWatched => Volatile.Read(ref _isWatched);

    /// <summary>Raised when the first one subscribes, on its thread; handlers must be quick and must not throw.</summary>
    internal event EventHandler? Watched;

    public int SubscriberCount
    {
        get
        {
            lock (_gate)
                return _subscribers.Count;
        }
    }

    /// <summary>Times that a subscriber could not follow and was told to read everything again.</summary>
    public long ResyncCount => Interlocked.Read(ref _resyncs);

    /// <summary>Events that a subscriber did not get because it lagged: replaced by a newer state, or made up for by a resync.</summary>
    public long DroppedCount => Interlocked.Read(ref _dropped);

    private long _resyncs;
    private long _dropped;

    private long FirstId { get; }

    public void Publish(FleetChange change)
    {
        lock (_gate)
        {
            var item = new FeedItem(_lastId + 1, change);
            _ring[item.Id % RingSize] = item;
            Volatile.Write(ref _lastId, item.Id);
            foreach (var subscriber in _subscribers)
                subscriber.Enqueue(item);
        }
    }

    /// <summary>Subscribes to everything after now.</summary>
    public FeedSubscription Subscribe() => Subscribe(null);

    /// <summary>
    /// Subscribes to everything after <paramref name="lastSeenId"/>. When that is no longer kept, or is no id of this
    /// run, the first item is a <see cref="FleetChange.Resync"/>.
    /// </summary>
    public FeedSubscription Subscribe(long? lastSeenId)
    {
        var subscription = new FeedSubscription(this);
        bool isFirst;
        lock (_gate)
        {
            if (lastSeenId is { } seen && seen != _lastId)
                Replay(subscription, seen);
            _subscribers.Add(subscription);
            isFirst = _subscribers.Count == 1;
            Volatile.Write(ref _isWatched, true);
        }

        if (isFirst)
            Watched?.Invoke(this, EventArgs.Empty);
        return subscription;
    }

    internal void Remove(FeedSubscription subscription)
    {
        lock (_gate)
        {
            _subscribers.Remove(subscription);
            Volatile.Write(ref _isWatched, _subscribers.Count > 0);
        }
    }

    internal void CountResync(int dropped)
    {
        Interlocked.Increment(ref _resyncs);
        CountDropped(dropped);
    }

    internal void CountDropped(int events) => Interlocked.Add(ref _dropped, events);

    private void Replay(FeedSubscription subscription, long seen)
    {
        if (seen < FirstId || seen > _lastId || _lastId - seen > RingSize)
        {
            subscription.Enqueue(new FeedItem(_lastId, new FleetChange.Resync("the events since then are no longer kept")));
            return;
        }

        for (var id = seen + 1; id <= _lastId; id++)
            subscription.Enqueue(_ring[id % RingSize]!);
    }
}
