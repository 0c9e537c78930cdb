namespace Multivisor.ZeroRpc.Zmtp;

/// <summary>
/// The bounded queue of messages that leave by one connection, and the loop that writes them.
/// </summary>
/// <remarks>
/// Thread-safe. There is no writing task and no buffer while nothing is to be sent. Several small messages that wait leave in
/// one write; a large one leaves in pieces, so that its progress can be seen. A peer that takes nothing for
/// <c>stallLimit</c> is lost: <c>onFailed</c> is called once, from any thread.
/// </remarks>
internal sealed class SendQueue(Stream stream, TimeProvider time, TimeSpan stallLimit, Action<Exception> onFailed)
{
    /// <summary>Octets (with overhead) that may wait in memory for one connection; a larger message goes when the queue is empty.</summary>
    public const int MaxLoad = 1024 * 1024;

    private readonly MessageWriter _writer = new(stream, time, stallLimit);
    private readonly Lock _gate = new();
    private readonly LinkedList<Outgoing> _queued = new();
    private readonly LinkedList<Outgoing> _waiting = new();
    private long _load;
    private bool _writing;
    private Exception? _failure;
    private TaskCompletionSource? _room;

    /// <summary>Queues a message that nobody waits for; it may stay outside the bound until it is let in or withdrawn.</summary>
    public void Post(Outgoing message) => _ = Enqueue(message, announce: false);

    /// <summary>Queues a message only if there is room: for heartbeats, which are worth nothing when they are late.</summary>
    public bool TryPost(Outgoing message)
    {
        lock (_gate)
        {
            if (_failure is not null || !HasRoom(message))
                return false;
            Admit(message);
            if (!TryBecomeWriter())
                return true;
        }

        _ = WriteLoopAsync();
        return true;
    }

    /// <summary>Completes when the message is in the queue (not yet: written).</summary>
    /// <exception cref="OperationCanceledException">Cancelled before that; the message is never written.</exception>
    /// <exception cref="LostRemoteException">The connection is lost.</exception>
    public Task SendAsync(Outgoing message, CancellationToken cancellationToken)
    {
        var admitted = Enqueue(message, announce: true);
        return admitted.IsCompleted ? admitted : WaitAsync(message, admitted, cancellationToken);
    }

    /// <summary>Completes when the queue has room again; a connection reads no further request before.</summary>
    public Task WaitForRoomAsync()
    {
        lock (_gate)
        {
            if (_failure is not null || (_load < MaxLoad && _waiting.Count == 0))
                return Task.CompletedTask;
            return (_room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>Takes a message back; false when it is being written or was.</summary>
    public bool Withdraw(Outgoing message)
    {
        lock (_gate)
        {
            if (message.Node is not { List: { } list } node)
                return false;
            list.Remove(node);
            message.Node = null;
            if (list == _queued)
                Release(message.Load);
            return true;
        }
    }

    /// <summary>Ends the queue: what waits is dropped, and later messages are refused.</summary>
    public void Fail(Exception failure)
    {
        List<TaskCompletionSource> waiters = [];
        lock (_gate)
        {
            if (_failure is not null)
                return;
            _failure = failure;
            foreach (var message in _waiting)
            {
                if (message.Admitted is { } admitted)
                    waiters.Add(admitted);
                message.Node = null;
            }

            foreach (var message in _queued)
                message.Node = null;
            _waiting.Clear();
            _queued.Clear();
            _room?.TrySetResult();
        }

        foreach (var waiter in waiters)
            waiter.TrySetException(failure);
    }

    private async Task WaitAsync(Outgoing message, Task admitted, CancellationToken cancellationToken)
    {
        try
        {
            await admitted.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Withdraw(message);
            throw;
        }
    }

    private Task Enqueue(Outgoing message, bool announce)
    {
        lock (_gate)
        {
            if (_failure is not null)
                return announce ? Task.FromException(_failure) : Task.CompletedTask;
            if (_waiting.Count > 0 || !HasRoom(message))
            {
                message.Node = _waiting.AddLast(message);
                if (!announce)
                    return Task.CompletedTask;
                message.Admitted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                return message.Admitted.Task;
            }

            Admit(message);
            if (!TryBecomeWriter())
                return Task.CompletedTask;
        }

        _ = WriteLoopAsync();
        return Task.CompletedTask;
    }

    private bool HasRoom(Outgoing message) => _load == 0 || _load + message.Load <= MaxLoad;

    private void Admit(Outgoing message)
    {
        _load += message.Load;
        message.Node = _queued.AddLast(message);
    }

    private bool TryBecomeWriter()
    {
        var idle = !_writing;
        _writing = true;
        return idle;
    }

    private void Release(long load)
    {
        _load -= load;
        while (_waiting.First is { } first && HasRoom(first.Value))
        {
            _waiting.RemoveFirst();
            Admit(first.Value);
            first.Value.Admitted?.TrySetResult();
        }

        if (_load < MaxLoad && _waiting.Count == 0)
        {
            _room?.TrySetResult();
            _room = null;
        }
    }

    private async Task WriteLoopAsync()
    {
        List<Outgoing> batch = [];
        try
        {
            while (TakeBatch(batch))
            {
                await _writer.WriteAsync(batch);
                // Whoever queued the first message writes that batch only; a reader must get back to reading.
                await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            }
        }
        catch (Exception e)
        {
            // Any failure of the stream means the same: the connection is gone.
            onFailed(e);
        }
    }

    /// <summary>Gives back the load of the last batch and takes the next; false ends the loop.</summary>
    private bool TakeBatch(List<Outgoing> batch)
    {
        lock (_gate)
        {
            var written = 0L;
            foreach (var message in batch)
                written += message.Load;
            batch.Clear();
            Release(written);

            var length = 0;
            while (_queued.First is { } first && (length == 0 || length + first.Value.Octets.Length <= MessageWriter.GatherLength))
            {
                _queued.RemoveFirst();
                first.Value.Node = null;
                length += first.Value.Octets.Length;
                batch.Add(first.Value);
            }

            _writing = batch.Count > 0;
            return _writing;
        }
    }
}
