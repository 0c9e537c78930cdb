using System.Threading.Tasks.Sources;

namespace Multivisor.Fleet.Feed;

/// <summary>
/// One subscriber's bounded queue. While it keeps up it gets every item; when it lags, newer items of the same process
/// replace older ones; when that is not enough, it is told to read everything again and costs nothing more.
/// </summary>
/// <remarks>One reader at a time. Dispose to be forgotten.</remarks>
public sealed class FeedSubscription : IDisposable, IValueTaskSource<bool>
{
    /// <summary>From here on items of the same process or supervisor replace each other.</summary>
    internal const int CoalesceFrom = 256;

    /// <summary>So much each subscriber may let wait in any case; more is borrowed, in pieces of this, from what all of them have together.</summary>
    internal const int Limit = 1024;

    /// <summary>More than this is never kept: every process of a large site once. What cannot be replaced by something newer has no part in it.</summary>
    internal const int MostKept = 65_536;

    private readonly FleetFeed _feed;
    private readonly Lock _gate = new();
    private readonly FeedQueue _queue = new();

    /// <summary>The one wait of the one reader, used again and again: a site may have thousands of readers, and each waits for each change.</summary>
    private ManualResetValueTaskSourceCore<bool> _wait = new() { RunContinuationsAsynchronously = true };

    private bool _isAwaited;
    private bool _resyncPending;
    private bool _isWoken;
    private int _borrowed;
    private bool _disposed;

    internal FeedSubscription(FleetFeed feed, uint number)
    {
        _feed = feed;
        Number = number;
    }

    internal uint Number { get; }

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
            _queue.CopyTo(into);
            Clear();
            _resyncPending = false;
            return true;
        }
    }

    /// <summary>
    /// Completes when it is this subscriber's turn and items are pending, or when it was reminded without any; with false after Dispose, which ends
    /// a wait from any thread.
    /// </summary>
    public ValueTask<bool> WaitAsync()
    {
        lock (_gate)
        {
            if (_disposed || _isWoken)
                return new ValueTask<bool>(!_disposed);
            _wait.Reset();
            _isAwaited = true;
            return new ValueTask<bool>(this, _wait.Version);
        }
    }

    /// <inheritdoc cref="WaitAsync()"/>
    /// <exception cref="OperationCanceledException">Cancelled meanwhile.</exception>
    public async ValueTask<bool> WaitAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var wait = WaitAsync();
        await using var cancelling = cancellationToken.UnsafeRegister(static (me, token) => ((FeedSubscription)me!).Cancel(token), this);
        return await wait;
    }

    public void Dispose()
    {
        _feed.Remove(this);
        lock (_gate)
        {
            _disposed = true;
            Clear();
            Complete();
        }
    }

    bool IValueTaskSource<bool>.GetResult(short token) => _wait.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _wait.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wait.OnCompleted(continuation, state, token, flags);

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
            if (key is not null && _queue.Count >= CoalesceFrom && _queue.Remove(key))
                _feed.CountDropped(1);

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
            }

            _queue.Add(item);
        }
    }

    /// <summary>Tells the reader that there is something, if there is.</summary>
    internal void Wake()
    {
        lock (_gate)
        {
            if (_queue.Count > 0)
                Complete();
        }
    }

    /// <summary>Ends the reader's wait although there may be nothing for it: it has other things to do from time to time.</summary>
    internal void Remind()
    {
        lock (_gate)
            Complete();
    }

    private void Cancel(CancellationToken reason)
    {
        lock (_gate)
        {
            if (!_isAwaited)
                return;
            _isAwaited = false;
            _wait.SetException(new OperationCanceledException(reason));
        }
    }

    private void Complete()
    {
        _isWoken = true;
        if (!_isAwaited)
            return;
        _isAwaited = false;
        _wait.SetResult(!_disposed);
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
    }
}
