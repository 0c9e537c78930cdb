using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using Multivisor.ZeroRpc.Tests.Support;

namespace Multivisor.ZeroRpc.Tests;

/// <summary>A connection that breaks, at either end.</summary>
public sealed class LossTests
{
    [Fact]
    public async Task Client_RemoteCloses_EverythingFailsAtOnce()
    {
        using var remote = new ScriptedRemote();
        await using var client = await remote.ConnectAsync();
        var calls = Enumerable.Range(0, 10).Select(_ => client.CallAsync("hang", [])).ToArray();
        await using var items = client.StreamAsync("events", []).GetAsyncEnumerator();
        var next = items.MoveNextAsync().AsTask();
        await remote.Peer.ReadEventAsync();

        remote.Peer.Dispose();

        foreach (var call in calls)
            await Assert.ThrowsAsync<LostRemoteException>(() => call.Soon());
        await Assert.ThrowsAsync<LostRemoteException>(() => next.Soon());
        await client.Closed.Soon();
        Assert.Equal(0, client.ChannelCount);
        await Assert.ThrowsAsync<LostRemoteException>(() => client.CallAsync("late", []));
        await Assert.ThrowsAsync<LostRemoteException>(() => client.StreamAsync("late", []).CollectAsync());
    }

    [Fact]
    public async Task Client_RemoteClosesAfterItems_HandsThemOutFirst()
    {
        using var remote = new ScriptedRemote();
        await using var client = await remote.ConnectAsync();
        await using var items = client.StreamAsync("events", []).GetAsyncEnumerator();
        var next = items.MoveNextAsync().AsTask();
        var channel = Convert.ToHexStringLower((await remote.Peer.ReadEventAsync()).Id.Token);
        for (var i = 0; i < 3; i++)
            await remote.Peer.SendAsync(Wire.Event(channel, "STREAM", $"0{i}"));
        remote.Peer.Dispose();
        await client.Closed.Soon();

        Assert.True(await next.Soon());
        Assert.Equal(0, items.Current);
        // The grant after the first item finds the connection gone: the loss comes no later than that.
        await Assert.ThrowsAsync<LostRemoteException>(() => items.MoveNextAsync().AsTask().Soon());
    }

    [Fact]
    public async Task Client_Disposed_FailsWhatIsOpen()
    {
        await using var server = new TestServer();
        var client = await server.ConnectAsync();
        var call = client.CallAsync("hang", []);
        await server.HangEntered.Soon();

        await client.DisposeAsync();

        var lost = await Assert.ThrowsAsync<LostRemoteException>(() => call.Soon());
        Assert.Equal("the client was closed", lost.Message);
        Assert.True(client.Closed.IsCompletedSuccessfully);
        await server.HangCancelled.Soon();
    }

