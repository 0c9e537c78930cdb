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

    /// <summary>Of so many the bytes made of them are kept. Whoever follows takes them within milliseconds.</summary>
    private const int BytesKept = 256;

    /// <summary>
    /// Items that subscribers who lag may let wait together, beyond what each may in any case. A mass restart of a large site fits, for one of
    /// them; when it is lent out, the others read everything again sooner.
    /// </summary>
    internal const int MostLent = 96 * 1024;

    /// <summary>So many subscribers may be woken out of turn.</summary>
    internal const int Few = 32;

    private const int MostHurries = 20;

    private const int HurriesPerSecond = 500;

    /// <summary>What waking one subscriber and sending to it may take, so that all of them together do not take all of the machine.</summary>
    private static readonly TimeSpan TurnPerSubscriber = TimeSpan.FromMicroseconds(25);

    private static readonly TimeSpan ShortestTurn = TimeSpan.FromMilliseconds(1);

    private static readonly TimeSpan LongestTurn = TimeSpan.FromMilliseconds(50);

    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly FeedItem?[] _ring = new FeedItem?[RingSize];
    private readonly HashSet<FeedSubscription> _subscribers = [];
    private long _lastId;
    private bool _isWatched;
    private ITimer? _turn;
    private bool _isTurnPlanned;
    private long _lastTurn;
    private double _hurries = MostHurries;
    private long _hurriedAt;
    private int _lendable = MostLent;
    private uint _nextNumber;
    private bool _isClosed;

    /// <param name="time">Numbers start at the clock, so that ids of an earlier run of the server are recognised as too old.</param>
    public FleetFeed(TimeProvider time)
    {
        _time = time;
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
            // For one subscriber nothing is kept: in a storm memory that outlives its use is what costs.
            if (_subscribers.Count <= 1)
                item.Serialized.Forget();
            _ring[item.Id % RingSize] = item;
            _ring[(item.Id - BytesKept + RingSize) % RingSize]?.Serialized.Forget();
            Volatile.Write(ref _lastId, item.Id);
            foreach (var subscriber in _subscribers)
                subscriber.Enqueue(item);
            Announce();
        }
    }

    /// <summary>
    /// Wakes the subscribers: at once after a pause, then in turns, so rarely that each wake serves what came meanwhile. A thousand clients and a hundred
    /// changes a second would be a hundred thousand wakes and writes otherwise, and one client with ten thousand changes as many.
    /// </summary>
    private void Announce()
    {
        if (_isTurnPlanned)
            return;
        var left = Turn - _time.GetElapsedTime(_lastTurn);
        if (left <= TimeSpan.Zero || TryHurry())
        {
            WakeAll();
            return;
        }

        _isTurnPlanned = true;
        _turn ??= _time.CreateTimer(static me => ((FleetFeed)me!).OnTurn(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _turn.Change(left, Timeout.InfiniteTimeSpan);
    }

    /// <summary>A few subscribers are woken out of turn while that does not become a habit: a crash and its restart are several changes within milliseconds.</summary>
    private bool TryHurry()
    {
        if (_subscribers.Count > Few)
            return false;
        _hurries = Math.Min(MostHurries, _hurries + (_time.GetElapsedTime(_hurriedAt).TotalSeconds * HurriesPerSecond));
        _hurriedAt = _time.GetTimestamp();
        if (_hurries < 1)
            return false;
        _hurries--;
        return true;
    }

    /// <summary>
    /// Wakes those who subscribe although nothing may have happened, in turns: each when its turn comes, one of <paramref name="turns"/>. So many streams
    /// need one clock and not one each.
    /// </summary>
    public void Remind(int turn, int turns)
    {
        lock (_gate)
        {
            foreach (var subscriber in _subscribers)
            {
                if (subscriber.Number % turns == turn)
                    subscriber.Remind();
            }
        }
    }

    /// <summary>Ends all subscriptions, those too that are still to come. What happens goes on being published.</summary>
    public void EndSubscriptions()
    {
        FeedSubscription[] ended;
        lock (_gate)
        {
            _isClosed = true;
            ended = [.. _subscribers];
        }

        foreach (var subscriber in ended)
            subscriber.Dispose();
    }

    /// <summary>The fleet has ended: no turn comes any more.</summary>
    internal void End()
    {
        lock (_gate)
            _turn?.Dispose();
    }

    private TimeSpan Turn => TimeSpan.FromTicks(Math.Clamp(_subscribers.Count * TurnPerSubscriber.Ticks, ShortestTurn.Ticks, LongestTurn.Ticks));

    private void OnTurn()
    {
        lock (_gate)
        {
            _isTurnPlanned = false;
            WakeAll();
        }
    }

    private void WakeAll()
    {
        _lastTurn = _time.GetTimestamp();
        foreach (var subscriber in _subscribers)
            subscriber.Wake();
    }

    /// <summary>Subscribes to everything after now.</summary>
    public FeedSubscription Subscribe() => Subscribe(null);

    /// <summary>
    /// Subscribes to everything after <paramref name="lastSeenId"/>. When that is no longer kept, or is no id of this
    /// run, the first item is a <see cref="FleetChange.Resync"/>.
    /// </summary>
    public FeedSubscription Subscribe(long? lastSeenId)
    {
        FeedSubscription subscription;
        bool isFirst;
        lock (_gate)
        {
            subscription = new FeedSubscription(this, _nextNumber++);
            if (_isClosed)
            {
                subscription.Dispose();
                return subscription;
            }

            if (lastSeenId is { } seen && seen != _lastId)
                Replay(subscription, seen);
            subscription.Wake();
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

    internal bool TryLend(int items)
    {
        if (Interlocked.Add(ref _lendable, -items) >= 0)
            return true;
        TakeBack(items);
        return false;
    }

    internal void TakeBack(int items) => Interlocked.Add(ref _lendable, items);

    internal void CountDropped(int events) => Interlocked.Add(ref _dropped, events);

    private void Replay(FeedSubscription subscription, long seen)
    {
        if (seen < FirstId || seen > _lastId || _lastId - seen > RingSize)
        {
            subscription.Enqueue(new FeedItem(_lastId, new FleetChange.Resync("the events since then are no longer kept")));
            return;
        }

        for (var id = seen + 1; id <= _lastId; id++)
        {
            // Who comes back after a break of the network rarely comes alone.
            var item = _ring[id % RingSize]!;
            item.Serialized.Share();
            subscription.Enqueue(item);
        }
    }
}
