using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Multivisor.Fleet.Logs;
using Multivisor.Supervisord;

namespace Multivisor.Fleet.Links;

/// <summary>
/// A connection that changes over to a better way when one appears, and to another one when its own is lost, without being lost itself.
/// </summary>
internal sealed partial class StandbyConnection : ISupervisorConnection
{
    /// <summary>How often better ways are tried.</summary>
    public static readonly TimeSpan LookPeriod = TimeSpan.FromSeconds(10);

    /// <summary>A read that failed waits so long for another way to be found.</summary>
    private static readonly TimeSpan ChangeOverLimit = TimeSpan.FromSeconds(5);

    private readonly IReadOnlyList<ISupervisorLink> _candidates;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _closing = new();
    private volatile Way _way;

    public StandbyConnection(IReadOnlyList<ISupervisorLink> candidates, int serving, ISupervisorConnection connection, TimeProvider time, ILogger logger)
    {
        _candidates = candidates;
        _time = time;
        _logger = logger;
        _way = new Way(serving, connection);
    }

    public AgentInfo Agent => _way.Connection.Agent;

    public string? Address => _way.Connection.Address ?? _candidates[_way.Index].Address;

    public bool? IsProtected => _way.Connection.IsProtected;

    public bool IsPolled => _way.Connection.IsPolled;

    public ILogSource Logs => _way.Connection.Logs;

    public async Task FollowAsync(Action<LinkChange> onChange, CancellationToken cancellationToken)
    {
        while (true)
        {
            var way = _way;
            using var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
            var better = LookForBetterAsync(way, leaving.Token);
            var following = FollowAsync(way, onChange, leaving.Token);
            await Task.WhenAny(following, better);
            var found = better.IsCompleted ? await better : await ReplaceAsync(way, await following, leaving.Token);
            await leaving.CancelAsync();
            await LeaveAsync(way, following, found == null ? better : null);
            if (found is null)
                throw await following ?? new LinkException($"{Address} ended the stream of changes");
            _way = found;
            way.Left.TrySetResult();
            LogChangedOver(_candidates[way.Index].Address, _candidates[found.Index].Address);
            if (found.Connection.Agent.Namespec is { } agent)
                onChange(new LinkChange.AgentFound(agent));
            onChange(new LinkChange.Unknown($"reached by {_candidates[found.Index].Address} from now on"));
        }
    }

    public Task<long> ReadPidAsync(CancellationToken cancellationToken) => ReadAsync(c => c.ReadPidAsync(cancellationToken), cancellationToken);

    public Task<SupervisorIdentity> ReadIdentityAsync(CancellationToken cancellationToken) =>
        ReadAsync(c => c.ReadIdentityAsync(cancellationToken), cancellationToken);

    public Task<ImmutableArray<ProcessInfo>> ReadProcessesAsync(CancellationToken cancellationToken) =>
        ReadAsync(c => c.ReadProcessesAsync(cancellationToken), cancellationToken);

    public Task<(SupervisorIdentity Identity, ImmutableArray<ProcessInfo> Processes)> ReadStateAsync(SupervisorIdentity? known, CancellationToken cancellationToken) =>
        ReadAsync(c => c.ReadStateAsync(known, cancellationToken), cancellationToken);

    public Task<ProcessInfo> ReadProcessAsync(string @namespec, CancellationToken cancellationToken) =>
        ReadAsync(c => c.ReadProcessAsync(@namespec, cancellationToken), cancellationToken);

    public Task StartProcessAsync(string @namespec, CancellationToken cancellationToken) => _way.Connection.StartProcessAsync(@namespec, cancellationToken);

    public Task StopProcessAsync(string @namespec, CancellationToken cancellationToken) => _way.Connection.StopProcessAsync(@namespec, cancellationToken);

    public Task SignalProcessAsync(string @namespec, string signal, CancellationToken cancellationToken) =>
        _way.Connection.SignalProcessAsync(@namespec, signal, cancellationToken);

    public Task SendStdinAsync(string @namespec, string text, CancellationToken cancellationToken) =>
        _way.Connection.SendStdinAsync(@namespec, text, cancellationToken);

    public Task<ImmutableArray<ProcessStatus>> StartGroupAsync(string group, CancellationToken cancellationToken) =>
        _way.Connection.StartGroupAsync(group, cancellationToken);

