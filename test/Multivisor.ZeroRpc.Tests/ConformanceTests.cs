using Multivisor.ZeroRpc.Tests.Support;

namespace Multivisor.ZeroRpc.Tests;

/// <summary>The conformance cases of zerorpc.md section 11 against our server, by a bare socket.</summary>
public sealed class ConformanceTests
{
    private const string TwoAndThree = "920203";
    private const string Five = "9105";

    /// <summary>The id token, and whether a delimiter stands before the payload, and the long form of the frame header.</summary>
    public static TheoryData<string, string> Ids => new()
    {
        { "bin(32)", Wire.Bin('a') },
        { "text", "a131" },
        { "text of 32 octets", "d920" + new string('6', 64) },
        { "raw16, as old msgpack wrote 32 octets", "da0020" + new string('6', 64) },
        { "small integer", "07" },
        { "uint32", "ce01020304" },
        { "negative integer", "d0fd" },
    };

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task Request_AnyIdType_IsEchoedAsItCame(string what, string id)
    {
        await using var server = new TestServer();
        using var peer = await RawPeer.GreetedAsync(server.Port);

        await peer.SendAsync(Wire.Request(id, "add", TwoAndThree));

        AssertAnswer(await peer.ReadPayloadAsync(), id, "OK", Five, what);
    }

    [Fact]
    public async Task Request_Greeting30AndReadyWithSocketTypeOnly_IsAnswered()
    {
        await using var server = new TestServer();
        using var peer = await RawPeer.ConnectAsync(server.Port);
        var greeting = RawPeer.Greeting.ToArray();
        greeting[11] = 0;

        await peer.SendAsync((byte[])[.. greeting, .. RawPeer.Ready("DEALER", identity: null)]);
        await peer.ReadAsync(64);
        await peer.ReadFrameAsync();
        await peer.SendAsync(Wire.Request(Wire.Bin('a'), "add", TwoAndThree));

        AssertAnswer(await peer.ReadPayloadAsync(), Wire.Bin('a'), "OK", Five);
    }

    [Fact]
    public async Task Request_OldDialect_IsAnswered()
    {
        // All text raw, the id raw16, no version.
        await using var server = new TestServer();
        using var peer = await RawPeer.GreetedAsync(server.Port);
        var id = "da0020" + new string('6', 64);

        await peer.SendAsync(Wire.Message($"93 81 {Wire.MessageId} {id} {Wire.Text("add")} {TwoAndThree}"));

        AssertAnswer(await peer.ReadPayloadAsync(), id, "OK", Five);
    }

    [Fact]
    public async Task Request_BinName_IsAnswered()
    {
        await using var server = new TestServer();
        using var peer = await RawPeer.GreetedAsync(server.Port);

        await peer.SendAsync(Wire.Message($"93 81 {Wire.MessageId} 01 c403616464 {TwoAndThree}"));

        AssertAnswer(await peer.ReadPayloadAsync(), "01", "OK", Five);
    }

    [Fact]
    public async Task Request_NoDelimiter_IsAnswered()
    {
        await using var server = new TestServer();
        using var peer = await RawPeer.GreetedAsync(server.Port);

        await peer.SendAsync(Wire.Request("01", "add", TwoAndThree).AsMemory(2));

        AssertAnswer(await peer.ReadPayloadAsync(), "01", "OK", Five);
    }

    [Fact]
    public async Task Request_LongFormOfAShortFrame_IsAnswered()
    {
        await using var server = new TestServer();
        using var peer = await RawPeer.GreetedAsync(server.Port);
        var request = Wire.Request("01", "add", TwoAndThree);

        await peer.SendAsync((byte[])[1, 0, 2, 0, 0, 0, 0, 0, 0, 0, request[3], .. request[4..]]);

        AssertAnswer(await peer.ReadPayloadAsync(), "01", "OK", Five);
    }

    [Fact]
    public async Task Ping_WithContext_IsAnsweredByPong()
    {
        await using var server = new TestServer();
        using var peer = await RawPeer.GreetedAsync(server.Port);

        await peer.SendAsync("0409 0450494e47 0000 6162");
        var (flags, body) = await peer.ReadFrameAsync();

        Assert.Equal(4, flags);
        Assert.Equal("04504f4e476162", Convert.ToHexStringLower(body));
    }

    [Fact]
    public async Task Command_Unknown_IsIgnored()
    {
        await using var server = new TestServer();
        using var peer = await RawPeer.GreetedAsync(server.Port);

        await peer.SendAsync("0404 03464f4f");
        await peer.SendAsync(Wire.Request("01", "add", TwoAndThree));

        AssertAnswer(await peer.ReadPayloadAsync(), "01", "OK", Five);
    }

