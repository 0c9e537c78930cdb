using System.Collections.Immutable;
using System.Threading.Channels;
using Multivisor.Fleet.Links;
using Multivisor.Fleet.Logs;
using Multivisor.Supervisord;

namespace Multivisor.Fleet.Tests.Support;

/// <summary>The way to a <see cref="FakeSupervisord"/>.</summary>
internal sealed class FakeLink(FakeSupervisord supervisord) : ISupervisorLink
{
    public string Address => $"{supervisord.Name}:9002";

    public async Task<ISupervisorConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        return supervisord.Connect();
    }
}

internal sealed class FakeConnection(FakeSupervisord supervisord) : ISupervisorConnection, ILogCalls
{
    private readonly Channel<LinkChange> _changes = Channel.CreateUnbounded<LinkChange>();
    private readonly TaskCompletionSource<Exception> _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public AgentInfo Agent { get; } = supervisord.Agent;

    public long MaxOffset => long.MaxValue;

    public bool IsDisposed { get; private set; }

    public void Push(LinkChange change) => _changes.Writer.TryWrite(change);

    public void Lose(Exception reason)
    {
        _lost.TrySetResult(reason);
        _changes.Writer.TryComplete(reason);
    }

    /// <summary>The peer ended the stream in good order.</summary>
    public void End() => _changes.Writer.TryComplete();

    public async Task FollowAsync(Action<LinkChange> onChange, CancellationToken cancellationToken)
    {
        await foreach (var change in _changes.Reader.ReadAllAsync(cancellationToken))
            onChange(change);
    }

    public Task<long> ReadPidAsync(CancellationToken cancellationToken) => ReadAsync("getPID", "", () => supervisord.Identity.Pid);

    public Task<SupervisorIdentity> ReadIdentityAsync(CancellationToken cancellationToken) =>
        ReadAsync("identity", "", () => supervisord.Identity);

    public Task<ImmutableArray<ProcessInfo>> ReadProcessesAsync(CancellationToken cancellationToken) =>
        ReadAsync("getAllProcessInfo", "", supervisord.All);

    public Task<ProcessInfo> ReadProcessAsync(string @namespec, CancellationToken cancellationToken) =>
        ReadAsync("getProcessInfo", @namespec, () => supervisord.Get(@namespec));

    public Task StartProcessAsync(string @namespec, CancellationToken cancellationToken) =>
        ActAsync("startProcess", @namespec, () => supervisord.Start(@namespec));

    public Task StopProcessAsync(string @namespec, CancellationToken cancellationToken) =>
        ActAsync("stopProcess", @namespec, () => supervisord.Stop(@namespec));

    public Task SignalProcessAsync(string @namespec, string signal, CancellationToken cancellationToken) =>
        ActAsync("signalProcess", $"{@namespec} {signal}", () => supervisord.Get(@namespec).State.IsRunning()
            ? true
            : throw new SupervisordFaultException(70, $"NOT_RUNNING: {@namespec}"));

    public Task SendStdinAsync(string @namespec, string text, CancellationToken cancellationToken) =>
        ActAsync("sendProcessStdin", @namespec, () => supervisord.Get(@namespec));

    public Task<ImmutableArray<ProcessStatus>> StartGroupAsync(string group, CancellationToken cancellationToken) =>
        ActAsync("startProcessGroup", group, () => supervisord.OnGroup(group, running: false, supervisord.Start));

    public Task<ImmutableArray<ProcessStatus>> StopGroupAsync(string group, CancellationToken cancellationToken) =>
        ActAsync("stopProcessGroup", group, () => supervisord.OnGroup(group, running: true, supervisord.Stop));

    public Task AddGroupAsync(string group, CancellationToken cancellationToken) =>
        ActAsync("addProcessGroup", group, () => supervisord.AddGroup(group));

    public Task RemoveGroupAsync(string group, CancellationToken cancellationToken) =>
        ActAsync("removeProcessGroup", group, () => supervisord.RemoveGroup(group));

    public Task<ConfigurationChanges> ReloadConfigurationAsync(CancellationToken cancellationToken) =>
        ActAsync("reloadConfig", "", () => supervisord.Changes);

    public Task RestartAsync(CancellationToken cancellationToken) => ActAsync("restart", "", () => true);

    public Task ShutdownAsync(CancellationToken cancellationToken) => ActAsync("shutdown", "", () => true);

    public ILogSource Logs => field ??= new RpcLogSource(this, supervisord.Time);

    public Task ClearLogsAsync(string @namespec, CancellationToken cancellationToken) =>
        ActAsync("clearProcessLogs", @namespec, () => supervisord.Get(@namespec).State);

    public Task<LogTailChunk> TailLogAsync(LogTarget target, long offset, int length, CancellationToken cancellationToken) =>
        ReadAsync("tail", target.Namespec, () => supervisord.Log.Tail(offset, length));

    public Task<string?> ReadLogAsync(LogTarget target, long offset, int length, CancellationToken cancellationToken) =>
        ReadAsync("read", target.Namespec, () => supervisord.HasReadLog ? supervisord.Log.Read(offset, length) : null);

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        Lose(new LinkException("the client was closed"));
        supervisord.Forget(this);
        return ValueTask.CompletedTask;
    }

    private Task<T> ReadAsync<T>(string method, string argument, Func<T> run) => OrLostAsync(supervisord.CallAsync(method, argument, isAction: false, run));

    private Task<T> ActAsync<T>(string method, string argument, Func<T> run) => OrLostAsync(supervisord.CallAsync(method, argument, isAction: true, run));

    private async Task<T> OrLostAsync<T>(Task<T> call)
    {
        if (await Task.WhenAny(call, _lost.Task) == call)
            return await call;
        throw await _lost.Task;
    }
}
