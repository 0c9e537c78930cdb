namespace Multivisor.Fleet.Feed;

/// <summary>
/// One subscriber's bounded queue. While it keeps up it gets every item; when it lags, newer items of the same process
/// replace older ones; when that is not enough, it is told to read everything again and costs nothing more.
/// </summary>
/// <remarks>One reader at a time. Dispose to be forgotten.</remarks>
public sealed class FeedSubscription : IDisposable
{
    /// <summary>From here on items of the same process or supervisor replace each other.</summary>
    internal const int CoalesceFrom = 256;

    /// <summary>So much each subscriber may let wait in any case; more is borrowed, in pieces of this, from what all of them have together.</summary>
    internal const int Limit = 1024;

    /// <summary>More than this is never kept: every process of a large site once. What cannot be replaced by something newer has no part in it.</summary>
    internal const int MostKept = 65_536;

    private readonly FleetFeed _feed;
    private readonly Lock _gate = new();
    private readonly LinkedList<FeedItem> _queue = new();
    private readonly Dictionary<string, LinkedListNode<FeedItem>> _byKey = new(StringComparer.Ordinal);
    private TaskCompletionSource _available = NewSignal();
    private bool _resyncPending;
    private bool _isWoken;
    private int _borrowed;
    private bool _disposed;

    internal FeedSubscription(FleetFeed feed) => _feed = feed;

    public int Pending
    {
        get
        {
            lock (_gate)
                return _queue.Count;
        }
    }

    /// <summary>Moves all pending items to <paramref name="into"/>. False when there are none.</summary>
    public bool TryTake(ICollection<FeedItem> into)
    {
        lock (_gate)
        {
            _isWoken = false;
            if (_queue.Count == 0)
                return false;
            foreach (var item in _queue)
                into.Add(item);
            Clear();
            _resyncPending = false;
            return true;
        }
    }

    /// <summary>Completes when it is this subscriber's turn and items are pending, with false after Dispose.</summary>
    public async ValueTask<bool> WaitAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task signal;
            lock (_gate)
            {
                if (_disposed)
                    return false;
                if (_isWoken)
                    return true;
                if (_available.Task.IsCompleted)
                    _available = NewSignal();
                signal = _available.Task;
            }

            await signal.WaitAsync(cancellationToken);
        }
    }

    public void Dispose()
    {
        _feed.Remove(this);
        lock (_gate)
        {
            _disposed = true;
            Clear();
            _available.TrySetResult();
        }
    }

    /// <summary>To be followed by <see cref="Wake"/>.</summary>
    internal void Enqueue(FeedItem item)
    {
        lock (_gate)
        {
            // After a resync mark nothing else is worth keeping: the reader will read the whole state, which includes it.
            if (_disposed)
                return;
            if (_resyncPending)
            {
                _feed.CountDropped(1);
                return;
            }

            var key = item.Change.CoalesceKey;
            if (key is not null && _queue.Count >= CoalesceFrom && _byKey.Remove(key, out var older))
            {
                _queue.Remove(older);
                _feed.CountDropped(1);
            }

            if (_queue.Count >= CoalesceFrom && item.Change is FleetChange.Notification { Level: NotificationLevel.Info, Subject: not null })
            {
                // It says in words what the change of the process says that it came with.
                _feed.CountDropped(1);
                return;
            }

            if (_queue.Count >= Limit + _borrowed && (key is null || !TryBorrow()))
            {
                _feed.CountResync(_queue.Count + 1);
                Clear();
                _resyncPending = true;
                item = new FeedItem(item.Id, new FleetChange.Resync("this client reads slower than the fleet changes"));
                key = null;
            }

            var node = _queue.AddLast(item);
            if (key is not null)
                _byKey[key] = node;
        }
    }

    /// <summary>Tells the reader that there is something, if there is.</summary>
    internal void Wake()
    {
        lock (_gate)
        {
            if (_queue.Count == 0)
                return;
            _isWoken = true;
            _available.TrySetResult();
        }
    }

    private bool TryBorrow()
    {
        if (_borrowed + (2 * Limit) > MostKept || !_feed.TryLend(Limit))
            return false;
        _borrowed += Limit;
        return true;
    }

    private void Clear()
    {
        if (_borrowed > 0)
            _feed.TakeBack(_borrowed);
        _borrowed = 0;
        _queue.Clear();
        _byKey.Clear();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