    public static TheoryData<string, string> Strangers => new()
    {
        { "socket type SUB", Convert.ToHexStringLower([.. RawPeer.Greeting, .. RawPeer.Ready("SUB")]) },
        { "mechanism PLAIN", "ff00000000000000017f0301504c41494e" + new string('0', 94) },
        { "ZMTP 2", "ff00000000000000017f01" },
        { "ZMTP 1", "0100" },
        { "no ZMTP", Convert.ToHexStringLower("GET / HTTP/1.1\r\n\r\n"u8) },
        { "message before READY", Convert.ToHexStringLower([.. RawPeer.Greeting, .. Wire.Request("01", "add", TwoAndThree)]) },
        { "frame over the limit", Convert.ToHexStringLower([.. RawPeer.Greeting, .. RawPeer.Ready("DEALER"), 2, 0xff, 0, 0, 0, 0, 0, 0, 0]) },
        { "reserved flags", Convert.ToHexStringLower([.. RawPeer.Greeting, .. RawPeer.Ready("DEALER"), 0x80, 0]) },
    };

    [Theory]
    [MemberData(nameof(Strangers))]
    public async Task Connection_OfAStranger_IsClosed(string what, string octets)
    {
        await using var server = new TestServer();
        using var peer = await RawPeer.ConnectAsync(server.Port);

        await peer.SendAsync(octets);
        await peer.ClosedAsync();

        await Eventually.TrueAsync(() => server.Server.ConnectionCount == 0, what);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(0xff)]
    public async Task Greeting_LaterMajor_IsServed(byte major)
    {
        await using var server = new TestServer();
        using var peer = await RawPeer.ConnectAsync(server.Port);
        var greeting = RawPeer.Greeting.ToArray();
        greeting[10] = major;

        await peer.SendAsync((byte[])[.. greeting, .. RawPeer.Ready("DEALER"), .. Wire.Request("01", "add", TwoAndThree)]);
        await peer.ReadAsync(64);
        await peer.ReadFrameAsync();

        AssertAnswer(await peer.ReadPayloadAsync(), "01", "OK", Five);
    }

    [Fact]
    public async Task Identity_SharedByTwoPeers_BothAreAnswered()
    {
        await using var server = new TestServer();
        using var first = await RawPeer.ConnectAsync(server.Port);
        using var second = await RawPeer.ConnectAsync(server.Port);
        foreach (var peer in new[] { first, second })
        {
            await peer.SendAsync((byte[])[.. RawPeer.Greeting, .. RawPeer.Ready("DEALER", "same"), .. Wire.Request("01", "add", TwoAndThree)]);
            await peer.ReadAsync(64);
            await peer.ReadFrameAsync();
            AssertAnswer(await peer.ReadPayloadAsync(), "01", "OK", Five);
        }
    }

    public static TheoryData<string, string> Dropped => new()
    {
        { "four elements", $"94 82 {Wire.MessageId} 01 {Wire.Version} a3616464 920203 c0" },
        { "two elements", $"92 82 {Wire.MessageId} 01 {Wire.Version} a3616464" },
        { "bin header keys", "93 81 c40a6d6573736167655f6964 01 a3616464 920203" },
        { "integer keys in an argument", $"93 81 {Wire.MessageId} 01 a3616464 91810203" },
        { "header is no map", "93 c0 a3616464 920203" },
        { "no message_id", $"93 81 {Wire.Version} a3616464 920203" },
        { "empty payload", "" },
        { "cut short", $"93 82 {Wire.MessageId} 01 {Wire.Version} a36164" },
        { "unknown channel", $"93 83 {Wire.MessageId} 01 {Wire.Version} {Wire.ResponseTo} 63 a75f7a70635f6862 9100" },
        { "an id that is a map", $"93 82 {Wire.MessageId} 80 {Wire.Version} a3616464 920203" },
        { "an id of 300 octets", $"93 82 {Wire.MessageId} c5012c{new string('0', 600)} {Wire.Version} a3616464 920203" },
        { "unused code c1", $"93 81 {Wire.MessageId} 01 a3616464 91c1" },
    };

    [Theory]
    [MemberData(nameof(Dropped))]
    public async Task Event_Malformed_IsDroppedAndTheNextAnswered(string what, string payload)
    {
        await using var server = new TestServer();
        using var peer = await RawPeer.GreetedAsync(server.Port);

        await peer.SendAsync(Wire.Message(payload));
        await peer.SyncAsync();
        await peer.SendAsync(Wire.Request("02", "add", TwoAndThree));

        AssertAnswer(await peer.ReadPayloadAsync(), "02", "OK", Five, what);
        Assert.Equal(1, server.Calls);
    }

