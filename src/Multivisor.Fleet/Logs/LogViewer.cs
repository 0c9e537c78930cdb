namespace Multivisor.Fleet.Logs;

/// <summary>One who looks at a log as it grows. Dispose it as soon as nobody looks.</summary>
/// <remarks>
/// It reads what is kept for all. When it wants to begin further back, it reads by itself until it has come to what is kept. Not
/// thread-safe: it is disposed by its reader, when no event is awaited.
/// </remarks>
public sealed class LogViewer : IAsyncDisposable
{
    private readonly LogFollower _follower;
    private readonly LogStart _start;
    private readonly CancellationTokenSource _closing = new();
    private readonly LogTracker _at = new();
    private IAsyncEnumerator<LogEvent>? _own;
    private LogPlace _place;
    private bool _hasPlace;

    internal LogViewer(LogFollower follower, LogStart start)
    {
        _follower = follower;
        _start = start;
    }

    /// <summary>The next event, as soon as there is one; after <see cref="LogEvent.Ended"/> ask no more.</summary>
    /// <exception cref="Links.LinkException">The supervisor is not connected or was lost.</exception>
    /// <exception cref="Supervisord.SupervisordFaultException">supervisord refuses, for example because the process no longer exists.</exception>
    /// <exception cref="LogAbsentException">There is no such log.</exception>
    public async ValueTask<LogEvent> NextAsync(CancellationToken cancellationToken)
    {
        if (!_hasPlace && _own is null)
            FindPlace();
        while (_own is null)
        {
            var changed = _follower.Changed;
            if (_follower.TryTake(ref _place) is { } kept)
                return kept;
            await changed.WaitAsync(cancellationToken);
        }

        return await NextOwnAsync(cancellationToken);
    }

    /// <summary>The event that is there already; null when there is none yet, or it takes waiting to learn.</summary>
    /// <inheritdoc cref="NextAsync" path="/exception"/>
    public LogEvent? TryNext() => _hasPlace ? _follower.TryTake(ref _place) : null;

    public async ValueTask DisposeAsync()
    {
        _follower.Leave(this);
        await _closing.CancelAsync();
        if (_own is not null)
            await _own.DisposeAsync();
        _closing.Dispose();
    }

    private void FindPlace()
    {
        if (_follower.Find(_start) is { } place)
        {
            _place = place;
            _hasPlace = true;
            return;
        }

        _own = _follower.Source.FollowAsync(_follower.Target, _start, _closing.Token).GetAsyncEnumerator(_closing.Token);
    }

    private async ValueTask<LogEvent> NextOwnAsync(CancellationToken cancellationToken)
    {
        await using var stop = cancellationToken.UnsafeRegister(static me => _ = ((LogViewer)me!)._closing.CancelAsync(), this);
        if (!await _own!.MoveNextAsync())
            return new LogEvent.Ended("");
        var happened = _own.Current;
        _at.Apply(happened);
        if (happened is not LogEvent.Ended && _follower.FindPosition(_at) is { } place)
        {
            await _own.DisposeAsync();
            _own = null;
            _place = place with { Introduction = null };
            _hasPlace = true;
        }

        return happened;
    }
}
