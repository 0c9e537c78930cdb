using System.Net;
using Microsoft.Extensions.Time.Testing;
using Multivisor.ZeroRpc.Tests.Support;

namespace Multivisor.ZeroRpc.Tests;

/// <summary>The annotated session of zerorpc.md section 10: its client's octets against our server, its server's against our client.</summary>
public sealed class TranscriptTests
{
    private const string Greeting = "ff00000000000000017f03014e554c4c00000000000000000000000000000000 0000000000000000000000000000000000000000000000000000000000000000";
    private const string RouterReady = "0429 0552454144590b536f636b65742d5479706500000006524f55544552084964656e7469747900000000";
    private const string DealerReady = "0429 0552454144590b536f636b65742d54797065000000064445414c4552084964656e7469747900000000";
    private const string IdHead = "aa6d6573736167655f6964 c420";
    private const string ResponseHead = "a17603 ab726573706f6e73655f746f c420";

    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Server_RecordedSession_AnswersAsTheOriginal()
    {
        var time = new FakeTimeProvider();
        var gate = new SemaphoreSlim(0);
        var service = new ZeroRpcService("Transcript");
        service.Add("add", (_, _) => ValueTask.FromResult<RpcValue>(5));
        service.Add("count", (_, _) => Gated(gate));
        await using var server = ZeroRpcServer.Start(new IPEndPoint(IPAddress.Loopback, 0), service, new ZeroRpcOptions { Time = time });
        using var peer = await RawPeer.ConnectAsync(server.LocalEndPoint.Port);

        // The segments as libzmq cut them: 10 octets, 54 octets, READY together with the first request.
        var greeting = RawPeer.Octets(Greeting);
        await peer.SendAsync(greeting.AsMemory(0, 10));
        await peer.ReadAsync(64);
        await peer.SendAsync(greeting.AsMemory(10));
        await peer.SendAsync($"{DealerReady} 0100 0039 93 82 {IdHead}{Id("93a4")} a17603 a3616464 92 02 03");
        Assert.Equal(Hex(RouterReady), Convert.ToHexStringLower(await peer.ReadAsync(43)));
        await AssertNextAsync(peer, "93a4", "a24f4b 91 05");

        await peer.SendAsync($"0100 003a 93 82 {IdHead}{Id("93a5")} a17603 a66e6f73756368 90");
        await AssertNextAsync(peer, "93a5", "a3455252 93 a94e616d654572726f72 a66e6f73756368 a0");

        gate.Release();
        await peer.SendAsync($"0100 003b 93 82 {IdHead}{Id("93a6")} a17603 a5636f756e74 92 03 04");
        await AssertNextAsync(peer, "93a6", "a653545245414d a26e30");
        await peer.SendAsync(ClientEvent("93a7", "a95f7a70635f6d6f7265 91 64"));
        gate.Release();
        await AssertNextAsync(peer, "93a6", "a653545245414d a26e31");

        await peer.SendAsync(ClientEvent("93a8", "a75f7a70635f6862 91 00"));
        await peer.SyncAsync();
        time.Advance(Beat);
        await AssertNextAsync(peer, "93a6", "a75f7a70635f6862 91 00");
        gate.Release();
        await AssertNextAsync(peer, "93a6", "a653545245414d a26e32");

        await peer.SendAsync(ClientEvent("93a9", "a75f7a70635f6862 91 00"));
        await peer.SyncAsync();
        time.Advance(Beat);
        await AssertNextAsync(peer, "93a6", "a75f7a70635f6862 91 00");
        gate.Release();
        await AssertNextAsync(peer, "93a6", "ab53545245414d5f444f4e45 c0");
    }

