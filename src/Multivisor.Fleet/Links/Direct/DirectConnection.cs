using System.Collections.Immutable;
using System.Threading.Channels;
using Multivisor.Fleet.Logs;
using Multivisor.Supervisord;

namespace Multivisor.Fleet.Links.Direct;

/// <summary>
/// Calls to one supervisord, which is one thread: one read and one action at most are on their way, each on a connection of its own,
/// so that neither waits for the other here.
/// </summary>
/// <param name="shown">What an operator knows the place by.</param>
/// <param name="carrier">What the connections go through, if it must be disposed with them.</param>
internal sealed class DirectConnection(
    SupervisordUrl url, string shown, SupervisordClientOptions options, IAsyncDisposable? carrier, bool isProtected, TimeProvider time) : ISupervisorConnection
{
    private static readonly SupervisordCall[] StateCalls =
    [
        new("supervisor.getAllProcessInfo"), new("supervisor.getPID"), new("supervisor.getIdentification"), new("supervisor.getAPIVersion"),
        new("supervisor.getSupervisorVersion"),
    ];

    /// <summary>Hints say the same again and again, so those that find no room are not missed.</summary>
    private const int MaxPending = 64;

    private readonly Channel<LinkChange> _changes = Channel.CreateBounded<LinkChange>(
        new BoundedChannelOptions(MaxPending) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private readonly SupervisordClient _reads = new(url, options);
    private readonly SupervisordClient _actions = new(url, options);
    private int _disposed;

    public AgentInfo Agent { get; } = new(AgentInfo.Supervisord, null, null, []);

    public bool? IsProtected { get; } = isProtected;

    public bool IsPolled => true;

    public ILogSource Logs => field ??= new HttpLogSource(_reads, time);

    /// <summary>Hints that it is time to look, from supervisord's own log; and what we have brought about ourselves.</summary>
    public async Task FollowAsync(Action<LinkChange> onChange, CancellationToken cancellationToken)
    {
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watch = WatchAsync(leaving.Token);
        try
        {
            await foreach (var change in _changes.Reader.ReadAllAsync(cancellationToken))
                onChange(change);
        }
        finally
        {
            await leaving.CancelAsync();
            await watch;
        }
    }

    public Task<long> ReadPidAsync(CancellationToken cancellationToken) => ReadAsync(c => c.GetPidAsync(cancellationToken));

    public async Task<SupervisorIdentity> ReadIdentityAsync(CancellationToken cancellationToken) =>
        (await ReadStateAsync(null, cancellationToken)).Identity;

    public async Task<ImmutableArray<ProcessInfo>> ReadProcessesAsync(CancellationToken cancellationToken) =>
        (await ReadStateAsync(null, cancellationToken)).Processes;

    public async Task<(SupervisorIdentity Identity, ImmutableArray<ProcessInfo> Processes)> ReadStateAsync(
        SupervisorIdentity? known, CancellationToken cancellationToken)
    {
        var results = await ReadAsync(async client =>
        {
            var parts = await client.MulticallAsync(StateCalls, cancellationToken);
            return parts.FirstOrDefault(part => part.Fault is not null)?.Fault is { } fault ? throw fault : parts;
        });
        try
        {
            return results.Count == StateCalls.Length
                ? (new SupervisorIdentity(Number(1), Text(2), Text(3), Text(4)), [.. ProcessInfo.ReadList(results[0].Value)])
                : throw new FormatException($"{results.Count} results for {StateCalls.Length} calls");
        }
        catch (FormatException e)
        {
            throw new LinkException($"what answers at {shown} is not a supervisord ({e.Message})", e);
        }

        long Number(int index) => results[index].Value.TryGetInt64(out var number) ? number : throw new FormatException("not a number");

        string Text(int index) => results[index].Value.TryGetString(out var text) ? text : throw new FormatException("not a text");
    }

    public Task<ProcessInfo> ReadProcessAsync(string @namespec, CancellationToken cancellationToken) =>
        ReadAsync(c => c.GetProcessInfoAsync(@namespec, cancellationToken));

    public Task StartProcessAsync(string @namespec, CancellationToken cancellationToken) =>
        ActAsync(c => c.StartProcessAsync(@namespec, wait: false, cancellationToken));

    public Task StopProcessAsync(string @namespec, CancellationToken cancellationToken) =>
        ActAsync(c => c.StopProcessAsync(@namespec, wait: false, cancellationToken));

    public Task SignalProcessAsync(string @namespec, string signal, CancellationToken cancellationToken) =>
        ActAsync(c => c.SignalProcessAsync(@namespec, signal, cancellationToken));

    public Task SendStdinAsync(string @namespec, string text, CancellationToken cancellationToken) =>
        ActAsync(c => c.SendProcessStdinAsync(@namespec, text, cancellationToken));

    public async Task<ImmutableArray<ProcessStatus>> StartGroupAsync(string group, CancellationToken cancellationToken) =>
        [.. await ActAsync(c => c.StartProcessGroupAsync(group, wait: false, cancellationToken))];

    public async Task<ImmutableArray<ProcessStatus>> StopGroupAsync(string group, CancellationToken cancellationToken) =>
        [.. await ActAsync(c => c.StopProcessGroupAsync(group, wait: false, cancellationToken))];

    public Task AddGroupAsync(string group, CancellationToken cancellationToken) => ActAsync(c => c.AddProcessGroupAsync(group, cancellationToken));

    public Task RemoveGroupAsync(string group, CancellationToken cancellationToken) => ActAsync(c => c.RemoveProcessGroupAsync(group, cancellationToken));

    public async Task<ConfigurationChanges> ReloadConfigurationAsync(CancellationToken cancellationToken)
    {
        var changes = await ActAsync(c => c.ReloadConfigAsync(cancellationToken));
        return new ConfigurationChanges([.. changes.Added], [.. changes.Changed], [.. changes.Removed]);
    }

    public Task RestartAsync(CancellationToken cancellationToken) => StopAllAsync(c => c.RestartAsync(cancellationToken));

    public Task ShutdownAsync(CancellationToken cancellationToken) => StopAllAsync(c => c.ShutdownAsync(cancellationToken));

    public Task ClearLogsAsync(string @namespec, CancellationToken cancellationToken) => ActAsync(c => c.ClearProcessLogsAsync(@namespec, cancellationToken));

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await _reads.DisposeAsync();
        await _actions.DisposeAsync();
        if (carrier is not null)
            await carrier.DisposeAsync();
    }

    private async Task<T> ReadAsync<T>(Func<SupervisordClient, Task<T>> call)
    {
        try
        {
            return await DirectErrors.OrLinkErrorAsync(url.ToString(), shown, () => call(_reads));
        }
        catch (SupervisordFaultException e) when (e.Fault == SupervisordFault.UnknownMethod)
        {
            // What is read here every supervisord knows since 3.0; an action may be newer than it, and its fault is the answer.
            throw new LinkException(
                $"supervisord at {shown} does not know what it is asked: [rpcinterface:supervisor] is missing in its configuration, or it is older than 3.0 (see docs/troubleshooting.md)", e);
        }
    }

    private Task<T> ActAsync<T>(Func<SupervisordClient, Task<T>> call) => DirectErrors.OrLinkErrorAsync(url.ToString(), shown, () => call(_actions));

    /// <summary>It may be back before anybody looks, so that it was gone is told here.</summary>
    private async Task StopAllAsync(Func<SupervisordClient, Task> call)
    {
        await ActAsync(call);
        _changes.Writer.TryWrite(new LinkChange.Stopping());
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var hint in new MainLogWatch(_reads, time).HintsAsync(cancellationToken))
                _changes.Writer.TryWrite(hint);
        }
        catch (OperationCanceledException)
        {
            // Nobody reads them any more.
        }
    }

    private Task ActAsync(Func<SupervisordClient, Task> call) => ActAsync(async client =>
    {
        await call(client);
        return true;
    });
}
