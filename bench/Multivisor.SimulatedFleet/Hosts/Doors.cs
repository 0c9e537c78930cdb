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

/// <summary>A host that takes connections and never says a word.</summary>
internal sealed class SilentDoor : IDoor
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly ConcurrentDictionary<Socket, bool> _connections = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _accepting;

    public SilentDoor()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public int ConnectionCount => _connections.Count;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _accepting;
        _listener.Dispose();
        foreach (var connection in _connections.Keys)
            connection.Dispose();
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var connection = await _listener.AcceptAsync(_stopping.Token);
                _connections[connection] = true;
                _ = HoldAsync(connection);
            }
        }
        catch (OperationCanceledException)
        {
            // It ends.
        }
    }

    /// <summary>Swallows what is sent until the other side gives up.</summary>
    private async Task HoldAsync(Socket connection)
    {
        try
        {
            var buffer = new byte[256];
            while (await connection.ReceiveAsync(buffer, _stopping.Token) > 0)
            {
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Given up by either side.
        }

        _connections.TryRemove(connection, out _);
        connection.Dispose();
    }
}
