using System.Diagnostics;
using System.Text.Json;
using Multivisor.ZeroRpc.Tests.Support;

namespace Multivisor.ZeroRpc.Tests;

/// <summary>Ours against the independent peer in python, over real libzmq and the real clock.</summary>
public sealed class PythonPeerTests
{
    // Long enough for a busy machine to keep: a peer counts as lost after two of them.
    private const double Beat = 1;

    private static ZeroRpcOptions Options => new() { Heartbeat = TimeSpan.FromSeconds(Beat) };

    private static string BeatText => "1";

    [Fact]
    public async Task Client_Calls_AreAnsweredByPython()
    {
        var (peer, port) = await PythonPeer.ServeAsync(Beat);
        using var ended = peer;
        await using var client = await ZeroRpcClient.ConnectAsync("localhost", port, Options);

        Assert.Equal(5, await client.CallAsync("add", [2, 3]).Soon());
        RpcValue[] values = [RpcValue.Nil, true, -5, 1.5, "žluť", RpcValue.Binary([1, 255]), long.MaxValue, RpcValue.Unsigned(ulong.MaxValue), RpcValue.Array(1, "a"), new string('x', 300)];
        Assert.Equal(RpcValue.Array(values), await client.CallAsync("echo", values).Soon());
        var error = await Assert.ThrowsAsync<RemoteException>(() => client.CallAsync("fail", ["no way"]).Soon());
        Assert.Equal(("ValueError", "no way", "Traceback (of python)"), (error.Name, error.Message, error.Traceback));
        error = await Assert.ThrowsAsync<RemoteException>(() => client.CallAsync("nosuch", []).Soon());
        Assert.Equal(("NameError", "nosuch"), (error.Name, error.Message));
    }

    [Fact]
    public async Task Client_StreamOf250_GrantsAsPythonDoes()
    {
        var (peer, port) = await PythonPeer.ServeAsync(Beat);
        using var ended = peer;
        await using var client = await ZeroRpcClient.ConnectAsync("127.0.0.1", port, Options);

        var items = await client.StreamAsync("count", [250]).CollectAsync().Soon();

        Assert.Equal(Enumerable.Range(0, 250).Select(i => (RpcValue)i), items);
        var closed = await client.CallAsync("closed", []).Soon();
        Assert.True(closed.Items[0].TryGetMember("mores", out var mores));
        // As the original grants (section 6): [100] after the first, then [51] each time 51 were consumed. The fifth grant
        // comes after the server has sent all.
        Assert.Equal(RpcValue.Array(100, 51, 51, 51), mores);
    }

    [Fact]
    public async Task Client_LongCall_KeepsBothEndsAlive()
    {
        var (peer, port) = await PythonPeer.ServeAsync(Beat);
        using var ended = peer;
        await using var client = await ZeroRpcClient.ConnectAsync("127.0.0.1", port, Options);

        // Five periods: a peer that sent no heartbeats would be lost after three, at either end.
        await Assert.ThrowsAsync<TimeoutException>(() => client.CallAsync("hang", [], TimeSpan.FromSeconds(5 * Beat)));
        Assert.Equal(RpcValue.Array(), await client.CallAsync("closed", []).Soon());

        // Given up here, so nobody beats: python finds that out by itself.
        RpcValue closed;
        do
            closed = await client.CallAsync("closed", []).Soon();
        while (!closed.Items.Any(Lost));
        Assert.True(closed.Items.Single(Lost).TryGetMember("heartbeats", out var beats) && beats.TryGetInt64(out var count) && count >= 4);
    }

    [Fact]
    public async Task Client_FrozenRemote_IsLostByHeartbeat()
    {
        var (peer, port) = await PythonPeer.ServeAsync(Beat);
        using var ended = peer;
        await using var client = await ZeroRpcClient.ConnectAsync("127.0.0.1", port, Options);
        await using var items = client.StreamAsync("count", [1_000_000]).GetAsyncEnumerator();
        Assert.True(await items.MoveNextAsync().AsTask().Soon());
        var call = client.CallAsync("hang", []);

        await peer.StopAsync();
        var clock = Stopwatch.StartNew();

        var lost = await Assert.ThrowsAsync<LostRemoteException>(() => call.Soon());
        Assert.Contains("sent no heartbeat", lost.Message, StringComparison.Ordinal);
        Assert.InRange(clock.Elapsed.TotalSeconds, Beat, 10 * Beat);
        await Assert.ThrowsAsync<LostRemoteException>(async () =>
        {
            while (await items.MoveNextAsync().AsTask().Soon())
            {
            }
        });
    }

