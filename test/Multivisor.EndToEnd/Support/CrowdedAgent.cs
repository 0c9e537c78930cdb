using System.Net;
using System.Runtime.CompilerServices;
using Multivisor.ZeroRpc;

namespace Multivisor.EndToEnd.Support;

/// <summary>One agent that any number of configured supervisors may point to: a fleet larger than this machine.</summary>
internal sealed class CrowdedAgent : IAsyncDisposable
{
    private readonly ZeroRpcServer _server;

    public CrowdedAgent(int maxConnections)
    {
        var service = new ZeroRpcService("Supervisor");
        service.Add("getPID", (_, _) => ValueTask.FromResult<RpcValue>(4711));
        service.Add("getIdentification", (_, _) => ValueTask.FromResult<RpcValue>("crowd"));
        service.Add("getAPIVersion", (_, _) => ValueTask.FromResult<RpcValue>("3.0"));
        service.Add("getSupervisorVersion", (_, _) => ValueTask.FromResult<RpcValue>("4.2.5"));
        service.Add("getAllProcessInfo", (_, _) => ValueTask.FromResult(RpcValue.Array(Process("one"), Process("two"))));
        service.Add("event_stream", (_, token) => EventsAsync(token));
        _server = ZeroRpcServer.Start(
            new IPEndPoint(IPAddress.Loopback, 0), service, new ZeroRpcOptions { MaxConnections = maxConnections });
    }

    public int Port => _server.LocalEndPoint.Port;

    public int ConnectionCount => _server.ConnectionCount;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static RpcValue Process(string name) => RpcValue.Map(
        new KeyValuePair<string, RpcValue>("name", name),
        new KeyValuePair<string, RpcValue>("group", "crowd"),
        new KeyValuePair<string, RpcValue>("state", 20),
        new KeyValuePair<string, RpcValue>("statename", "RUNNING"),
        new KeyValuePair<string, RpcValue>("pid", 1234));

    private static async IAsyncEnumerable<RpcValue> EventsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return "First event to trigger connection. Please ignore me!";
        await Task.Delay(Timeout.Infinite, cancellationToken);
    }
}
