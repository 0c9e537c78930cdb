using System.Threading.Channels;
using Multivisor.Supervisord.Events;
using Multivisor.Supervisord.XmlRpc;

namespace Multivisor.Agent.Events;

/// <summary>
/// From acknowledged events to items of the stream. One loop does everything in order, over one connection, so no subscriber ever gets an
/// older look at a process after a newer one. While nobody subscribes it asks nothing of supervisord.
/// </summary>
/// <remarks>
/// <see cref="Post"/>, <see cref="NoteLoss"/>, <see cref="CheckNow"/> and <see cref="WaitForStartAsync"/> may be called from anywhere.
/// </remarks>
internal sealed class EventPipeline
{
    private const string LogName = "events";
    private const int MaxQueue = 10_000;
    private const int MaxBatch = 1000;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(2);
    private static readonly ListenerEvent Wake = new() { Header = [], Payload = "" };

    private readonly Channel<ListenerEvent> _queue = Channel.CreateBounded<ListenerEvent>(new BoundedChannelOptions(MaxQueue) { SingleReader = true });
    private readonly ProcessLooks _looks;
    private readonly Subscribers _subscribers;
    private readonly CheckSchedule _schedule;
    private readonly EventTeller _teller;
    private readonly AgentLog _log;
    private readonly TimeProvider _time;
    private TaskCompletionSource _started = NewStart();
    private bool _startFailed;
    private int _lossNoted;
    private int _checkAsked;

    /// <param name="pool">Name of our event listener group, for items of our own making.</param>
    public EventPipeline(ProcessLooks looks, Subscribers subscribers, string pool, AgentLog log, TimeProvider time)
    {
        _looks = looks;
        _subscribers = subscribers;
        _schedule = new CheckSchedule(time);
        _teller = new EventTeller(looks, subscribers, _schedule, pool, log, time);
        _log = log;
        _time = time;
        looks.Silent = _teller.TellSilence;
    }

    public void Post(ListenerEvent received)
    {
        if (!_queue.Writer.TryWrite(received))
            NoteLoss();
    }

    /// <summary>Events are missing: look at everything soon.</summary>
    public void NoteLoss()
    {
        Volatile.Write(ref _lossNoted, 1);
        _queue.Writer.TryWrite(Wake);
    }

    /// <summary>Look at everything now.</summary>
    public void CheckNow()
    {
        Volatile.Write(ref _checkAsked, 1);
        _queue.Writer.TryWrite(Wake);
    }

    /// <summary>
    /// Completes when the states are known against which later losses are repaired; after 2 s in any case. A new subscriber waits for
    /// it: what it reads then is no older than what we compare with.
    /// </summary>
    public async Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        _queue.Writer.TryWrite(Wake);
        try
        {
            await Volatile.Read(ref _started).Task.WaitAsync(StartLimit, _time, cancellationToken);
        }
        catch (TimeoutException)
        {
            _log.Warn(LogName, $"supervisord at {_looks.Url} does not tell its processes; events go out, lost ones are repaired when it answers");
        }
    }

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var batch = new List<ListenerEvent>();
        while (!cancellationToken.IsCancellationRequested)
        {
            await WaitAsync(cancellationToken);
            batch.Clear();
            Drain(batch);
            if (_subscribers.IsEmpty)
            {
                Forget();
                continue;
            }

            try
            {
                await HandleAsync(batch, cancellationToken);
            }
            catch (Exception unexpected) when (unexpected is not OperationCanceledException)
            {
                // Whatever an answer of supervisord may hold, events must go on; the next look repairs.
                _log.Error(LogName, $"events could not be handled, all states are read again: {unexpected}");
                _schedule.NoteLoss();
                _schedule.Failed();
            }
        }
    }

    private async Task HandleAsync(List<ListenerEvent> batch, CancellationToken cancellationToken)
    {
        XmlRpcValue? all = null;
        if (!_teller.HasStarted && (!_startFailed || _schedule.Remaining == TimeSpan.Zero))
            all = await StartAsync(cancellationToken);
        if (all is null && batch.Count(EventTeller.NeedsProcess) > 1)
        {
            await _looks.PauseAsync(cancellationToken);
            Drain(batch);
            all = await _looks.AllAsync(cancellationToken);
        }

        foreach (var received in batch)
            all = await _teller.ForwardAsync(received, all, cancellationToken);
        if (_schedule.Remaining == TimeSpan.Zero)
            await _teller.CheckAsync(all, cancellationToken);
    }

    private async Task<XmlRpcValue?> StartAsync(CancellationToken cancellationToken)
    {
        var all = await _teller.StartAsync(cancellationToken);
        _startFailed = all is null;
        if (!_startFailed)
            Volatile.Read(ref _started).TrySetResult();
        return all;
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        var limit = _subscribers.IsEmpty ? Timeout.InfiniteTimeSpan : _schedule.Remaining;
        if (limit == TimeSpan.Zero || _queue.Reader.Count > 0)
            return;
        using var due = new CancellationTokenSource(limit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(due.Token, cancellationToken);
        try
        {
            await _queue.Reader.WaitToReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The check is due.
        }
    }

    private void Drain(List<ListenerEvent> batch)
    {
        while (batch.Count < MaxBatch && _queue.Reader.TryRead(out var received))
        {
            if (ReferenceEquals(received, Wake))
                continue;
            batch.Add(received);
            _schedule.NoteEvent();
        }

        if (Interlocked.Exchange(ref _lossNoted, 0) != 0)
            _schedule.NoteLoss();
        if (Interlocked.Exchange(ref _checkAsked, 0) != 0)
            _schedule.Now();
    }

    private void Forget()
    {
        if (!_teller.HasStarted)
            return;
        _teller.Forget();
        Volatile.Write(ref _started, NewStart());
    }

    private static TaskCompletionSource NewStart() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
