using System.Collections.Concurrent;
using System.Net;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Time.Testing;
using Multivisor.ZeroRpc.Events;
using Multivisor.ZeroRpc.Tests.Support;

namespace Multivisor.ZeroRpc.Tests.Golden;

/// <summary>Our server in the place of the original agent: the recorded web server's octets in, the recorded events out.</summary>
public sealed class GoldenServerTests
{
    public static TheoryData<string> Names => Recording.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Serve_RecordedClient_AnswersAsRecorded(string name)
    {
        var recording = Recording.Load(name);
        foreach (var connection in recording.Connections)
            await ReplayAsync(recording, connection);
    }

    private static async Task ReplayAsync(Recording recording, int connection)
    {
        // Time stands still, so no heartbeat of ours mixes in.
        var options = new ZeroRpcOptions { Time = new FakeTimeProvider() };
        await using var server = ZeroRpcServer.Start(new IPEndPoint(IPAddress.Loopback, 0), ServiceOf(Exchange.Of(recording, connection)), options);
        using var peer = await RawPeer.ConnectAsync(server.LocalEndPoint.Port);
        await peer.SendAsync(recording.Handshake(connection, fromClient: true));
        Assert.Equal(64, (await peer.ReadAsync(64)).Length);
        Assert.Equal(4, (await peer.ReadFrameAsync()).Flags);

        var requests = new Queue<byte[]>(recording.Messages(connection, fromClient: true).Select(m => m.Octets));
        var received = new Dictionary<string, Queue<RpcEvent>>(StringComparer.Ordinal);
        foreach (var recorded in recording.EventsOf(connection))
        {
            if (recorded.FromClient)
                await peer.SendAsync(requests.Dequeue());
            else if (!recorded.IsHeartbeat)
                AssertSame(recorded, await NextAsync(peer, received, Token(recorded.ResponseTo)));
        }

        Assert.Empty(requests);
        Assert.All(received.Values, Assert.Empty);
    }

    private static async Task<RpcEvent> NextAsync(RawPeer peer, Dictionary<string, Queue<RpcEvent>> received, string channel)
    {
        while (true)
        {
            if (received.TryGetValue(channel, out var events) && events.TryDequeue(out var next))
                return next;
            var read = await peer.ReadEventAsync();
            var key = Convert.ToHexString(read.ResponseTo!.Value.Token);
            if (!received.TryGetValue(key, out events))
                received[key] = events = new Queue<RpcEvent>();
            events.Enqueue(read);
        }
    }

    private static void AssertSame(RecordedEvent recorded, RpcEvent ours)
    {
        Assert.Equal(recorded.Name, ours.Name);
        // An unknown method has no service behind it, so there is no traceback to repeat.
        if (recorded.Name == "ERR" && recorded.Args.Items[0] == "NameError")
            Assert.Equal(RpcValue.Array(recorded.Args.Items[0], recorded.Args.Items[1], ""), ours.Args);
        else
            Assert.Equal(recorded.Args, ours.Args);
    }

    private static string Token(RpcValue id) => "C420" + Convert.ToHexString(id.Bytes.Span);

    private static ZeroRpcService ServiceOf(IReadOnlyList<Exchange> exchanges)
    {
        var service = new ZeroRpcService("recorded");
        foreach (var method in exchanges.Where(e => !e.IsUnknownMethod).GroupBy(e => e.Method))
        {
            var scripts = new ConcurrentQueue<Exchange>(method);
            if (method.First().Streams)
                service.Add(method.Key, (arguments, cancellationToken) => StreamAsync(Take(scripts, arguments), cancellationToken));
            else
                service.Add(method.Key, (arguments, cancellationToken) => AnswerAsync(Take(scripts, arguments), cancellationToken));
        }

        return service;
    }

    private static Exchange Take(ConcurrentQueue<Exchange> scripts, IReadOnlyList<RpcValue> arguments)
    {
        if (!scripts.TryDequeue(out var script) || !script.Args.Items.SequenceEqual(arguments))
            throw new InvalidOperationException("This call was not recorded here.");
        return script;
    }

    private static async ValueTask<RpcValue> AnswerAsync(Exchange script, CancellationToken cancellationToken)
    {
        if (script.Replies.Count == 0)
            await Task.Delay(Timeout.Infinite, cancellationToken);
        var parts = script.Replies[0].Event.Args.Items;
        return script.Replies[0].Event.Name == "OK" ? parts[0] : throw new RemoteException(Text(parts[0]), Text(parts[1]), Text(parts[2]));
    }

    private static async IAsyncEnumerable<RpcValue> StreamAsync(Exchange script, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var (reply, _) in script.Replies)
        {
            if (reply.Name == "STREAM")
                yield return reply.Args;
        }

        if (script.Unfinished)
            await Task.Delay(Timeout.Infinite, cancellationToken);
    }

    private static string Text(RpcValue value) => value.TryGetString(out var text) ? text : "";
}