    [Fact]
    public async Task Client_KilledRemote_IsLostAtOnce()
    {
        var (peer, port) = await PythonPeer.ServeAsync(5);
        await using var client = await ZeroRpcClient.ConnectAsync("127.0.0.1", port);
        var call = client.CallAsync("hang", []);

        peer.Dispose();

        await Assert.ThrowsAsync<LostRemoteException>(() => call.WaitAsync(TimeSpan.FromSeconds(9)));
        await client.Closed.Soon();
    }

    [Theory]
    [InlineData("bin")]
    [InlineData("str")]
    [InlineData("int")]
    public async Task Server_CallsOfPython_AreAnswered(string idKind)
    {
        await using var server = new TestServer(Options);

        var sum = await PythonPeer.ClientAsync(server.Port, "--id", idKind, "call", "add", "[2, 3]");
        var fault = await PythonPeer.ClientAsync(server.Port, "--id", idKind, "call", "fault", "[]");
        var unknown = await PythonPeer.ClientAsync(server.Port, "--id", idKind, "call", "nosuch", "[]");

        Assert.Equal("""{"event": "OK", "args": [5]}""", sum.GetRawText());
        Assert.Equal("""{"event": "ERR", "args": ["Fault", "<Fault 10: 'BAD_NAME: zz'>", ""]}""", fault.GetRawText());
        Assert.Equal("""{"event": "ERR", "args": ["NameError", "nosuch", ""]}""", unknown.GetRawText());
    }

    [Fact]
    public async Task Server_StreamOf250_ArrivesAtPython()
    {
        await using var server = new TestServer(Options);

        var outcome = await PythonPeer.ClientAsync(server.Port, "stream", "250");

        Assert.Equal("STREAM_DONE", outcome.GetProperty("event").GetString());
        Assert.Equal(Enumerable.Range(0, 250), outcome.GetProperty("items").EnumerateArray().Select(item => item.GetInt32()));
        // python grants once more while it consumes what the last credit has brought.
        Assert.Equal("[100, 51, 51, 51, 51]", outcome.GetProperty("mores").GetRawText());
        await server.StreamDisposed.Soon();
    }

    [Fact]
    public async Task Server_LongCallOfPython_IsKeptAlive()
    {
        await using var server = new TestServer(Options);

        using var peer = PythonPeer.Start("client", "--port", server.Port.ToString(), "--heartbeat", BeatText, "hold", "5.5");
        Assert.Equal(JsonValueKind.True, (await peer.LineAsync()).GetProperty("started").ValueKind);
        var outcome = await peer.LineAsync();

        Assert.Equal("timeout", outcome.GetProperty("reason").GetString());
        Assert.InRange(outcome.GetProperty("heartbeats").GetInt32(), 3, 7);
        // The process has ended, and its channel with its connection.
        await server.HangCancelled.Soon();
    }

    [Fact]
    public async Task Server_FrozenPython_IsLostByHeartbeat()
    {
        await using var server = new TestServer(Options);
        using var peer = PythonPeer.Start("client", "--port", server.Port.ToString(), "--heartbeat", BeatText, "hold", "20");
        await peer.LineAsync();
        await server.HangEntered.Soon();

        await peer.StopAsync();
        var clock = Stopwatch.StartNew();

        await server.HangCancelled.Soon();
        Assert.InRange(clock.Elapsed.TotalSeconds, Beat, 10 * Beat);
        Assert.Equal(0, server.Server.ChannelCount);
        Assert.Equal(1, server.Server.ConnectionCount);
    }

    private static bool Lost(RpcValue channel) => channel.TryGetMember("how", out var how) && how == "LOST";
}
