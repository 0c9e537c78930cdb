using Multivisor.Client.Live;
using Multivisor.Contract;

namespace Multivisor.Client;

/// <summary>
/// The state of a whole site that keeps itself true: everything is read once, then changes are applied as they come. After a loss it goes on behind
/// the last event, and reads everything again where the server cannot; meanwhile the last known state stays.
/// </summary>
/// <remarks>Its members may be used from any thread. <see cref="OnChange"/> is called on the one that follows, while nothing else is applied; it must not wait.</remarks>
public sealed class LiveSite : IAsyncDisposable
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private readonly MultivisorClient _client;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly SiteModel _model = new();
    private readonly CancellationTokenSource _end = new();
    private TaskCompletionSource _first = NewFirst();
    private Task _run = Task.CompletedTask;
    private string _lastId = "";
    private bool _needsAll = true;
    private volatile LiveStatus _status;

    /// <param name="client">Stays the caller's.</param>
    public LiveSite(MultivisorClient client, TimeProvider? time = null)
    {
        _client = client;
        _time = time ?? TimeProvider.System;
        _status = new LiveStatus(IsLive: false, _time.GetUtcNow(), "");
    }

    /// <summary>Told of every change, in order.</summary>
    public Action<LiveChange>? OnChange { get; init; }

    public LiveStatus Status => _status;

    public string Name => Under(model => model.Name);

    public SiteCounts Counts => Under(model => model.Counts);

    /// <summary>A copy of the list of all processes; those of lost supervisors are marked stale. In no order.</summary>
    public IReadOnlyList<ProcessJson> GetProcesses() => Under(model => model.Processes.Values.ToList());

    /// <summary>A copy of the list of all supervisors. Their processes are those of the last event about the supervisor.</summary>
    public IReadOnlyList<SupervisorJson> GetSupervisors() => Under(model => model.Supervisors.Values.ToList());

    public ProcessJson? FindProcess(string uid) => Under(model => model.Processes.GetValueOrDefault(uid));

    /// <summary>Begins to follow, and returns when the state was read for the first time.</summary>
    /// <exception cref="MultivisorException">That failed; nothing is tried again before the next call.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        if (_run.IsCompleted)
        {
            _first = NewFirst();
            _run = RunAsync(_end.Token);
        }

        await _first.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Reads everything again, for who does not trust what is shown.</summary>
    public async Task ReloadAsync(CancellationToken cancellationToken = default) => Apply((await _client.GetSiteAndEventIdAsync(cancellationToken)).Site);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _run;
        _end.Dispose();
    }

    private static TaskCompletionSource NewFirst() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task RunAsync(CancellationToken end)
    {
        var wait = FirstWait;
        while (!end.IsCancellationRequested)
        {
            try
            {
                await FollowAsync(() => wait = FirstWait, end);
                throw new MultivisorException(MultivisorProblem.Unreachable, $"{_client.Server}: the server closed the stream");
            }
            catch (OperationCanceledException) when (end.IsCancellationRequested)
            {
                break;
            }
            catch (MultivisorException e)
            {
                // Who asked for the first state is told that there is none; nobody asked for a second attempt.
                if (_first.TrySetException(e))
                    return;
                Tell(isLive: false, e.Message);
            }

            // Not all clients at once after a restart of the server.
            await Task.Delay(wait * (0.75 + (Random.Shared.NextDouble() / 2)), _time, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            wait = TimeSpan.FromTicks(Math.Min(wait.Ticks * 2, LongestWait.Ticks));
        }

        _first.TrySetCanceled(CancellationToken.None);
    }

    /// <summary>Opens the stream first and reads everything beside it, so that no change falls between them.</summary>
    private async Task FollowAsync(Action contact, CancellationToken end)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(end);
        var opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var events = _client.FollowEventsAsync(_needsAll ? null : _lastId, () => opened.TrySetResult(), over.Token).GetAsyncEnumerator(over.Token);
        var next = events.MoveNextAsync().AsTask();
        try
        {
            // A stream that cannot be opened fails with its first event.
            await Task.WhenAny(opened.Task, next);
            if (opened.Task.IsCompleted && _needsAll)
                await ReadAllAsync(over.Token);
            while (await next)
            {
                contact();
                if (events.Current is SiteEvent.Resync)
                    await ReadAllAsync(over.Token);
                else
                    Apply(events.Current);
                next = events.MoveNextAsync().AsTask();
            }
        }
        finally
        {
            await over.CancelAsync();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ReadAllAsync(CancellationToken end)
    {
        _needsAll = true;
        var (site, eventId) = await _client.GetSiteAndEventIdAsync(end);
        _lastId = eventId ?? "";
        _needsAll = false;
        Apply(site);
        Tell(isLive: true, "");
        _first.TrySetResult();
    }

    private void Apply(SiteJson site)
    {
        lock (_gate)
            _model.Apply(site, Raise);
    }

    private void Apply(SiteEvent happened)
    {
        if (!_status.IsLive)
            Tell(isLive: true, "");
        if (IsKnown(happened.Id))
            return;
        lock (_gate)
        {
            switch (happened)
            {
                case SiteEvent.ProcessChanged changed:
                    _model.Apply(changed.Process, Raise);
                    break;
                case SiteEvent.SupervisorChanged changed:
                    _model.Apply(changed.Supervisor, Raise);
                    break;
                case SiteEvent.Notification notification:
                    Raise(new LiveChange.Notification(notification.Value));
                    break;
            }
        }

        if (happened.Id.Length > 0)
            _lastId = happened.Id;
    }

    /// <summary>Its effect is in the state that was read, which may be newer than it.</summary>
    private bool IsKnown(string id) => long.TryParse(id, out var number) && long.TryParse(_lastId, out var last) && number <= last;

    private void Tell(bool isLive, string error)
    {
        if (_status.IsLive == isLive && _status.Error == error)
            return;
        var since = _status.IsLive == isLive ? _status.Since : _time.GetUtcNow();
        _status = new LiveStatus(isLive, since, error);
        Raise(new LiveChange.Connection(_status));
    }

    private void Raise(LiveChange change) => OnChange?.Invoke(change);

    private T Under<T>(Func<SiteModel, T> read)
    {
        lock (_gate)
            return read(_model);
    }
}
