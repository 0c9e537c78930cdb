using System.Net;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Multivisor.Fleet.Links;
using Multivisor.Fleet.Links.Agent;
using Multivisor.Supervisord;
using Multivisor.ZeroRpc;

namespace Multivisor.Fleet.Tests.Links;

/// <summary>The agent link over real sockets, against a server that plays an agent.</summary>
public sealed class AgentLinkTests : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly Channel<RpcValue> _events = Channel.CreateUnbounded<RpcValue>();
    private readonly List<string> _calls = [];
    private ZeroRpcServer? _server;

    public async ValueTask DisposeAsync()
    {
        _events.Writer.TryComplete();
        if (_server is not null)
            await _server.DisposeAsync();
    }

    [Fact]
    public async Task Connect_OriginalAgent_IsRecognisedAndRead()
    {
        await using var connection = await ConnectAsync(Original());

        Assert.Equal((AgentInfo.Original, null, false), (connection.Agent.Program, connection.Agent.Namespec, connection.Agent.Reconciles));
        Assert.Equal(new SupervisorIdentity(9112, "lid002", "3.0", "4.2.5"), await connection.ReadIdentityAsync(CancellationToken.None));
        Assert.Equal(["g:a"], (await connection.ReadProcessesAsync(CancellationToken.None)).Select(p => p.Namespec));
    }

    [Fact]
    public async Task Connect_OurAgent_AnnouncesItself()
    {
        var service = Original();
        service.Add("multivisor_agent", (_, _) => ValueTask.FromResult(Recorded.Json(
            """{"program":"multivisor-rpc","version":"0.1.0","process":"mv:mv","features":["reconcile","x"]}""")));
        await using var connection = await ConnectAsync(service);

        Assert.Equal(("multivisor-rpc", "0.1.0", "mv:mv", true),
            (connection.Agent.Program, connection.Agent.Version, connection.Agent.Namespec, connection.Agent.Reconciles));
    }

    [Fact]
    public async Task Changes_EventBeforeTheFirstIsAskedFor_IsNotLost()
    {
        await using var connection = await ConnectAsync(Original());
        _events.Writer.TryWrite(Recorded.Json(
            """{"eventname":"PROCESS_STATE_EXITED","payload":{"process":{"name":"a","group":"g","state":100,"statename":"EXITED"}}}"""));

        var told = new TaskCompletionSource<LinkChange>(TaskCreationOptions.RunContinuationsAsynchronously);
        var following = connection.FollowAsync(change => told.TrySetResult(change), CancellationToken.None);
        var change = await told.Task.WaitAsync(Limit);

        Assert.Equal(ProcessState.Exited, Assert.IsType<LinkChange.Process>(change).Info.State);
        Assert.False(following.IsCompleted);
    }

    [Fact]
    public async Task Stop_Process_AsksWithoutWaiting()
    {
        await using var connection = await ConnectAsync(Original());

        await connection.StopProcessAsync("g:a", CancellationToken.None);
        var fault = await Assert.ThrowsAsync<SupervisordFaultException>(() => connection.StartProcessAsync("zz", CancellationToken.None));

        Assert.Equal(["stopProcess g:a False", "startProcess zz False"], _calls);
        Assert.Equal((10, "BAD_NAME: zz"), (fault.Code, fault.Message));
    }

    [Fact]
    public async Task Reload_NestedAsTheOriginalSendsIt_IsRead()
    {
        await using var connection = await ConnectAsync(Original());

        var changes = await connection.ReloadConfigurationAsync(CancellationToken.None);

        Assert.Equal((1, 2, 0), (changes.Added.Length, changes.Changed.Length, changes.Removed.Length));
    }

    [Fact]
    public async Task AgentDies_ConnectionEndsAtOnceAndCallsFailWithTheAddress()
    {
        await using var connection = await ConnectAsync(Original());
        var following = connection.FollowAsync(_ => { }, CancellationToken.None);

        await _server!.DisposeAsync();

        var lost = await Assert.ThrowsAsync<LinkException>(() => following.WaitAsync(Limit));
        Assert.Contains("127.0.0.1", lost.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<LinkException>(() => connection.ReadPidAsync(CancellationToken.None).WaitAsync(Limit));
    }

    [Fact]
    public async Task Dispose_WhileAnEventIsAwaited_EndsTheWait()
    {
        var connection = await ConnectAsync(Original());
        var following = connection.FollowAsync(_ => { }, CancellationToken.None);

        await connection.DisposeAsync().AsTask().WaitAsync(Limit);

        var ended = await Record.ExceptionAsync(() => following.WaitAsync(Limit));
        Assert.True(ended is LinkException or OperationCanceledException, $"{ended}");
    }

    [Fact]
    public async Task Connect_NobodyThere_SaysWhereAndWhatToDo()
    {
        await using (await ConnectAsync(Original()))
        {
        }

        var port = _server!.LocalEndPoint.Port;
        await _server.DisposeAsync();

        var error = await Assert.ThrowsAsync<LinkException>(() => new AgentLink("127.0.0.1", port, new ZeroRpcOptions()).ConnectAsync(CancellationToken.None));

        Assert.Contains($"127.0.0.1:{port}", error.Message, StringComparison.Ordinal);
        Assert.Contains("is multivisor-rpc running there?", error.Message, StringComparison.Ordinal);
    }

    private Task<ISupervisorConnection> ConnectAsync(ZeroRpcService service)
    {
        _server = ZeroRpcServer.Start(new IPEndPoint(IPAddress.Loopback, 0), service);
        return new AgentLink("127.0.0.1", _server.LocalEndPoint.Port, new ZeroRpcOptions()).ConnectAsync(CancellationToken.None).WaitAsync(Limit);
    }

    private ZeroRpcService Original()
    {
        var service = new ZeroRpcService("agent");
        Answer("getPID", 9112);
        Answer("getIdentification", "lid002");
        Answer("getAPIVersion", "3.0");
        Answer("getSupervisorVersion", "4.2.5");
        Answer("getAllProcessInfo", Recorded.Json("""[{"name":"a","group":"g","state":20,"statename":"RUNNING"},{"odd":1}]"""));
        Answer("reloadConfig", Recorded.Json("""[[["new"],["g","h"],[]]]"""));
        service.Add("stopProcess", (arguments, _) => Called("stopProcess", arguments, true));
        service.Add("startProcess", async (arguments, _) =>
        {
            await Called("startProcess", arguments, true);
            throw new RemoteException("Fault", "<Fault 10: 'BAD_NAME: zz'>");
#pragma warning disable CS0162 // It tells the two kinds of method apart.
            return default;
#pragma warning restore CS0162
        });
        service.Add("event_stream", Stream);
        return service;

        void Answer(string method, RpcValue answer) => service.Add(method, (_, _) => ValueTask.FromResult(answer));
    }

    private ValueTask<RpcValue> Called(string method, IReadOnlyList<RpcValue> arguments, RpcValue answer)
    {
        lock (_calls)
            _calls.Add($"{method} {AgentWire.Text(arguments[0])} {arguments[1].TryGetBoolean(out var wait) && wait}");
        return ValueTask.FromResult(answer);
    }

    private async IAsyncEnumerable<RpcValue> Stream(IReadOnlyList<RpcValue> arguments, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return "First event to trigger connection. Please ignore me!";
        await foreach (var item in _events.Reader.ReadAllAsync(cancellationToken))
            yield return item;
    }
}
