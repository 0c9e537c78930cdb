using System.Buffers;
using System.Buffers.Binary;
using CsCheck;
using Multivisor.ZeroRpc.Events;
using Multivisor.ZeroRpc.Tests.Support;
using Multivisor.ZeroRpc.Zmtp;

namespace Multivisor.ZeroRpc.Tests;

/// <summary>What holds for every event and every input.</summary>
public sealed class CodecPropertyTests
{
    private static readonly ZeroRpcOptions Options = new();

    private static readonly Gen<RpcValue> Scalar = Gen.OneOf(
        Gen.Const(RpcValue.Nil),
        Gen.Bool.Select(flag => (RpcValue)flag),
        Gen.Long.Select(number => (RpcValue)number),
        Gen.SByte.Select(number => (RpcValue)(int)number),
        Gen.ULong.Select(RpcValue.Unsigned),
        Gen.Double.Select(number => (RpcValue)number),
        Gen.String.Where(WellFormed).Select(text => (RpcValue)text),
        Gen.Byte.Array[0, 300].Select(RpcValue.Binary));

    private static readonly Gen<RpcValue> Value = Gen.Recursive<RpcValue>((depth, self) => depth > 5
        ? Scalar
        : Gen.Frequency(
            (6, Scalar),
            (1, self.Array[0, 20].Select(items => RpcValue.Array(items))),
            (1, Gen.Select(Gen.String.Where(WellFormed), self, (key, value) => new KeyValuePair<string, RpcValue>(key, value)).Array[0, 20].Select(members => RpcValue.Map(members)))));

    private static readonly Gen<EventId> Id = Gen.OneOf(
        Gen.Byte.Array[32].Select(octets => new EventId([0xC4, 32, .. octets], 2)),
        Gen.Char['a', 'z'].Array[1, 31].Select(text => new EventId([(byte)(0xA0 + text.Length), .. text.Select(c => (byte)c)], 1)),
        Gen.Byte[0, 0x7F].Select(number => new EventId([number], 0)));

    private static readonly Gen<RpcEvent> AnyEvent = Gen.Select(
        Id, Id, Gen.Bool, Gen.String.Where(WellFormed), Value,
        (id, channel, opens, name, args) => new RpcEvent(id, opens ? null : channel, name, args));

    [Fact]
    public void Event_Encoded_DecodesToItself() => AnyEvent.Sample(sent =>
    {
        var message = new ReadOnlySequence<byte>(EventEncoder.Encode(sent.Id, sent.ResponseTo, sent.Name, sent.Args, Options).Octets);
        Assert.True(ZmtpFrame.TryRead(ref message, int.MaxValue, out var delimiter));
        Assert.True(delimiter.More && delimiter.Body.IsEmpty);
        Assert.True(ZmtpFrame.TryRead(ref message, int.MaxValue, out var payload));
        Assert.True(!payload.More && message.IsEmpty);
        AssertSame(sent, EventDecoder.Decode(payload.Body, Options));
    });

    [Fact]
    public void Messages_InRandomSegments_ArriveWhole() =>
        Gen.Select(AnyEvent.Array[1, 8], Gen.Int[1, 700].Array[1, 40]).Sample((sent, cuts) =>
        {
            List<byte> wire = [.. RawPeer.Greeting, .. RawPeer.Ready("DEALER")];
            foreach (var message in sent)
                wire.AddRange(EventEncoder.Encode(message.Id, message.ResponseTo, message.Name, message.Args, Options).Octets.Span);

            List<RpcEvent> received = [];
            var connection = ZmtpConnection.OpenAsync(new ScriptedStream(Cut([.. wire], cuts)), ZmtpRole.Server, Options, default).GetAwaiter().GetResult();
            connection.ReadAsync(payload =>
            {
                received.Add(EventDecoder.Decode(payload, Options));
                return ValueTask.CompletedTask;
            }).GetAwaiter().GetResult();

            Assert.Equal(sent.Length, received.Count);
            for (var i = 0; i < sent.Length; i++)
                AssertSame(sent[i], received[i]);
        }, iter: 100);

