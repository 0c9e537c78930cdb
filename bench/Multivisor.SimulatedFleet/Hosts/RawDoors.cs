using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Multivisor.SimulatedFleet.Hosts;

/// <summary>A host that takes connections and is no agent.</summary>
internal abstract class RawDoor : IDoor
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly ConcurrentDictionary<Socket, bool> _connections = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _accepting;

    protected RawDoor()
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

    /// <summary>Until the other side gives up, or this throws because it ends.</summary>
    protected abstract Task ServeAsync(Socket connection, CancellationToken stopping);

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

    private async Task HoldAsync(Socket connection)
    {
        try
        {
            await ServeAsync(connection, _stopping.Token);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Given up by either side.
        }

        _connections.TryRemove(connection, out _);
        connection.Dispose();
    }
}

/// <summary>It swallows what is sent and never says a word.</summary>
internal sealed class SilentDoor : RawDoor
{
    protected override async Task ServeAsync(Socket connection, CancellationToken stopping)
    {
        var buffer = new byte[256];
        while (await connection.ReceiveAsync(buffer, stopping) > 0)
        {
        }
    }
}

/// <summary>It greets as an agent does, and then says one message that has no end, as fast as it is taken.</summary>
internal sealed class EndlessDoor : RawDoor
{
    /// <summary>ZMTP 3.0, no security, READY as a ROUTER (zerorpc.md section 2).</summary>
    private static readonly byte[] Greeting =
    [
        0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3, 0, .. "NULL"u8, .. new byte[48],
        4, 28, 5, .. "READY"u8, 11, .. "Socket-Type"u8, 0, 0, 0, 6, .. "ROUTER"u8,
    ];

    /// <summary>Frames of 8 KiB, each with the flag that more of the same message follow.</summary>
    private static readonly byte[] More = [.. Enumerable.Repeat<byte[]>([3, 0, 0, 0, 0, 0, 0, 0x20, 0, .. new byte[8192]], 8).SelectMany(frame => frame)];

    protected override async Task ServeAsync(Socket connection, CancellationToken stopping)
    {
        await connection.SendAsync(Greeting, stopping);
        while (true)
            await connection.SendAsync(More, stopping);
    }
}