    [Fact]
    public async Task Client_GarbageFromTheRemote_IsLost()
    {
        using var remote = new ScriptedRemote();
        await using var client = await remote.ConnectAsync();
        var call = client.CallAsync("add", [2, 3]);

        await remote.Peer.SendAsync("02ffffffffffffffff");

        var lost = await Assert.ThrowsAsync<LostRemoteException>(() => call.Soon());
        Assert.Contains("over the limit", lost.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Client_CancelledCall_ForgetsItsAnswer()
    {
        using var remote = new ScriptedRemote();
        await using var client = await remote.ConnectAsync();
        using var giveUp = new CancellationTokenSource();
        var call = client.CallAsync("slow", [], cancellationToken: giveUp.Token);
        var id = Convert.ToHexStringLower((await remote.Peer.ReadEventAsync()).Id.Token);

        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.Soon());
        Assert.Equal(0, client.ChannelCount);

        await remote.Peer.SendAsync(Wire.Event(id, "OK", "9101"));
        await remote.Peer.SyncAsync();
        Assert.False(client.Closed.IsCompleted);
    }

    [Theory]
    [InlineData("920102", "1")]
    [InlineData("90", "nil")]
    [InlineData("c0", "nil")]
    public async Task Client_OkOfAnotherShape_IsTolerated(string args, string result)
    {
        // Two results, an empty array, and nil in place of the array of one; with a header key of some middleware.
        using var remote = new ScriptedRemote();
        await using var client = await remote.ConnectAsync();
        var call = client.CallAsync("any", []);
        var id = Convert.ToHexStringLower((await remote.Peer.ReadEventAsync()).Id.Token);

        await remote.Peer.SendAsync(Wire.Message($"93 84 {Wire.MessageId} 05 {Wire.Text("trace")} 81a16101 {Wire.Version} {Wire.ResponseTo} {id} a24f4b {args}"));

        Assert.Equal(result, (await call.Soon()).ToString());
    }

    [Fact]
    public async Task Client_AnswerOfAnOldServer_IsRecognisedByItsContent()
    {
        // Before msgpack had bin, a server wrote our id back as raw16, without a version, and errors as one text.
        using var remote = new ScriptedRemote();
        await using var client = await remote.ConnectAsync();
        var call = client.CallAsync("any", []);
        var id = Convert.ToHexStringLower((await remote.Peer.ReadEventAsync()).Id.Token)[4..];

        await remote.Peer.SendAsync(Wire.Message($"93 82 {Wire.MessageId} 05 {Wire.ResponseTo} da0020{id} a3455252 91 {Wire.Text("Boom()")}"));

        var error = await Assert.ThrowsAsync<RemoteException>(() => call.Soon());
        Assert.Equal("Boom()", error.Message);
    }

    [Fact]
    public async Task Server_PeerCloses_CancelsItsMethodsAtOnce()
    {
        await using var server = new TestServer();
        using var peer = await RawPeer.GreetedAsync(server.Port);
        await peer.SendAsync((byte[])[.. Wire.Request("01", "hang"), .. Wire.Request("02", "count", "9109")]);
        await server.HangEntered.Soon();
        await peer.ReadPayloadAsync();

        peer.Socket.Shutdown(SocketShutdown.Send);

        await server.HangCancelled.Soon();
        await server.StreamDisposed.Soon();
        await Eventually.TrueAsync(() => server.Server.ConnectionCount == 0, "the connection stays");
        Assert.Equal(0, server.Server.ChannelCount);
    }

    [Fact]
    public async Task Server_Disposed_ClosesAndCancelsAll()
    {
        var server = new TestServer();
        using var silent = await RawPeer.ConnectAsync(server.Port);
        await using var client = await server.ConnectAsync();
        var call = client.CallAsync("hang", []);
        await server.HangEntered.Soon();

        await server.DisposeAsync().AsTask().Soon();

        Assert.True(server.HangCancelled.IsCompleted);
        await Assert.ThrowsAsync<LostRemoteException>(() => call.Soon());
        await silent.ClosedAsync();
        Assert.Equal(0, server.Server.ConnectionCount);
        Assert.Equal(0, server.Server.ChannelCount);
        await Assert.ThrowsAsync<LostRemoteException>(() => server.ConnectAsync());
    }

    [Fact]
    public async Task Server_MethodThatIgnoresItsCancellation_IsLeftBehindAfterTheLimit()
    {
        var time = new FakeTimeProvider();
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var never = new TaskCompletionSource<RpcValue>();
        var service = new ZeroRpcService("stubborn");
        service.Add("stay", (_, _) =>
        {
            entered.SetResult();
            return new ValueTask<RpcValue>(never.Task);
        });
        var server = ZeroRpcServer.Start(new IPEndPoint(IPAddress.Loopback, 0), service, new ZeroRpcOptions { Time = time });
        await using var client = await ZeroRpcClient.ConnectAsync("127.0.0.1", server.LocalEndPoint.Port);
        var call = client.CallAsync("stay", []);
        await entered.Task.Soon();

        var stopping = server.DisposeAsync().AsTask();
        await Assert.ThrowsAsync<LostRemoteException>(() => call.Soon());
        Assert.False(stopping.IsCompleted);
        // The wait may begin a moment after the connection has gone, so the clock is turned until it has.
        while (!stopping.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(5));
            await Task.WhenAny(stopping, Task.Delay(10));
        }

        await stopping;
        never.SetResult(default);
    }
}