    [Fact]
    public async Task Client_RecordedSession_SendsAsTheOriginal()
    {
        var time = new FakeTimeProvider();
        using var listener = RawPeer.Listen();
        var connecting = ZeroRpcClient.ConnectAsync("127.0.0.1", ((IPEndPoint)listener.LocalEndPoint!).Port, new ZeroRpcOptions { Time = time });
        using var peer = await RawPeer.AcceptAsync(listener);

        // The accepting libzmq sends 11 octets and waits for the rest of the other's greeting.
        var greeting = RawPeer.Octets(Greeting);
        await peer.SendAsync(greeting.AsMemory(0, 11));
        Assert.Equal("ff", Convert.ToHexStringLower((await peer.ReadAsync(64))[..1]));
        await peer.SendAsync(greeting.AsMemory(11));
        await peer.SendAsync(RouterReady);
        Assert.Equal(Hex(DealerReady), Convert.ToHexStringLower(await peer.ReadAsync(43)));
        await using var client = await connecting.Soon();

        var adding = client.CallAsync("add", [2, 3]);
        var id = await OpenedAsync(peer, "a3616464 92 02 03");
        await peer.SendAsync($"0100 0065 93 83 {IdHead}{Id("0c2b")} {ResponseHead}{id} a24f4b 91 05");
        Assert.Equal(5, await adding.Soon());

        await using var items = client.StreamAsync("count", [3, 4]).GetAsyncEnumerator();
        var first = items.MoveNextAsync().AsTask();
        id = await OpenedAsync(peer, "a5636f756e74 92 03 04");
        await peer.SendAsync(ServerEvent(id, "a653545245414d a26e30"));
        Assert.True(await first.Soon());
        Assert.Equal("n0", items.Current);

        var second = items.MoveNextAsync().AsTask();
        Assert.Equal(Hex($"{ResponseHead}{id} a95f7a70635f6d6f7265 91 64"), await TailAsync(peer));
        await peer.SendAsync(ServerEvent(id, "a653545245414d a26e31"));
        Assert.True(await second.Soon());

        time.Advance(Beat);
        Assert.Equal(Hex($"{ResponseHead}{id} a75f7a70635f6862 91 00"), await TailAsync(peer));
        await peer.SendAsync(ServerEvent(id, "ab53545245414d5f444f4e45 c0"));
        Assert.False(await items.MoveNextAsync().AsTask().Soon());
        Assert.Equal(0, client.ChannelCount);
    }

    private static string Id(string tail) => "3237346139336134653062393439353939613434313738666464383262336462"[..8]
        + Convert.ToHexStringLower(System.Text.Encoding.ASCII.GetBytes(tail)) + "653062393439353939613434313738666464383262336462";

    private static string Hex(string spaced) => spaced.Replace(" ", "", StringComparison.Ordinal);

    private static byte[] ClientEvent(string id, string nameAndArgs) =>
        Wire.Message($"93 83 {IdHead}{Id(id)} {ResponseHead}{Id("93a6")} {nameAndArgs}");

    private static byte[] ServerEvent(string channel, string nameAndArgs) =>
        Wire.Message($"93 83 {IdHead}{Id("0c2d")} {ResponseHead}{channel} {nameAndArgs}");

    private static async Task AssertNextAsync(RawPeer peer, string channel, string nameAndArgs) =>
        Assert.Equal(Hex($"{ResponseHead}{Id(channel)} {nameAndArgs}"), await TailAsync(peer));

    /// <summary>The next message without its own id.</summary>
    private static async Task<string> TailAsync(RawPeer peer)
    {
        var hex = Convert.ToHexStringLower(await peer.ReadPayloadAsync());
        var head = Hex($"93 83 {IdHead}");
        Assert.StartsWith(head, hex, StringComparison.Ordinal);
        return hex[(head.Length + 64)..];
    }

    /// <summary>Reads a request and gives the content of its id.</summary>
    private static async Task<string> OpenedAsync(RawPeer peer, string nameAndArgs)
    {
        var hex = Convert.ToHexStringLower(await peer.ReadPayloadAsync());
        var head = Hex($"93 82 {IdHead}");
        Assert.StartsWith(head, hex, StringComparison.Ordinal);
        Assert.Equal(Hex($"a17603 {nameAndArgs}"), hex[(head.Length + 64)..]);
        return hex.Substring(head.Length, 64);
    }

    private static async IAsyncEnumerable<RpcValue> Gated(SemaphoreSlim gate)
    {
        for (var i = 0; i < 3; i++)
        {
            await gate.WaitAsync();
            yield return $"n{i}";
        }

        await gate.WaitAsync();
    }
}
