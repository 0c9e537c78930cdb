using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Multivisor.ZeroRpc.Events;

namespace Multivisor.ZeroRpc.Tests.Support;

/// <summary>A peer made of a bare socket, that sends whatever octets a test wants. Its framing is its own, not the product's.</summary>
internal sealed class RawPeer : IDisposable
{
    public static readonly byte[] Greeting = Octets("ff00000000000000017f03014e554c4c" + new string('0', 96));

    private static readonly ZeroRpcOptions Options = new();
    private readonly Socket _socket;

    private RawPeer(Socket socket)
    {
        _socket = socket;
        _socket.NoDelay = true;
    }

    public Socket Socket => _socket;

    public static byte[] Octets(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    public static async Task<RawPeer> ConnectAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port);
        return new RawPeer(socket);
    }

    public static async Task<RawPeer> AcceptAsync(Socket listener) => new(await listener.AcceptAsync().Soon());

    public static Socket Listen(IPAddress? address = null)
    {
        var listener = new Socket((address ?? IPAddress.Loopback).AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(address ?? IPAddress.Loopback, 0));
        listener.Listen();
        return listener;
    }

    /// <summary>A READY command frame.</summary>
    public static byte[] Ready(string socketType, string? identity = "")
    {
        List<byte> body = [5, .. "READY"u8, 11, .. "Socket-Type"u8, 0, 0, 0, (byte)socketType.Length, .. Encoding.ASCII.GetBytes(socketType)];
        if (identity is not null)
            body.AddRange([8, .. "Identity"u8, 0, 0, 0, (byte)identity.Length, .. Encoding.ASCII.GetBytes(identity)]);
        return [4, (byte)body.Count, .. body];
    }

    /// <summary>Connected, and through the handshake.</summary>
    public static async Task<RawPeer> GreetedAsync(int port)
    {
        var peer = await ConnectAsync(port);
        await peer.ShakeHandsAsync("DEALER");
        return peer;
    }

    public async Task ShakeHandsAsync(string socketType)
    {
        await SendAsync((byte[])[.. Greeting, .. Ready(socketType)]);
        await ReadAsync(64);
        var (flags, _) = await ReadFrameAsync();
        Assert.Equal(4, flags);
    }

    public async Task SendAsync(ReadOnlyMemory<byte> octets)
    {
        while (!octets.IsEmpty)
            octets = octets[await _socket.SendAsync(octets)..];
    }

    public Task SendAsync(string hex) => SendAsync(Octets(hex));

    public async Task<byte[]> ReadAsync(int length)
    {
        var octets = new byte[length];
        for (var have = 0; have < length;)
        {
            var read = await _socket.ReceiveAsync(octets.AsMemory(have)).AsTask().Soon();
            if (read == 0)
                throw new EndOfStreamException($"closed after {have} of {length} octets");
            have += read;
        }

        return octets;
    }

    public async Task<(byte Flags, byte[] Body)> ReadFrameAsync()
    {
        var flags = (await ReadAsync(1))[0];
        var size = (flags & 2) == 0 ? (await ReadAsync(1))[0] : (int)BinaryPrimitives.ReadInt64BigEndian(await ReadAsync(8));
        return (flags, await ReadAsync(size));
    }

    /// <summary>The payload of the next message, whose delimiter is checked.</summary>
    public async Task<byte[]> ReadPayloadAsync()
    {
        var delimiter = await ReadFrameAsync();
        Assert.Equal(1, delimiter.Flags);
        Assert.Empty(delimiter.Body);
        var payload = await ReadFrameAsync();
        Assert.Equal(payload.Body.Length > 255 ? 2 : 0, payload.Flags);
        return payload.Body;
    }

    public async Task<RpcEvent> ReadEventAsync() => EventDecoder.Decode(await ReadPayloadAsync(), Options);

    /// <summary>Returns when the other side has handled all that was sent so far: it answers commands in order.</summary>
    /// <remarks>Only while nothing else is to be read.</remarks>
    public async Task SyncAsync()
    {
        await SendAsync("0408 0450494e47 0000 aa");
        Assert.Equal((4, "04504f4e47aa"), await CommandAsync());

        async Task<(int Flags, string Hex)> CommandAsync()
        {
            var (flags, body) = await ReadFrameAsync();
            return (flags, Convert.ToHexStringLower(body));
        }
    }

    /// <summary>Returns when the other side has closed; what it sent before is dropped.</summary>
    public async Task ClosedAsync()
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await _socket.ReceiveAsync(buffer.AsMemory()).AsTask().Soon() > 0)
            {
            }
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            // A close with octets of ours unread arrives as a reset.
        }
    }

    public void Dispose() => _socket.Dispose();
}
