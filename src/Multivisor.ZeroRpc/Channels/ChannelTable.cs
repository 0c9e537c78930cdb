using Multivisor.ZeroRpc.Events;

namespace Multivisor.ZeroRpc.Channels;

/// <summary>
/// The open channels of one connection and their heartbeats (zerorpc.md section 5). Thread-safe.
/// </summary>
/// <remarks>
/// All channels have the same period, so the order in which they opened or last ticked is the order in which they tick next:
/// a linked list and one timer serve them all, and a call that is shorter than a period never touches the timer.
/// </remarks>
internal sealed class ChannelTable(ZeroRpcOptions options, string remote, Action<Channel> sendHeartbeat)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<EventId, Channel> _channels = [];
    private readonly LinkedList<Channel> _order = new();
    private readonly TimeProvider _time = options.Time;
    private readonly long _period = (long)(options.Heartbeat.TotalSeconds * options.Time.TimestampFrequency);
    private ITimer? _timer;
    private bool _armed;
    private LostRemoteException? _closed;

    public int Count
    {
        get
        {
            lock (_gate)
                return _channels.Count;
        }
    }

    /// <summary>Opens a channel; false when its id is open already or <paramref name="limit"/> channels are.</summary>
    /// <exception cref="LostRemoteException">The connection is closed.</exception>
    public bool TryAdd(Channel channel, int limit = int.MaxValue)
    {
        lock (_gate)
        {
            if (_closed is not null)
                throw new LostRemoteException(_closed.Message, _closed.InnerException);
            if (_channels.Count >= limit || !_channels.TryAdd(channel.Id, channel))
                return false;
            channel.NextTick = _time.GetTimestamp() + _period;
            _order.AddLast(channel.Node);
            if (!_armed)
                Arm(_period);
            return true;
        }
    }

    /// <summary>Closes a channel: no heartbeat goes out for it any more, and what still comes for it is dropped.</summary>
    public bool Remove(Channel channel)
    {
        lock (_gate)
        {
            if (channel.Node.List is null)
                return false;
            _order.Remove(channel.Node);
            return _channels.Remove(channel.Id);
        }
    }

    public bool Contains(EventId id)
    {
        lock (_gate)
            return _channels.ContainsKey(id);
    }

    /// <summary>Finds the channel an event belongs to, and takes note when the event is a heartbeat.</summary>
    public Channel? Route(EventId id, bool heartbeat)
    {
        lock (_gate)
        {
            if (!_channels.TryGetValue(id, out var channel))
                return null;
            if (heartbeat)
                channel.LastHeartbeat = _time.GetTimestamp();
            return channel;
        }
    }

    /// <summary>Fails all channels and refuses new ones.</summary>
    public void Close(LostRemoteException reason)
    {
        Channel[] channels;
        lock (_gate)
        {
            if (_closed is not null)
                return;
            _closed = reason;
            channels = [.. _order];
            _order.Clear();
            _channels.Clear();
            _timer?.Dispose();
        }

        foreach (var channel in channels)
            channel.OnLost(reason);
    }

    private void Arm(long ticks)
    {
        _armed = true;
        // What is a little early is due as well (OnTimer): so the moment after that one is never missed by a hair, and a period stays a period.
        if (options.Beat > TimeSpan.Zero)
            ticks = (long)(Beats.Join(TimeSpan.FromSeconds((ticks - (_period / 128)) / (double)_time.TimestampFrequency), options.Beat, _time).TotalSeconds * _time.TimestampFrequency);
        var due = TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling(ticks * 1000.0 / _time.TimestampFrequency)));
        _timer ??= CreateTimer();
        _timer.Change(due, Timeout.InfiniteTimeSpan);
    }

    /// <remarks>Without the execution context of whoever happened to open the first channel.</remarks>
    private ITimer CreateTimer()
    {
        using var flow = ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow();
        return _time.CreateTimer(static state => ((ChannelTable)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private void OnTimer()
    {
        List<Channel> alive = [];
        List<Channel> lost = [];
        lock (_gate)
        {
            if (_closed is not null)
                return;
            var now = _time.GetTimestamp();
            // A timer may fire a little early; what is that close is due.
            var soon = now + (_period / 64);
            while (_order.First is { } first && first.Value.NextTick <= soon)
                (Tick(first.Value, now) ? alive : lost).Add(first.Value);

            _armed = false;
            if (_order.First is { } next)
                Arm(next.Value.NextTick - now);
        }

        foreach (var channel in lost)
            channel.OnLost(new LostRemoteException($"{remote} sent no heartbeat for {2 * options.Heartbeat.TotalSeconds:0.###} s"));
        foreach (var channel in alive)
            sendHeartbeat(channel);
    }

    /// <summary>One round of the loop in section 5; false when the peer has been silent for two periods.</summary>
    private bool Tick(Channel channel, long now)
    {
        _order.Remove(channel.Node);
        channel.LastHeartbeat ??= now;
        if (now - channel.LastHeartbeat >= (2 * _period) - (_period / 64))
        {
            _channels.Remove(channel.Id);
            return false;
        }

        channel.NextTick = now + _period;
        _order.AddLast(channel.Node);
        return true;
    }
}
