using Multivisor.Fuzz.Naive;
using Multivisor.ZeroRpc;
using Multivisor.ZeroRpc.Channels;
using Multivisor.ZeroRpc.Client;
using Multivisor.ZeroRpc.Events;
using Multivisor.ZeroRpc.Server;
using Multivisor.ZeroRpc.Zmtp;

namespace Multivisor.Fuzz.Targets;

/// <summary>
/// What a peer sends after the handshake, to our server or, when the first octet is odd, to our client with a call and a stream open. Each
/// event is what a second reader sees, nothing stays open behind the connection, and whatever we answer is well formed and answers
/// something that was asked.
/// </summary>
internal sealed class ZeroRpcTarget : IFuzzTarget
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private static readonly ZeroRpcOptions Options = new()
    {
        MaxFrameLength = 16 * 1024, MaxSentLength = 32 * 1024, MaxElements = 2000, MaxChannels = 8,
    };

    private static readonly ZeroRpcService Service = MakeService();

    public string Name => "zerorpc";

    public void Run(byte[] input)
    {
        if (input.Length == 0)
            return;
        var octets = input[1..];
        var isClient = (input[0] & 1) != 0;
        var naive = NaiveZmtp.Read([.. Payload.Handshake, .. octets], Options.MaxFrameLength, ZmtpRole.Server.Peers);
        var asked = new HashSet<string>(StringComparer.Ordinal);
        foreach (var payload in naive.Messages)
        {
            if (Compare(payload) is { } read)
                asked.Add(Convert.ToHexString(read.Id));
        }

        var stream = new PiecesStream(new byte[][] { Payload.Handshake, octets }.SelectMany(o => o).ToArray(), PiecesStream.Pieces([(byte)(input[0] >> 1)]));
        if (isClient)
            RunClient(stream);
        else
            RunServer(stream, asked);
    }

    private static NaiveEvent? Compare(byte[] payload)
    {
        var naive = NaiveEvent.Read(payload, Options);
        RpcEvent? ours = null;
        try
        {
            ours = EventDecoder.Decode(payload, Options);
        }
        catch (ProtocolException)
        {
            // The one exception that the reading loops know.
        }

        BrokenRuleException.ThrowIf((ours is null) != (naive is null), ours is null ? "an event is refused" : "an event is accepted that is none");
        if (ours is null || naive is null)
            return null;
        BrokenRuleException.ThrowIf(!ours.Id.Token.SequenceEqual(naive.Id), "another id");
        BrokenRuleException.ThrowIf((ours.ResponseTo is null) != (naive.ResponseTo is null), "another kind of event");
        BrokenRuleException.ThrowIf(ours.ResponseTo is { } channel && !channel.Token.SequenceEqual(naive.ResponseTo), "another channel");
        BrokenRuleException.ThrowIf(ours.Name != naive.Name || ours.Args != naive.Args, $"{ours.Name} {ours.Args} instead of {naive.Name} {naive.Args}");
        return naive;
    }

    private static void RunServer(PiecesStream stream, HashSet<string> asked)
    {
        var running = new RunningWork();
        var handler = new RequestHandler(new MethodTable(Service), Options, running);
        var connection = Open(stream, ZmtpRole.Server, handler.OnRequestAsync);
        if (connection is null)
            return;
        Wait(connection.RunAsync(), "the connection does not end");
        Wait(running.StopAsync(), "a call goes on without its connection");
        BrokenRuleException.ThrowIf(connection.Channels.Count != 0, "a channel stays open");
        foreach (var answer in Written(stream))
        {
            var read = NaiveEvent.Read(answer, Options) ?? throw new BrokenRuleException("an answer of ours is no event");
            BrokenRuleException.ThrowIf(
                read.ResponseTo is null || !asked.Contains(Convert.ToHexString(read.ResponseTo)), $"{read.Name} answers nothing that was asked");
        }
    }

    private static void RunClient(PiecesStream stream)
    {
        var connection = Open(stream, ZmtpRole.Client with { Peers = ZmtpRole.Server.Peers }, null);
        if (connection is null)
            return;
        // Ids that an input can name.
        var call = new CallChannel(new EventId([0xA1, (byte)'c'], 1), "call");
        var items = new StreamChannel(new EventId([0xA1, (byte)'s'], 1), "stream", Options);
        connection.Channels.TryAdd(call);
        connection.Channels.TryAdd(items);
        Wait(connection.RunAsync(), "the connection does not end");
        BrokenRuleException.ThrowIf(!call.Answer.IsCompleted, "a call waits for a connection that is gone");
        _ = call.Answer.Exception;
        var kept = 0;
        while (Next(items))
            kept++;
        BrokenRuleException.ThrowIf(kept > StreamChannel.Capacity, $"{kept} items were kept");
        BrokenRuleException.ThrowIf(connection.Channels.Count != 0, "a channel stays open");
    }

    private static bool Next(StreamChannel items)
    {
        try
        {
            var next = items.WaitAsync().AsTask();
            BrokenRuleException.ThrowIf(!next.IsCompleted, "a stream waits for a connection that is gone");
            if (!next.GetAwaiter().GetResult())
                return false;
            return items.TryTake(out _);
        }
        catch (Exception e) when (e is RemoteException or LostRemoteException)
        {
            return false;
        }
    }

    private static RpcConnection? Open(PiecesStream stream, ZmtpRole role, Func<RpcConnection, RpcEvent, ValueTask>? onRequest)
    {
        try
        {
            var zmtp = ZmtpConnection.OpenAsync(stream, role, Options, default).GetAwaiter().GetResult();
            return new RpcConnection(zmtp, Options, "peer", onRequest);
        }
        catch (ProtocolException)
        {
            return null;
        }
    }

    /// <summary>What we wrote behind our own handshake, as far as it was written.</summary>
    private static IEnumerable<byte[]> Written(PiecesStream stream) =>
        NaiveZmtp.Read(stream.Written, int.MaxValue, ["ROUTER"]) is { End: not NaiveEnd.Refused } written
            ? written.Messages
            : throw new BrokenRuleException("what we write is no ZMTP");

    private static void Wait(Task task, string rule)
    {
        if (!task.Wait(Limit))
            throw new BrokenRuleException(rule);
    }

    private static ZeroRpcService MakeService()
    {
        var service = new ZeroRpcService("Fuzz");
        service.Add("echo", (arguments, _) => ValueTask.FromResult(RpcValue.Array([.. arguments])));
        service.Add("fail", (RpcMethod)((_, _) => throw new RemoteException("Failed", "as asked")));
        service.Add("count", (arguments, cancellationToken) => Count(cancellationToken));
        return service;
    }

    private static async IAsyncEnumerable<RpcValue> Count([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var i = 0; i < 20; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return i;
            await Task.Yield();
        }
    }
}