    public Task<ImmutableArray<ProcessStatus>> StopGroupAsync(string group, CancellationToken cancellationToken) =>
        _way.Connection.StopGroupAsync(group, cancellationToken);

    public Task AddGroupAsync(string group, CancellationToken cancellationToken) => _way.Connection.AddGroupAsync(group, cancellationToken);

    public Task RemoveGroupAsync(string group, CancellationToken cancellationToken) => _way.Connection.RemoveGroupAsync(group, cancellationToken);

    public Task<ConfigurationChanges> ReloadConfigurationAsync(CancellationToken cancellationToken) => _way.Connection.ReloadConfigurationAsync(cancellationToken);

    public Task RestartAsync(CancellationToken cancellationToken) => _way.Connection.RestartAsync(cancellationToken);

    public Task ShutdownAsync(CancellationToken cancellationToken) => _way.Connection.ShutdownAsync(cancellationToken);

    public Task ClearLogsAsync(string @namespec, CancellationToken cancellationToken) => _way.Connection.ClearLogsAsync(@namespec, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _way.Connection.DisposeAsync();
        _way.Left.TrySetResult();
    }

    /// <summary>A read may be asked again over the way that has taken the place of a lost one; an action never is.</summary>
    private async Task<T> ReadAsync<T>(Func<ISupervisorConnection, Task<T>> read, CancellationToken cancellationToken)
    {
        var way = _way;
        try
        {
            return await read(way.Connection);
        }
        catch (LinkException)
        {
            try
            {
                await way.Left.Task.WaitAsync(ChangeOverLimit, _time, cancellationToken);
            }
            catch (TimeoutException)
            {
                // Nothing took its place.
            }

            if (ReferenceEquals(way, _way) || _closing.IsCancellationRequested)
                throw;
            return await read(_way.Connection);
        }
    }

    /// <summary>Completes with a better way, when one answers; never, when there is none.</summary>
    private async Task<Way?> LookForBetterAsync(Way way, CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(way.Index == 0 ? Timeout.InfiniteTimeSpan : LookPeriod, _time, cancellationToken);
            for (var i = 0; i < way.Index; i++)
            {
                if (await TryAsync(i, cancellationToken) is { } better)
                    return better;
            }
        }
    }

    /// <summary>The best way that answers instead of a lost one.</summary>
    private async Task<Way?> ReplaceAsync(Way lost, Exception? error, CancellationToken cancellationToken)
    {
        if (error is not (null or LinkException))
            return null;
        for (var i = 0; i < _candidates.Count; i++)
        {
            if (i != lost.Index && await TryAsync(i, cancellationToken) is { } other)
                return other;
        }

        return null;
    }

    private async Task<Way?> TryAsync(int index, CancellationToken cancellationToken)
    {
        try
        {
            return new Way(index, await _candidates[index].ConnectAsync(cancellationToken));
        }
        catch (LinkException)
        {
            return null;
        }
    }

    /// <summary>Completes with what ended it; null when it ended in good order.</summary>
    private static async Task<Exception?> FollowAsync(Way way, Action<LinkChange> onChange, CancellationToken cancellationToken)
    {
        try
        {
            await way.Connection.FollowAsync(onChange, cancellationToken);
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }

    /// <summary>Closes a way that serves no more.</summary>
    /// <param name="search">A search whose find is not wanted any more; null when it was taken.</param>
    private static async Task LeaveAsync(Way way, Task<Exception?> following, Task<Way?>? search)
    {
        await way.Connection.DisposeAsync();
        await following;
        if (search is null)
            return;
        try
        {
            if (await search is { } unwanted)
                await unwanted.Connection.DisposeAsync();
        }
        catch (OperationCanceledException)
        {
            // As it should.
        }
    }

    [LoggerMessage(11, LogLevel.Information, "changed over from {Old} to {New}")]
    private partial void LogChangedOver(string old, string @new);

    private sealed class Way(int index, ISupervisorConnection connection)
    {
        public int Index { get; } = index;

        public ISupervisorConnection Connection { get; } = connection;

        /// <summary>Completes when another way serves instead.</summary>
        public TaskCompletionSource Left { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