    [Theory]
    [InlineData("c0")]
    [InlineData("80")]
    [InlineData("a161")]
    public async Task Request_ArgumentsThatAreNoArray_IsTypeError(string args)
    {
        await using var server = new TestServer();
        using var peer = await RawPeer.GreetedAsync(server.Port);

        await peer.SendAsync(Wire.Request("01", "add", args));

        var error = await peer.ReadEventAsync();
        Assert.Equal("ERR", error.Name);
        Assert.Equal("TypeError", error.Args.Items[0]);
        Assert.Equal(3, error.Args.Items.Count);
    }

    [Fact]
    public async Task Request_TrailingGarbage_IsIgnored()
    {
        await using var server = new TestServer();
        using var peer = await RawPeer.GreetedAsync(server.Port);

        await peer.SendAsync(Wire.Message($"93 81 {Wire.MessageId} 01 a3616464 920203 ffff"));

        AssertAnswer(await peer.ReadPayloadAsync(), "01", "OK", Five);
    }

    [Fact]
    public async Task Stream_250Items_SendsExactlyOneBeforeTheFirstMore()
    {
        await using var server = new TestServer();
        using var peer = await RawPeer.GreetedAsync(server.Port);
        var channel = Wire.Bin('a');

        await peer.SendAsync(Wire.Request(channel, "count", "91ccfa"));
        AssertAnswer(await peer.ReadPayloadAsync(), channel, "STREAM", "00");
        await peer.SyncAsync();
        Assert.Equal(1, server.Pulled);

        await peer.SendAsync(Wire.Event(channel, "_zpc_more", "9164"));
        for (var i = 1; i <= 100; i++)
            AssertItem(i, await peer.ReadEventAsync());
        await peer.SyncAsync();
        Assert.Equal(101, server.Pulled);

        // Added, not set: python repeats [51] each time 51 were consumed.
        await peer.SendAsync((byte[])[.. Wire.Event(channel, "_zpc_more", "91cc95"), .. Wire.Event(channel, "_zpc_more", "9101")]);
        for (var i = 101; i < 250; i++)
            AssertItem(i, await peer.ReadEventAsync());
        AssertAnswer(await peer.ReadPayloadAsync(), channel, "STREAM_DONE", "c0");
        await server.StreamDisposed.Soon();
    }

    [Theory]
    [InlineData("c0")]
    [InlineData("90")]
    [InlineData("9100")]
    [InlineData("91ff")]
    [InlineData("91a161")]
    public async Task More_ThatIsNoPositiveInteger_IsIgnored(string args)
    {
        await using var server = new TestServer();
        using var peer = await RawPeer.GreetedAsync(server.Port);

        await peer.SendAsync(Wire.Request("01", "count", "9102"));
        AssertAnswer(await peer.ReadPayloadAsync(), "01", "STREAM", "00");
        await peer.SendAsync(Wire.Event("01", "_zpc_more", args));
        await peer.SyncAsync();
        Assert.Equal(1, server.Pulled);

        await peer.SendAsync(Wire.Event("01", "_zpc_more", "9102"));
        AssertAnswer(await peer.ReadPayloadAsync(), "01", "STREAM", "01");
        AssertAnswer(await peer.ReadPayloadAsync(), "01", "STREAM_DONE", "c0");
    }

    [Fact]
    public async Task Request_SameIdWhileOpen_RunsOnce()
    {
        await using var server = new TestServer();
        using var peer = await RawPeer.GreetedAsync(server.Port);

        await peer.SendAsync((byte[])[.. Wire.Request("01", "hang"), .. Wire.Request("01", "add", TwoAndThree)]);
        await server.HangEntered.Soon();
        await peer.SyncAsync();

        Assert.Equal(0, server.Calls);
        Assert.Equal(1, server.Server.ChannelCount);
    }

    private static void AssertItem(int number, Events.RpcEvent received)
    {
        Assert.Equal("STREAM", received.Name);
        Assert.Equal(number, received.Args);
    }

    /// <summary>Compares the octets of an answer; only its own message id is free.</summary>
    private static void AssertAnswer(byte[] payload, string channel, string name, string args, string? what = null)
    {
        var hex = Convert.ToHexStringLower(payload);
        var head = $"9383{Wire.MessageId}c420";
        Assert.True(hex.StartsWith(head, StringComparison.Ordinal), what ?? hex);
        Assert.Equal($"{Wire.Version}{Wire.ResponseTo}{channel}{Wire.Text(name)}{args}", hex[(head.Length + 64)..]);
    }
}
