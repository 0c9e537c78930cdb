using Microsoft.Extensions.Logging;
using Multivisor.Fleet.Feed;
using Multivisor.Fleet.History;
using Multivisor.Fleet.Links;
using Multivisor.Fleet.Logs;
using Multivisor.Fleet.Model;
using Multivisor.Supervisord;
using Multivisor.ZeroRpc;

namespace Multivisor.Fleet.Supervisors;

/// <summary>
/// One supervisor of the configuration and the loop that owns its state: connect, subscribe, read the full state,
/// follow, and on loss mark stale, wait, again.
/// </summary>
/// <remarks>
/// The loop is the only writer of <see cref="Snapshot"/>; anybody may read it at any time without a lock.
/// </remarks>
public sealed partial class Supervisor : IAsyncDisposable
{
    private static readonly TimeSpan LongPause = TimeSpan.FromSeconds(1);

    private readonly ISupervisorLink _link;
    private readonly FleetOptions _options;
    private readonly ILogger _logger;
    private readonly SupervisorState _state;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _firstAttempt = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _requests;
    private readonly LinkSlots _slots;
    private readonly FleetFeed _feed;
    private volatile Session? _session;
    private Task _loop = Task.CompletedTask;
    private int _disposed;

    internal Supervisor(
        SupervisorDefinition definition, ISupervisorLink link, LinkSlots slots, HistoryBudget history, FleetFeed feed, FleetOptions options,
        ILogger logger)
    {
        _slots = slots;
        _feed = feed;
        Definition = definition;
        _link = link;
        _options = options;
        _logger = logger;
        _requests = new SemaphoreSlim(options.RequestsPerSupervisor);
        _state = new SupervisorState(definition, link.Address, feed, options.Time, history);
    }

    public string Name => Definition.Name;

    /// <summary>The current truth; stale while its <see cref="SupervisorSnapshot.IsRunning"/> is false.</summary>
    public SupervisorSnapshot Snapshot => _state.Snapshot;

    /// <summary>Completes when the first full state was read, or the first attempt to reach it failed.</summary>
    public Task FirstAttempt => _firstAttempt.Task;

    /// <summary>The agent's own process, which no pattern may stop: through it the host is reached. Null if there is none.</summary>
    public string? AgentNamespec => Snapshot.AgentNamespec;

    /// <summary>What a process went through since the server started, oldest first; the last one is the present state.</summary>
    public IReadOnlyList<HistoryEntry> HistoryOf(ProcessSnapshot process) => _state.History.Of(process);

    internal SupervisorDefinition Definition { get; }

    internal string Address => _link.Address;

    internal SupervisorState State => _state;

    internal void Start() => _loop = Task.Run(RunAsync);

    /// <summary>Reads the full state now and returns when it is in the model.</summary>
    /// <exception cref="LinkException">Not connected, or no answer.</exception>
    /// <exception cref="SupervisordFaultException">supervisord refuses, for example because it is shutting down.</exception>
    public Task RefreshAsync(CancellationToken cancellationToken) => Connected().RefreshAsync(cancellationToken);

    /// <summary>Reads one process now and returns when it is in the model.</summary>
    /// <inheritdoc cref="RefreshAsync" path="/exception"/>
    public async Task RefreshProcessAsync(string @namespec, CancellationToken cancellationToken)
    {
        var session = Connected();
        var before = Snapshot.Processes.TryGet(@namespec, out var process) ? process : null;
        var info = await session.ReadAsync(c => c.ReadProcessAsync(@namespec, session.Lost), cancellationToken);
        await session.PostProcessAsync(info, before, cancellationToken);
    }

    /// <summary>Reads the states of all processes now, for one that waits for a state; all that wait share one read.</summary>
    /// <inheritdoc cref="RefreshAsync" path="/exception"/>
    internal Task RefreshStatesAsync(CancellationToken cancellationToken) => Connected().RefreshAsync(cancellationToken, withIdentity: false);

    /// <summary>Runs one request of an action; at most <see cref="FleetOptions.RequestsPerSupervisor"/> are in flight.</summary>
    /// <inheritdoc cref="RefreshAsync" path="/exception"/>
    internal async Task<T> RequestAsync<T>(
        Func<ISupervisorConnection, CancellationToken, Task<T>> request, CancellationToken cancellationToken)
    {
        await _requests.WaitAsync(cancellationToken);
        try
        {
            // Only now: the wait for a place may have outlived the connection of before.
            var session = Connected();
            var answer = await request(session.Connection, cancellationToken);
            session.ExpectChange();
            return answer;
        }
        finally
        {
            _requests.Release();
        }
    }

