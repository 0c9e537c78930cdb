using System.IO.Pipelines;
using System.Text;
using CsCheck;
using Multivisor.Supervisord.Events;

namespace Multivisor.Supervisord.Tests.Events;

public sealed class ListenerEventReaderTests
{
    [Theory]
    [InlineData("all_events_stdio.jsonl")]
    [InlineData("multivisor_rpc_stdio.jsonl")]
    public async Task ReadAsync_RecordedInput_GivesOneEventPerAnswerHoweverItIsCut(string name)
    {
        var lines = Recording.Lines(name).ToArray();
        var input = lines.Where(l => l.GetProperty("dir").GetString() == "supervisord->listener").Select(l => l.Octets("hex")).ToArray();
        var answers = lines.Count(l => l.GetProperty("dir").GetString() == "listener->supervisord" && l.Octets("hex").AsSpan().StartsWith("RESULT"u8));

        var whole = await ReadAllAsync([input.SelectMany(o => o).ToArray()]);
        var octets = await ReadAllAsync(input.SelectMany(o => o).Select(o => new[] { o }));

        Assert.InRange(whole.Count, answers, answers + 1);
        Assert.Equal(whole.Select(Show), octets.Select(Show));
        Assert.All(whole, e => Assert.Equal("cap", e.Server));
        Assert.All(whole, e => Assert.True(e.Name.Contains("LOG", StringComparison.Ordinal) || int.Parse(e.Length) == e.Payload.EnumerateRunes().Count()));
        Assert.Equal(whole.Count, whole.Select(e => e.Serial).Distinct().Count());
    }

    [Fact]
    public async Task ReadAsync_LengthInCharacters_IsNotTakenForOctets()
    {
        const string Payload = "h\u00e9\u20ac\U0001F600 processname:\u00fcber";
        var events = await ReadAllAsync([Event("1", Payload), Event("2", "x")]);
        Assert.Equal([Payload, "x"], events.Select(e => e.Payload));
    }

    [Fact]
    public async Task ReadAsync_LengthInOctets_AsPythonTwoCounts_DoesNotStopTheEvents()
    {
        var pipe = new Pipe();
        var reader = new ListenerEventReader(pipe.Reader, new() { OctetGrace = TimeSpan.FromMilliseconds(20) });
        await pipe.Writer.WriteAsync(Event("1", "h\u00e9", length: 3));
        var first = await reader.ReadAsync();
        await pipe.Writer.WriteAsync(Event("2", "next"));
        var second = await reader.ReadAsync();
        Assert.Equal(["h\u00e9", "next"], new[] { first!.Payload, second!.Payload });
    }

    [Fact]
    public async Task ReadAsync_LeftoversAndOddLines_AreSkippedToTheNextHeader()
    {
        var events = await ReadAllAsync(
        [
            "leftover ver:2 v"u8.ToArray(), Event("1", "a"), "\u00e9b"u8.ToArray(), Event("2", "b"),
            "ver:3.0 no length here\n"u8.ToArray(), Event("3", ""), "ver:3.0 len:x\n"u8.ToArray(), Event("4", "d"), "ve"u8.ToArray(),
        ]);
        Assert.Equal(["1", "2", "3", "4"], events.Select(e => e.Serial));
    }

