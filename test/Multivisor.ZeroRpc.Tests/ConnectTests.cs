using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Multivisor.ZeroRpc.Tests.Support;

namespace Multivisor.ZeroRpc.Tests;

/// <summary>What the operator is told when a supervisor cannot be reached.</summary>
public sealed class ConnectTests
{
    [Fact]
    public async Task ConnectAsync_NobodyListens_SaysRefused()
    {
        var port = FreePort();

        var lost = await Assert.ThrowsAsync<LostRemoteException>(() => ZeroRpcClient.ConnectAsync("127.0.0.1", port).Soon());

        Assert.Equal($"connection refused at 127.0.0.1:{port}", lost.Message);
    }

    [Fact]
    public async Task ConnectAsync_NobodyListensOnLocalhost_SaysRefused()
    {
        var port = FreePort();

        var lost = await Assert.ThrowsAsync<LostRemoteException>(() => ZeroRpcClient.ConnectAsync("localhost", port).Soon());

        Assert.Equal($"connection refused at localhost:{port}", lost.Message);
    }

    [Fact]
    public async Task ConnectAsync_UnknownName_SaysUnresolvable()
    {
        var lost = await Assert.ThrowsAsync<LostRemoteException>(() => ZeroRpcClient.ConnectAsync("no-such-host.invalid", 9002).Soon());

        Assert.Equal("cannot resolve no-such-host.invalid", lost.Message);
    }

    [Fact]
    public async Task ConnectAsync_SilentListener_SaysNoAnswer()
    {
        using var listener = RawPeer.Listen();
        var port = Port(listener);
        var time = new FakeTimeProvider();
        var connecting = ZeroRpcClient.ConnectAsync("127.0.0.1", port, new ZeroRpcOptions { Time = time });
        using var peer = await RawPeer.AcceptAsync(listener);
        await peer.ReadAsync(64);

        time.Advance(TimeSpan.FromSeconds(5));

        var lost = await Assert.ThrowsAsync<LostRemoteException>(() => connecting.Soon());
        Assert.Equal($"no answer from 127.0.0.1:{port} within 5 s", lost.Message);
        await peer.ClosedAsync();
    }

    [Fact]
    public async Task ConnectAsync_Cancelled_IsCancelledAndNotLost()
    {
        using var listener = RawPeer.Listen();
        using var giveUp = new CancellationTokenSource();
        var connecting = ZeroRpcClient.ConnectAsync("127.0.0.1", Port(listener), cancellationToken: giveUp.Token);
        using var peer = await RawPeer.AcceptAsync(listener);

        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.Soon());
        await peer.ClosedAsync();
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n", "it answers HTTP")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n", "it greets with \"SSH-2.0-OpenSSH_9.2\"")]
    [InlineData("\u0001\u0000", "it greets with octets that are no text")]
    [InlineData("", "it closes the connection during the handshake")]
    public async Task ConnectAsync_AnotherProtocol_SaysWhich(string greeting, string what) =>
        await AssertStrangerAsync(Encoding.Latin1.GetBytes(greeting), what);

    [Theory]
    [InlineData("ff00000000000000017f01", "it speaks ZMTP 2")]
    [InlineData("ff00000000000000017f0301504c41494e" + "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000", "it wants the security mechanism \"PLAIN\"")]
    public async Task ConnectAsync_AnotherZmtp_SaysWhich(string greeting, string what) =>
        await AssertStrangerAsync(RawPeer.Octets(greeting), what);

    [Fact]
    public async Task ConnectAsync_AnotherSocketType_SaysWhich() =>
        await AssertStrangerAsync([.. RawPeer.Greeting, .. RawPeer.Ready("PUB")], "it is a ZeroMQ socket of type PUB");

    [Fact]
    public async Task ConnectAsync_ErrorCommand_SaysItsReason() =>
        await AssertStrangerAsync([.. RawPeer.Greeting, 4, 9, 5, .. "ERROR"u8, 2, .. "no"u8], "refuses us: no");

    [Fact]
    public async Task ConnectAsync_LocalhostWithIPv4ServerOnly_Connects()
    {
        await using var server = new TestServer();
        await using var client = await ZeroRpcClient.ConnectAsync("localhost", server.Port).Soon();

        Assert.Equal(5, await client.CallAsync("add", [2, 3]).Soon());
    }

    [Fact]
    public async Task Start_IPv6Any_TakesBothFamilies()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "no IPv6 here");
        var service = new ZeroRpcService("both");
        await using var server = ZeroRpcServer.Start(new IPEndPoint(IPAddress.IPv6Any, 0), service);
        foreach (var host in new[] { "127.0.0.1", "::1" })
        {
            await using var client = await ZeroRpcClient.ConnectAsync(host, server.LocalEndPoint.Port).Soon();
            Assert.Equal("both", await client.CallAsync("_zerorpc_name", []).Soon());
        }
    }

    [Fact]
    public async Task Start_PortTaken_Throws()
    {
        await using var server = new TestServer();

        Assert.Throws<SocketException>(() => ZeroRpcServer.Start(server.Server.LocalEndPoint, new ZeroRpcService("second")));
    }

    [Fact]
    public async Task Start_AfterDispose_TakesTheSamePortAgain()
    {
        var first = new TestServer();
        var endPoint = first.Server.LocalEndPoint;
        await using var client = await first.ConnectAsync();
        await first.DisposeAsync();
        await client.Closed.Soon();

        await using var second = ZeroRpcServer.Start(endPoint, new ZeroRpcService("second"));
        await using var again = await ZeroRpcClient.ConnectAsync("127.0.0.1", endPoint.Port).Soon();
        Assert.Equal("second", await again.CallAsync("_zerorpc_name", []).Soon());
    }

    private static async Task AssertStrangerAsync(byte[] greeting, string what)
    {
        using var listener = RawPeer.Listen();
        var port = Port(listener);
        var connecting = ZeroRpcClient.ConnectAsync("127.0.0.1", port);
        using (var peer = await RawPeer.AcceptAsync(listener))
        {
            await peer.ReadAsync(64);
            // In two pieces: the first two octets of HTTP are not yet enough to tell what it is.
            if (what.Contains("HTTP", StringComparison.Ordinal))
                await peer.SendAsync(greeting.AsMemory(0, 2));
            await peer.SendAsync(greeting.AsMemory(what.Contains("HTTP", StringComparison.Ordinal) ? 2 : 0));
            peer.Socket.Shutdown(SocketShutdown.Send);
            var error = await Assert.ThrowsAnyAsync<Exception>(() => connecting.Soon());
            var refused = what.StartsWith("refuses", StringComparison.Ordinal);
            Assert.IsType(refused ? typeof(RefusedException) : typeof(LostRemoteException), error);
            Assert.Equal($"127.0.0.1:{port} {(refused ? what : $"does not speak zerorpc ({what})")}", error.Message);
        }
    }

    private static int Port(Socket listener) => ((IPEndPoint)listener.LocalEndPoint!).Port;

    private static int FreePort()
    {
        using var listener = RawPeer.Listen();
        return Port(listener);
    }
}
