using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Multivisor.Fleet.Configuration;
using Multivisor.Fleet.Discovery;
using Multivisor.Fleet.Feed;
using Multivisor.Fleet.History;
using Multivisor.Fleet.Links;
using Multivisor.Fleet.Logs;
using Multivisor.Fleet.Operations;
using Multivisor.Fleet.Supervisors;

namespace Multivisor.Fleet;

/// <summary>All supervisors of a configuration, alive: their state, the feed of changes, the actions.</summary>
/// <remarks>Thread-safe. Readers never lock.</remarks>
public sealed class SupervisorFleet : IAsyncDisposable
{
    /// <summary>How long a refresh of everything waits for the slowest supervisor; the others are served meanwhile.</summary>
    private static readonly TimeSpan RefreshLimit = TimeSpan.FromSeconds(5);

    private readonly FleetOptions _options;
    private readonly LinkSlots _slots;
    private readonly HistoryBudget _history = new(HistoryBudget.Default);
    private readonly Func<SupervisorDefinition, ISupervisorLink> _link;
    private readonly ILoggerFactory _loggers;
    private readonly SemaphoreSlim _configuring = new(1);
    private readonly CancellationTokenSource _stopping = new();
    private volatile Roster _roster = Roster.Of([]);
    private readonly LogFollowers _logs = new();
    private readonly Discoveries _discoveries;
    private MultivisorConfig _config = MultivisorConfig.Empty;
    private int _disposed;

    public SupervisorFleet(ILoggerFactory loggers, FleetOptions? options = null)
        : this(loggers, options ??= new FleetOptions(), new LinkFactory(options, loggers).Create)
    {
    }

    internal SupervisorFleet(ILoggerFactory loggers, FleetOptions options, Func<SupervisorDefinition, ISupervisorLink> link)
    {
        _options = options;
        _slots = new LinkSlots(options.MaxLinks);
        _link = link;
        _loggers = loggers;
        Feed = new FleetFeed(_options.Time);
        _discoveries = new Discoveries(OnDiscoveredAsync, _options.Time, loggers.CreateLogger("multivisor"));
        Operations = new FleetOperations(this, Feed, _options, _stopping.Token);
    }

    public FleetFeed Feed { get; }

    public FleetOperations Operations { get; }

    /// <summary>In the order of the configuration.</summary>
    public ImmutableArray<Supervisor> Supervisors => _roster.InOrder;

    /// <summary>True when each supervisor has either been read once or found unreachable.</summary>
    public bool IsReady => _roster.InOrder.All(s => s.FirstAttempt.IsCompleted);

    public bool TryGet(string supervisor, [NotNullWhen(true)] out Supervisor? found) =>
        _roster.ByName.TryGetValue(supervisor, out found);

    /// <summary>
    /// Brings the fleet to a configuration: unchanged supervisors keep their connection, removed ones are closed, new
    /// ones connect. Does not wait for hosts.
    /// </summary>
    public async Task ApplyAsync(MultivisorConfig config)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        await _configuring.WaitAsync(_stopping.Token);
        try
        {
            _config = config;
            await _discoveries.ApplyAsync(config.Discoveries, _stopping.Token);
            await ApplyRosterAsync();
        }
        finally
        {
            _configuring.Release();
        }
    }

    /// <summary>A list of supervisors is another one than before.</summary>
    /// <param name="unwanted">Cancelled by who ends that loop, and may hold the lock while it waits for the loop's end.</param>
    private async Task OnDiscoveredAsync(DiscoveryConfig discovery, ImmutableArray<SupervisorConfig> found, CancellationToken unwanted)
    {
        await _configuring.WaitAsync(unwanted);
        try
        {
            if (_discoveries.Put(discovery, found))
                await ApplyRosterAsync();
        }
        finally
        {
            _configuring.Release();
        }
    }

    private async Task ApplyRosterAsync()
    {
        var wanted = _discoveries.With(_config.Supervisors).Select(SupervisorDefinition.Of).ToHashSet();
        var old = _roster.InOrder;
        var kept = old.Where(s => wanted.Contains(s.Definition)).ToDictionary(s => s.Name, StringComparer.Ordinal);
        _roster = Roster.Of([.. wanted.Select(d => kept.TryGetValue(d.Name, out var supervisor) ? supervisor : Create(d))]);
        // The old ones first: one that is still alive after the resync, or beside its successor of the same name, would
        // publish what no longer is.
        await Task.WhenAll(old.Where(s => !kept.ContainsKey(s.Name)).Select(s => s.DisposeAsync().AsTask()));
        if (!old.IsEmpty)
            Feed.Publish(new FleetChange.Resync("the configuration was read again"));
        foreach (var added in _roster.InOrder.Where(s => !kept.ContainsKey(s.Name)))
            added.Start();
    }

    /// <summary>
    /// Reads the full state of every connected supervisor now. Waits for the slowest, but no longer than five seconds;
    /// those that are not connected are not waited for at all.
    /// </summary>
    public Task RefreshAsync(CancellationToken cancellationToken) => RefreshAsync(Supervisors, cancellationToken);

    /// <summary>The same for some of them.</summary>
    public async Task RefreshAsync(IEnumerable<Supervisor> supervisors, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(RefreshLimit, _options.Time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        await Task.WhenAll(supervisors.Where(s => s.Snapshot.IsRunning).Select(RefreshOneAsync));
        cancellationToken.ThrowIfCancellationRequested();

        async Task RefreshOneAsync(Supervisor supervisor)
        {
            try
            {
                await supervisor.RefreshAsync(limit.Token);
            }
            catch (Exception e) when (e is LinkException or Supervisord.SupervisordFaultException or OperationCanceledException)
            {
                // Its own loop marks it; the caller gets what is known.
            }
        }
    }

    /// <summary>Looks at a log as it grows. However many look at one log, it is read once.</summary>
    /// <exception cref="LinkException">The supervisor is not connected.</exception>
    public LogViewer OpenLog(Supervisor supervisor, LogTarget target, LogStart start) => _logs.Open(supervisor, target, start);

    /// <summary>Logs that are being followed now.</summary>
    public int FollowedLogs => _logs.Count;

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await _stopping.CancelAsync();
        // A configuration that is just being applied must not start supervisors behind our back.
        await _configuring.WaitAsync(CancellationToken.None);
        await _discoveries.DisposeAsync();
        await Task.WhenAll(_roster.InOrder.Select(s => s.DisposeAsync().AsTask()));
        Feed.End();
        _stopping.Dispose();
    }

    private Supervisor Create(SupervisorDefinition definition) => new(
        definition,
        _link(definition),
        _slots,
        _history,
        Feed,
        _options,
        _loggers.CreateLogger($"multivisor.{definition.Name}"));

    private sealed record Roster(ImmutableArray<Supervisor> InOrder, ImmutableDictionary<string, Supervisor> ByName)
    {
        public static Roster Of(ImmutableArray<Supervisor> supervisors) =>
            new(supervisors, supervisors.ToImmutableDictionary(s => s.Name, StringComparer.Ordinal));
    }
}
