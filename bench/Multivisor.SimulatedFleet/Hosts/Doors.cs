using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Multivisor.ZeroRpc;

namespace Multivisor.SimulatedFleet.Hosts;

/// <summary>What a server finds behind a port.</summary>
internal interface IDoor : IAsyncDisposable
{
    int Port { get; }

    int ConnectionCount { get; }
}

/// <summary>An agent that works.</summary>
internal sealed class AgentDoor(ZeroRpcServer server) : IDoor
{
    private static readonly ZeroRpcOptions Options = new() { MaxConnections = 100 };

    public int Port => server.LocalEndPoint.Port;

    public int ConnectionCount => server.ConnectionCount;

    /// <param name="port">0 takes a free one.</param>
    public static AgentDoor Open(ZeroRpcService service, int port) =>
        new(ZeroRpcServer.Start(new IPEndPoint(IPAddress.Loopback, port), service, Options));

    public ValueTask DisposeAsync() => server.DisposeAsync();
}

/// <summary>A port that refuses every connection, and that nobody else can take meanwhile.</summary>
internal sealed class ClosedDoor : IDoor
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    /// <param name="port">0 takes a free one.</param>
    public ClosedDoor(int port = 0) => _socket.Bind(new IPEndPoint(IPAddress.Loopback, port));

    public int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    public int ConnectionCount => 0;

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