    [Fact]
    public void Frames_OfAnyLength_KeepTheirBody() => Gen.Int[0, 100_000].Sample(length =>
    {
        var head = new byte[ZmtpFrame.MaxHeader];
        var headLength = ZmtpFrame.WriteHeaderBefore(head, 0, length);
        Assert.Equal(length <= 255 ? 2 : 9, headLength);
        var octets = new byte[headLength + length + 1];
        head.AsSpan(ZmtpFrame.MaxHeader - headLength).CopyTo(octets);

        var cut = new ReadOnlySequence<byte>(octets, 0, headLength + length - (length > 0 ? 1 : 0));
        Assert.Equal(length == 0, ZmtpFrame.TryRead(ref cut, int.MaxValue, out _));
        var whole = new ReadOnlySequence<byte>(octets);
        Assert.True(ZmtpFrame.TryRead(ref whole, int.MaxValue, out var frame));
        Assert.Equal(length, frame.Body.Length);
        Assert.Equal(1, whole.Length);
    }, iter: 500);

    [Fact]
    public void Decode_RandomOctets_ThrowsOnlyProtocolException() =>
        Gen.Byte.Array[0, 200].Sample(octets => DecodeHostile(octets), iter: 20_000);

    [Fact]
    public void Decode_DamagedEvent_ThrowsOnlyProtocolException() =>
        Gen.Select(AnyEvent, Gen.Int[0, int.MaxValue], Gen.Byte, Gen.Int[0, int.MaxValue]).Sample((sent, position, octet, cut) =>
        {
            var octets = EventEncoder.Encode(sent.Id, sent.ResponseTo, sent.Name, sent.Args, Options).Octets.ToArray();
            octets[position % octets.Length] = octet;
            DecodeHostile(octets.AsMemory(4, cut % Math.Max(1, octets.Length - 4)));
            DecodeHostile(octets.AsMemory(Math.Min(octets.Length, 11)));
            DecodeHostile(octets.AsMemory(4));
        }, iter: 1_000);

    [Fact]
    public void Frames_RandomOctets_ThrowOnlyProtocolException() => Gen.Byte.Array[0, 80].Sample(octets =>
    {
        Hostile(() =>
        {
            var buffer = new ReadOnlySequence<byte>(octets);
            ZmtpGreeting.TryRead(ref buffer);
        });
        Hostile(() =>
        {
            var buffer = new ReadOnlySequence<byte>(octets);
            while (ZmtpFrame.TryRead(ref buffer, 1000, out var frame) && frame.IsCommand)
            {
                ZmtpCommand.Split(frame.Body.ToArray(), out _, out var data);
                ZmtpCommand.SocketType(data);
            }
        });
        Hostile(() => ZmtpCommand.SocketType(octets));
        Hostile(() => ZmtpCommand.PongFor(octets));
    }, iter: 20_000);

    /// <summary>An event up to its args, which follow in hex.</summary>
    public static TheoryData<string> Claims =>
    [
        "ddffffffff", "dd7fffffff", "dfffffffff", "df7fffffff", "dcffff", "deffff",
        "dbffffffff", "db7fffffff", "c6ffffffff", "c67fffffff", "c9ffffffff05", "dd00ffffff" + "dd00ffffff" + "dd00ffffff",
        "91dd05f5e100c0", "81a161df05f5e100", "cf", "cb00", "d9ff", "c8ffff00",
    ];