    internal Task RequestAsync(Func<ISupervisorConnection, CancellationToken, Task> request, CancellationToken cancellationToken) =>
        RequestAsync(
            async (connection, token) =>
            {
                await request(connection, token);
                return true;
            },
            cancellationToken);

    /// <summary>The best way to read logs that this host offers now.</summary>
    /// <exception cref="LinkException">Not connected.</exception>
    public ILogSource Logs => Connected().Connection.Logs;

    /// <summary>Makes supervisord clear both logs of a process; it does nothing for one that does not run.</summary>
    /// <inheritdoc cref="RefreshAsync" path="/exception"/>
    public Task ClearLogsAsync(string @namespec, CancellationToken cancellationToken) =>
        RequestAsync((connection, token) => connection.ClearLogsAsync(@namespec, token), cancellationToken);

    /// <summary>Closes the connection. Nothing is published afterwards; requests in flight fail.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            await _loop;
            return;
        }

        // The semaphore is left to the collector: an action may still wait for a place, and must be woken to learn of the end.
        await _stopping.CancelAsync();
        await _loop;
        _state.History.Clear();
        _stopping.Dispose();
    }

    private Session Connected() =>
        _session ?? throw new LinkException(Snapshot.Link.Error ?? $"{Name}: not connected to {_link.Address}");

    private async Task RunAsync()
    {
        var backoff = new Backoff(Random.Shared);
        var stopping = _stopping.Token;
        while (!stopping.IsCancellationRequested)
        {
            var restarting = false;
            string? error = null;
            _state.MarkAttempt();
            try
            {
                await FollowOnceAsync(backoff, stopping);
            }
            catch (Exception) when (stopping.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e)
            {
                // Whatever happened with this host, the loop goes on: it is the only one who will ever bring it back.
                restarting = Snapshot.Link.State == LinkState.Stopping;
                error = Describe(e);
                FleetMetrics.Reconnects.Add(1);
            }

            var pause = backoff.Next(restarting || _state.IsRestartExpected);
            // A thousand dead hosts are tried together, four times a second, and do not wake the processor for each.
            if (pause >= LongPause)
                pause = Beats.Join(pause, _options.Beat, _options.Time);
            if (error is not null && _state.MarkLost(error, _options.Time.GetUtcNow() + pause))
                LogLost(error);

            _firstAttempt.TrySetResult();
            try
            {
                await Task.Delay(pause, _options.Time, stopping);
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }

        _firstAttempt.TrySetResult();
    }

    private async Task FollowOnceAsync(Backoff backoff, CancellationToken stopping)
    {
        using var slot = _slots.Take(_link.Descriptors);
        await using var connection = await _link.ConnectAsync(stopping);
        await using var session = new Session(connection, _state, _feed, _options, stopping);
        var connected = _options.Time.GetTimestamp();
        try
        {
            // Who sees the supervisor running may act on it at once: the session is there before the state says so.
            await session.ReadFirstAsync(() => _session = session);
            LogConnected(_link.Address, connection.Agent.Program, connection.Agent.Version ?? "");
            _firstAttempt.TrySetResult();
            await session.FollowAsync();
        }
        finally
        {
            if (_session is not null && _options.Time.GetElapsedTime(connected) >= Backoff.Stable)
                backoff.Reset();
            _session = null;
        }
    }

    private string Describe(Exception error) => error switch
    {
        LinkException when error.Message.Contains(_link.Address, StringComparison.Ordinal) => $"{Name}: {error.Message}",
        LinkException => $"{Name} ({_link.Address}): {error.Message}",
        SupervisordFaultException { Fault: SupervisordFault.ShutdownState } =>
            $"{Name}: supervisord at {_link.Address} is shutting down or restarting; it is looked for until it is back",
        SupervisordFaultException fault =>
            $"{Name}: supervisord at {_link.Address} refuses to tell its state: {fault.Code} {fault.Message}; see its log there",
        _ => $"{Name} ({_link.Address}): {error.GetType().Name}: {error.Message}",
    };

    [LoggerMessage(1, LogLevel.Information, "connected to {Address} ({Program} {Version})")]
    private partial void LogConnected(string address, string program, string version);

    [LoggerMessage(2, LogLevel.Warning, "{Error}")]
    private partial void LogLost(string error);
}