    [Fact]
    public async Task ReadAsync_EndlessHeader_DoesNotTakeEndlessMemory()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        var reader = new ListenerEventReader(pipe.Reader, new() { MaxHeaderLength = 100 });
        var reading = reader.ReadAsync().AsTask();
        for (var i = 0; i < 100; i++)
            await pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes("ver:3.0 " + new string('x', 1000)));
        await pipe.Writer.WriteAsync(Event("7", "ok"));
        Assert.Equal("7", (await reading)!.Serial);
        Assert.InRange(reader.SkippedOctets, 100_000, 101_000);
    }

    [Fact]
    public async Task ReadAsync_HugePayload_IsCutAndTheNextEventFollows()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        var reader = new ListenerEventReader(pipe.Reader, new() { MaxPayloadLength = 10 });
        await pipe.Writer.WriteAsync(Event("1", new string('y', 100_000)));
        await pipe.Writer.WriteAsync(Event("2", "z"));
        var first = await reader.ReadAsync();
        Assert.True(first!.PayloadWasCut);
        Assert.Equal(10, first.Payload.Length);
        Assert.Equal("2", (await reader.ReadAsync())!.Serial);
    }

    [Theory]
    [InlineData("my host:1", "pool")]
    [InlineData("a:b serial:x", "p q:r")]
    [InlineData("", "p")]
    [InlineData("sup len:9", "pool")]
    public async Task ReadAsync_OddIdentifierAndPool_AreReadWhole(string server, string pool)
    {
        var header = $"ver:3.0 server:{server} serial:21 pool:{pool} poolserial:10 eventname:TICK_5 len:2\nhi";
        var e = Assert.Single(await ReadAllAsync([Encoding.UTF8.GetBytes(header)]));
        Assert.Equal((server, pool, "21", "10", "TICK_5", "2", "hi"), (e.Server, e.Pool, e.Serial, e.PoolSerial, e.Name, e.Length, e.Payload));
    }

    [Fact]
    public async Task ReadAsync_HeaderOfAnotherOrder_IsStillRead()
    {
        var e = Assert.Single(await ReadAllAsync(["ver:3.1 eventname:NEW extra:1:2 serial:4 len:1\nx"u8.ToArray()]));
        Assert.Equal(("3.1", "NEW", "1:2", "4", "x"), (e.Version, e.Name, e["extra"], e.Serial, e.Payload));
    }

    [Fact]
    public async Task ReadAsync_AnyPayloads_ComeBackInAnyPieces() =>
        await Gen.Select(Gen.String.Select(t => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(t))).Array[0, 5], Gen.Int[1, 40]).SampleAsync(async (payloads, piece) =>
        {
            var octets = payloads.SelectMany((p, i) => Event(i.ToString(), p)).ToArray();
            var events = await ReadAllAsync(octets.Chunk(piece));
            Assert.Equal(payloads, events.Select(e => e.Payload));
        }, iter: 300);

    [Fact]
    public async Task ReadAsync_AnyOctets_EndWithTheInput() =>
        await Gen.OneOf(Gen.Byte.Array[0, 300], Gen.Char["ver:3.0 len:12\n\u00e9"].Array[0, 200].Select(c => Encoding.UTF8.GetBytes(c))).SampleAsync(
            async octets => await ReadAllAsync(octets.Chunk(7)), iter: 1000);

    [Fact]
    public void ReadPairs_PayloadOfAProcessEvent_IsCutAtColons()
    {
        var e = new ListenerEvent { Header = [], Payload = "processname:cat groupname:cat from_state:STOPPED tries:0" };
        Assert.Equal(["processname=cat", "groupname=cat", "from_state=STOPPED", "tries=0"], e.ReadPairs().Select(p => $"{p.Key}={p.Value}"));
    }

    [Fact]
    public void ReadPairs_LogEvent_LooksAtItsFirstLineOnly()
    {
        var e = new ListenerEvent { Header = [], Payload = "processname:a groupname:b pid:1 channel:stdout\nuser:x noise" };
        Assert.Equal(["processname", "groupname", "pid", "channel"], e.ReadPairs().Select(p => p.Key));
    }

    private static string Show(ListenerEvent e) => $"{string.Join(' ', e.Header.Select(h => $"{h.Key}:{h.Value}"))}|{e.Payload}";

    private static byte[] Event(string serial, string payload, int? length = null) => Encoding.UTF8.GetBytes(
        $"ver:3.0 server:s serial:{serial} pool:p poolserial:{serial} eventname:PROCESS_STATE_RUNNING len:{length ?? payload.EnumerateRunes().Count()}\n{payload}");

    private static async Task<List<ListenerEvent>> ReadAllAsync(IEnumerable<byte[]> pieces)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        var reader = new ListenerEventReader(pipe.Reader, new() { OctetGrace = TimeSpan.FromSeconds(30) });
        var reading = Task.Run(async () =>
        {
            var events = new List<ListenerEvent>();
            while (await reader.ReadAsync() is { } e)
                events.Add(e);
            return events;
        });
        foreach (var piece in pieces)
            await pipe.Writer.WriteAsync(piece);
        await pipe.Writer.CompleteAsync();
        return await reading.WaitAsync(TimeSpan.FromSeconds(20));
    }
}