    [Theory]
    [MemberData(nameof(Claims))]
    public void Decode_ClaimedLengths_TakeNoMemory(string args)
    {
        var payload = RawPeer.Octets($"93 81 {Wire.MessageId} 01 a161 {args}");
        DecodeHostile(payload);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<ProtocolException>(() => EventDecoder.Decode(payload, Options));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20_000);
    }

    [Theory]
    [InlineData(0x91)]
    [InlineData(0x81)]
    public void Decode_DepthBomb_IsRefused(byte code)
    {
        var nested = code == 0x91 ? "91" : "81a161";
        var head = $"93 81 {Wire.MessageId} 01 a161";
        var deepest = RawPeer.Octets(head + string.Concat(Enumerable.Repeat(nested, Options.MaxDepth)) + "c0");
        Assert.Equal("a", EventDecoder.Decode(deepest, Options).Name);

        foreach (var depth in new[] { Options.MaxDepth + 1, 1_000_000 })
        {
            var bomb = RawPeer.Octets(head + string.Concat(Enumerable.Repeat(nested, depth)) + "c0");
            Assert.Throws<ProtocolException>(() => EventDecoder.Decode(bomb, Options));
        }

        // The same among the header's unknown keys.
        var inHeader = RawPeer.Octets("93 81 a17a" + string.Concat(Enumerable.Repeat(nested, 100_000)) + "c0");
        Assert.Throws<ProtocolException>(() => EventDecoder.Decode(inHeader, Options));
    }

    [Fact]
    public void Decode_NestedHeads_CannotClaimTheSameOctetsTwice()
    {
        // 30 heads, one in the other, each claiming as many elements as there are octets left: 30 arrays of 24 MB if believed.
        const int filler = 1_000_000;
        var head = RawPeer.Octets($"93 81 {Wire.MessageId} 01 a161");
        var octets = new byte[head.Length + (30 * 5) + filler];
        head.CopyTo(octets, 0);
        for (var i = 0; i < 30; i++)
        {
            octets[head.Length + (5 * i)] = 0xDD;
            BinaryPrimitives.WriteInt32BigEndian(octets.AsSpan(head.Length + (5 * i) + 1), filler - 100);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<ProtocolException>(() => EventDecoder.Decode(octets, Options));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 30_000_000);
    }

    [Fact]
    public void Decode_MoreElementsThanTheLimit_IsRefused()
    {
        var small = new ZeroRpcOptions { MaxElements = 10 };
        var fits = RawPeer.Octets($"93 81 {Wire.MessageId} 01 a161 9a" + new string('0', 20));
        var tooMany = RawPeer.Octets($"93 81 {Wire.MessageId} 01 a161 9b" + new string('0', 22));

        Assert.Equal(10, EventDecoder.Decode(fits, small).Args.Items.Count);
        Assert.Throws<ProtocolException>(() => EventDecoder.Decode(tooMany, small));
    }

    [Theory]
    [InlineData("02ffffffffffffffff")]
    [InlineData("027fffffffffffffff")]
    [InlineData("020000000004000001")]
    [InlineData("060000000000010001")]
    [InlineData("05")]
    [InlineData("08")]
    public void Frame_OverALimit_IsRefusedByItsHead(string octets)
    {
        var buffer = new ReadOnlySequence<byte>(RawPeer.Octets(octets));

        Assert.Throws<ProtocolException>(() => ZmtpFrame.TryRead(ref buffer, Options.MaxFrameLength, out _));
    }

    [Fact]
    public void Encode_OverTheLimits_IsRefused()
    {
        var deep = RpcValue.Nil;
        for (var i = 0; i <= Options.MaxDepth; i++)
            deep = RpcValue.Array(deep);
        var id = new EventId([1], 0);

        Assert.Throws<InvalidOperationException>(() => EventEncoder.Encode(id, null, "a", deep, Options));
        Assert.Throws<InvalidOperationException>(() =>
            EventEncoder.Encode(id, null, "a", RpcValue.Binary(new byte[1000]), new ZeroRpcOptions { MaxSentLength = 1000 }));
        // What was refused leaves no trace in the next message.
        Assert.Equal(
            Wire.Message($"93 82 {Wire.MessageId} 01 {Wire.Version} a161 90"),
            EventEncoder.Encode(id, null, "a", RpcValue.Array(), Options).Octets.ToArray());
    }

    [Fact]
    public void Encode_LoneSurrogate_IsStillValidUtf8()
    {
        var message = EventEncoder.Encode(new EventId([1], 0), null, "a", RpcValue.Array("x\ud800y"), Options).Octets;

        Assert.Equal("x\ufffdy", EventDecoder.Decode(message[4..], Options).Args.Items[0]);
    }

    [Fact]
    public void Decode_RawThatIsNoUtf8_KeepsItsOctets()
    {
        var payload = RawPeer.Octets($"93 81 {Wire.MessageId} 01 a161 91 a2fffe");

        Assert.Equal(RpcValue.Binary([0xFF, 0xFE]), EventDecoder.Decode(payload, Options).Args.Items[0]);
    }

    private static bool WellFormed(string text) => !text.Any(char.IsSurrogate);

    private static void AssertSame(RpcEvent sent, RpcEvent received)
    {
        Assert.Equal(sent.Id.Token, received.Id.Token);
        Assert.Equal(sent.ResponseTo, received.ResponseTo);
        Assert.Equal(sent.Name, received.Name);
        Assert.Equal(sent.Args, received.Args);
    }

    private static void DecodeHostile(ReadOnlyMemory<byte> payload) => Hostile(() => EventDecoder.Decode(payload, Options));

    private static void Hostile(Action read)
    {
        try
        {
            read();
        }
        catch (ProtocolException)
        {
            // The one exception that the reading loops know.
        }
    }

    private static IEnumerable<byte[]> Cut(byte[] wire, int[] cuts)
    {
        for (int at = 0, i = 0; at < wire.Length; at += cuts[i++ % cuts.Length])
            yield return wire[at..Math.Min(wire.Length, at + cuts[i % cuts.Length])];
    }
}
