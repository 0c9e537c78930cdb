using System.Net;
using System.Net.Sockets;

namespace Multivisor.ZeroRpc.Tests.Support;

/// <summary>A server for our client whose every octet the test sends.</summary>
internal sealed class ScriptedRemote : IDisposable
{
    private readonly Socket _listener = RawPeer.Listen();
    private RawPeer? _peer;

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public RawPeer Peer => _peer!;

    /// <summary>Connects a client of ours and shakes hands with it.</summary>
    public async Task<ZeroRpcClient> ConnectAsync(ZeroRpcOptions? options = null)
    {
        var connecting = ZeroRpcClient.ConnectAsync("127.0.0.1", Port, options);
        _peer = await RawPeer.AcceptAsync(_listener);
        await _peer.ShakeHandsAsync("ROUTER");
        return await connecting.Soon();
    }

    public void Dispose()
    {
        _peer?.Dispose();
        _listener.Dispose();
    }
}
