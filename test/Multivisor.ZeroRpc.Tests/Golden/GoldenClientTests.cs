using System.Net;
using Microsoft.Extensions.Time.Testing;
using Multivisor.ZeroRpc.Tests.Support;

namespace Multivisor.ZeroRpc.Tests.Golden;

/// <summary>Our client in the place of the original web server: the recorded agent's octets in, the recorded results out.</summary>
public sealed class GoldenClientTests
{
    public static TheoryData<string> Names => Recording.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Call_RecordedAgent_GivesTheRecordedResults(string name)
    {
        var recording = Recording.Load(name);
        foreach (var connection in recording.Connections)
        {
            var exchanges = Exchange.Of(recording, connection);
            using var listener = RawPeer.Listen();
            var port = ((IPEndPoint)listener.LocalEndPoint!).Port;
            var playing = PlayAsync(listener, recording.Handshake(connection, fromClient: false), exchanges);

            await using (var client = await ZeroRpcClient.ConnectAsync("127.0.0.1", port, new ZeroRpcOptions { Time = new FakeTimeProvider() }).Soon())
            {
                foreach (var exchange in exchanges)
                    await CompareAsync(client, exchange);
                Assert.Equal(0, client.ChannelCount);
            }

            await playing.Soon();
        }
    }

    private static async Task CompareAsync(ZeroRpcClient client, Exchange exchange)
    {
        var arguments = exchange.Args.Items;
        switch (exchange.Replies)
        {
            case []:
                using (var giveUp = new CancellationTokenSource())
                {
                    var call = client.CallAsync(exchange.Method, arguments, cancellationToken: giveUp.Token);
                    await giveUp.CancelAsync();
                    await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.Soon());
                }

                break;
            case [{ Event: { Name: "OK" } ok }]:
                Assert.Equal(ok.Args.Items[0], await client.CallAsync(exchange.Method, arguments).Soon());
                break;
            case [{ Event: { Name: "ERR" } recorded }]:
                var error = await Assert.ThrowsAsync<RemoteException>(() => client.CallAsync(exchange.Method, arguments).Soon());
                Assert.Equal(recorded.Args, RpcValue.Array(error.Name, error.Message, error.Traceback));
                break;
            default:
                await CompareStreamAsync(client, exchange);
                break;
        }
    }

    private static async Task CompareStreamAsync(ZeroRpcClient client, Exchange exchange)
    {
        Assert.True(exchange.Streams);
        await using var items = client.StreamAsync(exchange.Method, exchange.Args.Items).GetAsyncEnumerator();
        foreach (var (reply, _) in exchange.Replies.Where(r => r.Event.Name == "STREAM"))
        {
            Assert.True(await items.MoveNextAsync().AsTask().Soon());
            Assert.Equal(reply.Args, items.Current);
        }

        if (!exchange.Unfinished)
            Assert.False(await items.MoveNextAsync().AsTask().Soon());
    }

    /// <summary>Answers the requests, in their order, with the recorded octets; only the id inside is ours.</summary>
    private static async Task PlayAsync(System.Net.Sockets.Socket listener, byte[] handshake, IReadOnlyList<Exchange> exchanges)
    {
        using var peer = await RawPeer.AcceptAsync(listener);
        await peer.SendAsync(handshake);
        await peer.ReadAsync(64);
        await peer.ReadFrameAsync();
        foreach (var exchange in exchanges.Where(e => e.Replies.Count > 0))
        {
            var request = await peer.ReadEventAsync();
            // A call that was given up at once may or may not have been written.
            while (exchanges.Any(e => e.Replies.Count == 0 && e.Method == request.Name) && request.Name != exchange.Method)
                request = await peer.ReadEventAsync();
            Assert.Equal(exchange.Method, request.Name);
            Assert.Equal(exchange.Args, request.Args);
            for (var i = 0; i < exchange.Replies.Count; i++)
            {
                if (exchange.Streams && i == 1)
                    Assert.Equal("_zpc_more", (await peer.ReadEventAsync()).Name);
                await peer.SendAsync(Readdress(exchange.Replies[i].Octets, exchange.Channel.Bytes.Span, request.Id.Token[2..]));
            }
        }

        await peer.ClosedAsync();
    }

    private static byte[] Readdress(byte[] message, ReadOnlySpan<byte> recordedId, ReadOnlySpan<byte> ourId)
    {
        var copy = message.ToArray();
        ourId.CopyTo(copy.AsSpan(copy.AsSpan().IndexOf(recordedId)));
        return copy;
    }
}
