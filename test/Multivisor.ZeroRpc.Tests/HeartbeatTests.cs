using System.Net;
using Microsoft.Extensions.Time.Testing;
using Multivisor.ZeroRpc.Tests.Support;

namespace Multivisor.ZeroRpc.Tests;

/// <summary>The heartbeat rule of zerorpc.md section 5, on a clock that tests turn.</summary>
public sealed class HeartbeatTests
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(5);

    private readonly FakeTimeProvider _time = new();

    private ZeroRpcOptions Options => new() { Time = _time, Heartbeat = Beat, CallTimeout = TimeSpan.FromHours(1) };

    [Fact]
    public async Task Server_PeerNeverBeats_IsLostAtTheThirdTick()
    {
        await using var server = new TestServer(Options);
        using var peer = await RawPeer.GreetedAsync(server.Port);
        await peer.SendAsync(Wire.Request("01", "hang"));
        await server.HangEntered.Soon();

        for (var tick = 1; tick <= 2; tick++)
        {
            _time.Advance(Beat);
            Assert.Equal("_zpc_hb", (await peer.ReadEventAsync()).Name);
        }

        Assert.Equal(1, server.Server.ChannelCount);
        _time.Advance(Beat);
        Assert.Equal(0, server.Server.ChannelCount);
        await server.HangCancelled.Soon();
        // No ERR to the lost caller, and the connection lives.
        await peer.SyncAsync();
        Assert.Equal(1, server.Server.ConnectionCount);
    }

    [Fact]
    public async Task Server_PeerStopsBeating_IsLostTwoPeriodsLater()
    {
        await using var server = new TestServer(Options);
        using var peer = await RawPeer.GreetedAsync(server.Port);
        await peer.SendAsync(Wire.Request("01", "hang"));
        await server.HangEntered.Soon();

        for (var tick = 1; tick <= 10; tick++)
        {
            _time.Advance(Beat);
            Assert.Equal("_zpc_hb", (await peer.ReadEventAsync()).Name);
            await peer.SendAsync(Wire.Event("01", "_zpc_hb", "c0"));
            await peer.SyncAsync();
        }

        _time.Advance(Beat);
        Assert.Equal("_zpc_hb", (await peer.ReadEventAsync()).Name);
        Assert.Equal(1, server.Server.ChannelCount);
        _time.Advance(Beat);
        await server.HangCancelled.Soon();
        Assert.Equal(0, server.Server.ChannelCount);
    }

    [Fact]
    public async Task Server_PeerSendsOnlyCredit_IsLost()
    {
        await using var server = new TestServer(Options);
        using var peer = await RawPeer.GreetedAsync(server.Port);
        await peer.SendAsync(Wire.Request("01", "hang"));
        await server.HangEntered.Soon();

        for (var tick = 1; tick <= 3; tick++)
        {
            await peer.SendAsync(Wire.Event("01", "_zpc_more", "9101"));
            await peer.SyncAsync();
            _time.Advance(Beat);
            if (tick < 3)
                Assert.Equal("_zpc_hb", (await peer.ReadEventAsync()).Name);
        }

        await server.HangCancelled.Soon();
    }

    [Fact]
    public async Task Server_StreamOfALostPeer_IsDisposed()
    {
        await using var server = new TestServer(Options);
        using var peer = await RawPeer.GreetedAsync(server.Port);
        await peer.SendAsync(Wire.Request("01", "count", "9109"));
        Assert.Equal("STREAM", (await peer.ReadEventAsync()).Name);

        for (var tick = 1; tick <= 3; tick++)
            _time.Advance(Beat);

        await server.StreamDisposed.Soon();
        Assert.Equal(1, server.Pulled);
    }

    [Fact]
    public async Task Client_RemoteNeverBeats_IsLostAtTheThirdTick()
    {
        using var remote = new ScriptedRemote();
        await using var client = await remote.ConnectAsync(Options);
        var call = client.CallAsync("hang", []);
        await remote.Peer.ReadEventAsync();

        for (var tick = 1; tick <= 2; tick++)
        {
            _time.Advance(Beat);
            Assert.Equal("_zpc_hb", (await remote.Peer.ReadEventAsync()).Name);
        }

        Assert.False(call.IsCompleted);
        _time.Advance(Beat);
        var lost = await Assert.ThrowsAsync<LostRemoteException>(() => call.Soon());
        Assert.EndsWith("sent no heartbeat for 10 s", lost.Message, StringComparison.Ordinal);
        Assert.False(client.Closed.IsCompleted);
    }

    [Fact]
    public async Task Client_RemoteStreamsWithoutBeating_IsLost()
    {
        using var remote = new ScriptedRemote();
        await using var client = await remote.ConnectAsync(Options);
        await using var items = client.StreamAsync("events", []).GetAsyncEnumerator();
        var next = items.MoveNextAsync().AsTask();
        var channel = Convert.ToHexStringLower((await remote.Peer.ReadEventAsync()).Id.Token);

        for (var tick = 1; tick <= 2; tick++)
        {
            await remote.Peer.SendAsync(Wire.Event(channel, "STREAM", "01"));
            Assert.True(await next.Soon());
            next = items.MoveNextAsync().AsTask();
            if (tick == 1)
                Assert.Equal("_zpc_more", (await remote.Peer.ReadEventAsync()).Name);
            _time.Advance(Beat);
            Assert.Equal("_zpc_hb", (await remote.Peer.ReadEventAsync()).Name);
        }

        _time.Advance(Beat);
        await Assert.ThrowsAsync<LostRemoteException>(() => next.Soon());
        Assert.Equal(0, client.ChannelCount);
    }

    [Fact]
    public async Task Client_AbandonedStream_StopsBeatingAndDropsItems()
    {
        using var remote = new ScriptedRemote();
        await using var client = await remote.ConnectAsync(Options);
        string channel;
        await using (var items = client.StreamAsync("events", []).GetAsyncEnumerator())
        {
            var next = items.MoveNextAsync().AsTask();
            channel = Convert.ToHexStringLower((await remote.Peer.ReadEventAsync()).Id.Token);
            await remote.Peer.SendAsync(Wire.Event(channel, "STREAM", "01"));
            Assert.True(await next.Soon());
        }

        Assert.Equal(0, client.ChannelCount);
        await remote.Peer.SendAsync(Wire.Event(channel, "STREAM", "02"));
        _time.Advance(Beat);
        // The answer to the PING is the next thing that comes: no heartbeat before it.
        await remote.Peer.SyncAsync();
    }

    [Fact]
    public async Task CallAsync_NoAnswerInTime_TellsPythonsWords()
    {
        await using var server = new TestServer();
        await using var client = await server.ConnectAsync(new ZeroRpcOptions { Time = _time });
        var call = client.CallAsync("hang", [], TimeSpan.FromSeconds(3));
        await server.HangEntered.Soon();

        _time.Advance(TimeSpan.FromSeconds(3));

        var late = await Assert.ThrowsAsync<TimeoutException>(() => call.Soon());
        Assert.Equal("timeout after 3s, when calling remote method hang", late.Message);
        Assert.Equal(0, client.ChannelCount);
    }

    [Fact]
    public async Task StreamAsync_NoFirstItemInTime_TimesOut()
    {
        using var remote = new ScriptedRemote();
        await using var client = await remote.ConnectAsync(new ZeroRpcOptions { Time = _time, CallTimeout = TimeSpan.FromSeconds(4) });
        await using var items = client.StreamAsync("events", []).GetAsyncEnumerator();
        var first = items.MoveNextAsync().AsTask();
        await remote.Peer.ReadEventAsync();

        _time.Advance(TimeSpan.FromSeconds(4));

        var late = await Assert.ThrowsAsync<TimeoutException>(() => first.Soon());
        Assert.Equal("timeout after 4s, when calling remote method events", late.Message);
    }
}
