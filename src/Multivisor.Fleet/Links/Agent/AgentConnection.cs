using System.Collections.Immutable;
using Multivisor.Fleet.Logs;
using Multivisor.Supervisord;
using Multivisor.ZeroRpc;

namespace Multivisor.Fleet.Links.Agent;

/// <summary>One zerorpc connection to an agent, subscribed to its events.</summary>
internal sealed class AgentConnection(ZeroRpcClient client, string address) : ISupervisorConnection
{
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(30);
    private readonly CancellationTokenSource _closing = new();
    private readonly RpcLogSource _textLogs = new(new AgentLogCalls(client, address), TimeProvider.System);
    private RpcStream? _events;

    public AgentInfo Agent { get; private set; } = new(AgentInfo.Original, null, null, []);

    /// <summary>Learns who answers and subscribes. Returns when the subscription is in force.</summary>
    public async Task SubscribeAsync(CancellationToken cancellationToken)
    {
        var announced = ReadAgentInfoAsync(cancellationToken);
        try
        {
            _events = client.OpenStream("event_stream", [], _closing.Token);
            // The first item says nothing; it proves that the subscription is in force (multivisor-agent.md section 3).
            if (!await _events.WaitAsync().AsTask().WaitAsync(ReadTimeout, cancellationToken) || !_events.TryTake(out _))
                throw new LinkException($"{address} ended the event stream at once; see the log of multivisor-rpc there");
        }
        catch (Exception e) when (AgentErrors.Translate(e, address) is { } translated)
        {
            throw translated;
        }

        Agent = await announced;
    }

    public async Task FollowAsync(Action<LinkChange> onChange, CancellationToken cancellationToken)
    {
        var events = _events ?? throw new InvalidOperationException("Subscribe first.");
        var reader = new AgentEventReader(Agent);
        using var cancelling = cancellationToken.UnsafeRegister(static me => ((AgentConnection)me!)._closing.Cancel(), this);
        try
        {
            await events.FollowAsync(item => reader.Read(item, onChange));
        }
        catch (Exception e) when (AgentErrors.Translate(e, address) is { } translated)
        {
            throw translated;
        }
    }

    public async Task<long> ReadPidAsync(CancellationToken cancellationToken) =>
        AgentWire.Integer(await CallAsync("getPID", [], cancellationToken));

    public async Task<SupervisorIdentity> ReadIdentityAsync(CancellationToken cancellationToken)
    {
        var pid = CallAsync("getPID", [], cancellationToken);
        var identification = CallAsync("getIdentification", [], cancellationToken);
        var api = CallAsync("getAPIVersion", [], cancellationToken);
        var version = CallAsync("getSupervisorVersion", [], cancellationToken);
        await Task.WhenAll(pid, identification, api, version);
        return new SupervisorIdentity(
            AgentWire.Integer(await pid), AgentWire.Text(await identification), AgentWire.Text(await api), AgentWire.Text(await version));
    }

    public async Task<ImmutableArray<ProcessInfo>> ReadProcessesAsync(CancellationToken cancellationToken)
    {
        var answer = await CallAsync("getAllProcessInfo", [], cancellationToken);
        var processes = ImmutableArray.CreateBuilder<ProcessInfo>(answer.Items.Count);
        foreach (var item in answer.Items)
        {
            if (AgentWire.TryReadProcess(item, out var process))
                processes.Add(process);
        }

        return processes.DrainToImmutable();
    }

    public async Task<ProcessInfo> ReadProcessAsync(string @namespec, CancellationToken cancellationToken) =>
        AgentWire.TryReadProcess(await CallAsync("getProcessInfo", [@namespec], cancellationToken), out var process)
            ? process
            : throw new LinkException($"{address}: the answer to getProcessInfo is no process");

    public Task StartProcessAsync(string @namespec, CancellationToken cancellationToken) =>
        CallAsync("startProcess", [@namespec, false], cancellationToken);

    public Task StopProcessAsync(string @namespec, CancellationToken cancellationToken) =>
        CallAsync("stopProcess", [@namespec, false], cancellationToken);

    public Task SignalProcessAsync(string @namespec, string signal, CancellationToken cancellationToken) =>
        CallAsync("signalProcess", [@namespec, signal], cancellationToken);

    public Task SendStdinAsync(string @namespec, string text, CancellationToken cancellationToken) =>
        CallAsync("sendProcessStdin", [@namespec, text], cancellationToken);

    public Task<ImmutableArray<ProcessStatus>> StartGroupAsync(string group, CancellationToken cancellationToken) =>
        CallGroupAsync("startProcessGroup", group, cancellationToken);

    public Task<ImmutableArray<ProcessStatus>> StopGroupAsync(string group, CancellationToken cancellationToken) =>
        CallGroupAsync("stopProcessGroup", group, cancellationToken);

    public Task AddGroupAsync(string group, CancellationToken cancellationToken) =>
        CallAsync("addProcessGroup", [group], cancellationToken);

    public Task RemoveGroupAsync(string group, CancellationToken cancellationToken) =>
        CallAsync("removeProcessGroup", [group], cancellationToken);

    public async Task<ConfigurationChanges> ReloadConfigurationAsync(CancellationToken cancellationToken)
    {
        var answer = await CallAsync("reloadConfig", [], cancellationToken);
        var lists = answer.Items.Count > 0 ? answer.Items[0].Items : [];
        return lists.Count >= 3
            ? new ConfigurationChanges(AgentWire.Texts(lists[0]), AgentWire.Texts(lists[1]), AgentWire.Texts(lists[2]))
            : throw new LinkException($"{address}: the answer to reloadConfig is not the expected list");
    }

    public Task RestartAsync(CancellationToken cancellationToken) => CallAsync("restart", [], cancellationToken);

    public Task ShutdownAsync(CancellationToken cancellationToken) => CallAsync("shutdown", [], cancellationToken);

    public ILogSource Logs => field ??= Agent.ReadsLogs ? new AgentLogSource(client, address, _textLogs) : _textLogs;

    public Task ClearLogsAsync(string @namespec, CancellationToken cancellationToken) => CallAsync("clearProcessLogs", [@namespec], cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await client.DisposeAsync();
        _events?.Dispose();
        _closing.Dispose();
    }

    private async Task<AgentInfo> ReadAgentInfoAsync(CancellationToken cancellationToken)
    {
        try
        {
            return AgentWire.ReadAgentInfo(await client.CallAsync("multivisor_agent", [], ReadTimeout, cancellationToken));
        }
        catch (RemoteException)
        {
            // Unknown method: an original agent.
            return Agent;
        }
        catch (Exception e) when (AgentErrors.Translate(e, address) is { } translated)
        {
            throw translated;
        }
    }

    private async Task<ImmutableArray<ProcessStatus>> CallGroupAsync(string method, string group, CancellationToken cancellationToken) =>
        AgentWire.ReadStatuses(await CallAsync(method, [group, false], cancellationToken));

    private async Task<RpcValue> CallAsync(string method, RpcValue[] arguments, CancellationToken cancellationToken)
    {
        try
        {
            return await client.CallAsync(method, arguments, ReadTimeout, cancellationToken);
        }
        catch (Exception e) when (AgentErrors.Translate(e, address) is { } translated)
        {
            throw translated;
        }
    }
}
