using System.Net;
using System.Net.Sockets;
using Multivisor.ZeroRpc.Tests.Support;

namespace Multivisor.ZeroRpc.Tests;

/// <summary>Our client against our server.</summary>
public sealed class LoopbackTests
{
    [Fact]
    public async Task DisposeAsync_WhileOthersConnect_IsNoError()
    {
        // The accepting loop is then between two connections, now and again.
        for (var i = 0; i < 300; i++)
        {
            var server = new TestServer();
            using var visitor = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await visitor.ConnectAsync(IPAddress.Loopback, server.Port);
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task CallAsync_KnownMethod_GivesItsResult()
    {
        await using var server = new TestServer();
        await using var client = await server.ConnectAsync();

        Assert.Equal(5, await client.CallAsync("add", [2, 3]).Soon());
        Assert.Equal(0, client.ChannelCount);
    }

    [Fact]
    public async Task CallAsync_EveryKind_ComesBackUnchanged()
    {
        await using var server = new TestServer();
        await using var client = await server.ConnectAsync();
        RpcValue[] values =
        [
            RpcValue.Nil, true, false, 0, -1, 127, 128, -33, long.MinValue, long.MaxValue, RpcValue.Unsigned(ulong.MaxValue), 1.5, "",
            "žluťoučký 🐎", RpcValue.Binary([0, 255]), RpcValue.Array(), RpcValue.Map(new KeyValuePair<string, RpcValue>("a", RpcValue.Array(1, RpcValue.Nil))),
            new string('x', 70_000),
        ];

        Assert.Equal(RpcValue.Array(values), await client.CallAsync("echo", values).Soon());
    }

    [Fact]
    public async Task CallAsync_RemoteException_ArrivesWithNameAndMessage()
    {
        await using var server = new TestServer();
        await using var client = await server.ConnectAsync();

        var error = await Assert.ThrowsAsync<RemoteException>(() => client.CallAsync("fault", []).Soon());
        Assert.Equal("Fault", error.Name);
        Assert.Equal("<Fault 10: 'BAD_NAME: zz'>", error.Message);
    }

    [Fact]
    public async Task CallAsync_OtherException_ArrivesWithoutItsStack()
    {
        await using var server = new TestServer();
        await using var client = await server.ConnectAsync();

        var error = await Assert.ThrowsAsync<RemoteException>(() => client.CallAsync("crash", []).Soon());
        Assert.Equal("FormatException", error.Name);
        Assert.Equal("what went wrong", error.Message);
        Assert.Empty(error.Traceback);
    }

    [Fact]
    public async Task CallAsync_UnknownMethod_IsNameErrorWithTheName()
    {
        await using var server = new TestServer();
        await using var client = await server.ConnectAsync();

        var error = await Assert.ThrowsAsync<RemoteException>(() => client.CallAsync("nosuch", []).Soon());
        Assert.Equal("NameError", error.Name);
        Assert.Equal("nosuch", error.Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(250)]
    [InlineData(5000)]
    public async Task StreamAsync_ItemsAndEnd_AllArriveInOrder(int count)
    {
        await using var server = new TestServer();
        await using var client = await server.ConnectAsync();

        var items = await client.StreamAsync("count", [count]).CollectAsync().Soon();

        Assert.Equal(Enumerable.Range(0, count).Select(i => (RpcValue)i), items);
        Assert.Equal(0, client.ChannelCount);
        await Eventually.TrueAsync(() => server.Server.ChannelCount == 0, "the server keeps a channel");
    }

    [Fact]
    public async Task StreamAsync_ErrorAfterItems_ThrowsBehindThem()
    {
        await using var server = new TestServer();
        await using var client = await server.ConnectAsync();
        await using var items = client.StreamAsync("fail_after", [120]).GetAsyncEnumerator();

        for (var i = 0; i < 120; i++)
        {
            Assert.True(await items.MoveNextAsync().AsTask().Soon());
            Assert.Equal(i, items.Current);
        }

        var error = await Assert.ThrowsAsync<RemoteException>(() => items.MoveNextAsync().AsTask().Soon());
        Assert.Equal("no more", error.Message);
    }

    [Fact]
    public async Task CallAsync_MethodThatStreams_IsRefused()
    {
        await using var server = new TestServer();
        await using var client = await server.ConnectAsync();

        var error = await Assert.ThrowsAsync<RemoteException>(() => client.CallAsync("count", [3]).Soon());
        Assert.Equal("count answers with a stream", error.Message);
    }

    [Fact]
    public async Task StreamAsync_MethodThatDoesNotStream_IsRefused()
    {
        await using var server = new TestServer();
        await using var client = await server.ConnectAsync();

        var error = await Assert.ThrowsAsync<RemoteException>(() => client.StreamAsync("add", [2, 3]).CollectAsync().Soon());
        Assert.Equal("add answers with one value and no stream", error.Message);
    }

    [Fact]
    public async Task BuiltIns_Asked_AnswerAsTheOriginal()
    {
        await using var server = new TestServer();
        await using var client = await server.ConnectAsync();

        Assert.Equal(RpcValue.Array("pong", "Tests"), await client.CallAsync("_zerorpc_ping", []).Soon());
        Assert.Equal("Tests", await client.CallAsync("_zerorpc_name", []).Soon());
        Assert.Equal(
            RpcValue.Array("add", "blob", "count", "crash", "echo", "fail_after", "fault", "hang"),
            await client.CallAsync("_zerorpc_list", []).Soon());
        Assert.Equal("Adds two integers.", await client.CallAsync("_zerorpc_help", ["add"]).Soon());
        Assert.Equal(RpcValue.Nil, await client.CallAsync("_zerorpc_help", ["echo"]).Soon());
        Assert.Equal(RpcValue.Nil, await client.CallAsync("_zerorpc_args", ["add"]).Soon());
        var inspect = await client.CallAsync("_zerorpc_inspect", []).Soon();
        Assert.True(inspect.TryGetMember("name", out var name) && name == "Tests");
        Assert.True(inspect.TryGetMember("methods", out var methods));
        Assert.Equal(8, methods.Members.Count);
        Assert.Equal(
            RpcValue.Map(new("args", RpcValue.Nil), new("doc", "Adds two integers.")),
            methods.Members.Single(m => m.Key == "add").Value);
        var error = await Assert.ThrowsAsync<RemoteException>(() => client.CallAsync("_zerorpc_help", []).Soon());
        Assert.Equal("TypeError", error.Name);
    }

    [Fact]
    public async Task CallAsync_Many_RunAtTheSameTime()
    {
        await using var server = new TestServer();
        await using var client = await server.ConnectAsync();

        var hanging = client.CallAsync("hang", []);
        await server.HangEntered.Soon();
        var sums = await Task.WhenAll(Enumerable.Range(0, 500).Select(i => client.CallAsync("add", [i, 1]))).Soon();

        Assert.Equal(Enumerable.Range(1, 500).Select(i => (RpcValue)i), sums);
        Assert.False(hanging.IsCompleted);
    }

    [Fact]
    public async Task CallAsync_TwentyMegabytes_Arrive()
    {
        await using var server = new TestServer();
        await using var client = await server.ConnectAsync();

        var blob = await client.CallAsync("blob", [20_000_000]).Soon();
        Assert.Equal(20_000_000, blob.Bytes.Length);
    }
}
