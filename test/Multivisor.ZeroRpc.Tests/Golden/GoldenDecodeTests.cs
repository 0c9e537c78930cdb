using System.Buffers;
using Multivisor.ZeroRpc.Events;
using Multivisor.ZeroRpc.Tests.Support;
using Multivisor.ZeroRpc.Zmtp;

namespace Multivisor.ZeroRpc.Tests.Golden;

/// <summary>What the original sent, through our parser, and back through our encoder.</summary>
public sealed class GoldenDecodeTests
{
    private static readonly ZeroRpcOptions Options = new();

    public static TheoryData<string> Names => Recording.Names;

    [Fact]
    public void Recordings_Shipped_AreAllThere() => Assert.Equal(18, Names.Count);

    [Theory]
    [MemberData(nameof(Names))]
    public Task Decode_RecordedSegments_GivesTheRecordedEvents(string name) => CompareAsync(name, segments => segments);

    [Theory]
    [MemberData(nameof(Names))]
    public Task Decode_OctetByOctet_GivesTheRecordedEvents(string name) =>
        CompareAsync(name, segments => segments.SelectMany(segment => segment.Select(octet => new[] { octet })));

    [Theory]
    [MemberData(nameof(Names))]
    public Task Decode_AllAtOnce_GivesTheRecordedEvents(string name) =>
        CompareAsync(name, segments => [segments.SelectMany(segment => segment).ToArray()]);

    /// <summary>Every recorded message, written by our encoder, is the same octet for octet: so the original reads ours.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public async Task Encode_RecordedEvents_GivesTheRecordedOctets(string name)
    {
        var recording = Recording.Load(name);
        foreach (var (connection, fromClient) in Directions(recording))
        {
            var written = new MemoryStream();
            foreach (var (_, received) in await ParseAsync(recording.Octets(connection, fromClient), fromClient))
                written.Write(EventEncoder.Encode(received.Id, received.ResponseTo, received.Name, received.Args, Options).Octets.Span);

            var recorded = recording.Octets(connection, fromClient).SelectMany(segment => segment).ToArray();
            var ready = fromClient ? "DEALER" : "ROUTER";
            Assert.Equal(ZmtpCommand.Ready(ready), recorded[64..(64 + 43)]);
            Assert.Equal(recorded[(64 + 43)..], written.ToArray());
        }
    }

    private static IEnumerable<(int Connection, bool FromClient)> Directions(Recording recording) =>
        from connection in recording.Connections from fromClient in new[] { true, false } select (connection, fromClient);

    private static async Task CompareAsync(string name, Func<IEnumerable<byte[]>, IEnumerable<byte[]>> cut)
    {
        var recording = Recording.Load(name);
        foreach (var (connection, fromClient) in Directions(recording))
        {
            var parsed = await ParseAsync(cut(recording.Octets(connection, fromClient)), fromClient);
            var expected = recording.EventsOf(connection).Where(e => e.FromClient == fromClient).ToArray();

            Assert.NotEmpty(expected);
            Assert.Equal(expected.Length, parsed.Count);
            for (var i = 0; i < expected.Length; i++)
            {
                var (length, received) = parsed[i];
                Assert.Equal(expected[i].PayloadLength, length);
                Assert.Equal(Token(expected[i].Id), Convert.ToHexString(received.Id.Token));
                Assert.Equal(Token(expected[i].ResponseTo), received.ResponseTo is { } id ? Convert.ToHexString(id.Token) : "");
                Assert.Equal(expected[i].Name, received.Name);
                Assert.Equal(expected[i].Args, received.Args);
            }
        }
    }

    private static string Token(RpcValue id) => id.IsNil ? "" : "C420" + Convert.ToHexString(id.Bytes.Span);

    private static async Task<List<(int Length, RpcEvent Received)>> ParseAsync(IEnumerable<byte[]> chunks, bool fromClient)
    {
        List<(int Length, RpcEvent Received)> parsed = [];
        var connection = await ZmtpConnection.OpenAsync(new ScriptedStream(chunks), fromClient ? ZmtpRole.Server : ZmtpRole.Client, Options, default);
        await connection.ReadAsync(payload =>
        {
            parsed.Add(((int)payload.Length, EventDecoder.Decode(payload, Options)));
            return ValueTask.CompletedTask;
        });
        return parsed;
    }
}
