using System.Buffers;
using Multivisor.Fleet.Links;
using Multivisor.Fleet.Links.Agent;
using Multivisor.ZeroRpc;
using Multivisor.ZeroRpc.Events;
using Multivisor.ZeroRpc.Zmtp;

namespace Multivisor.Operations;

/// <summary>What comes from agents and goes to them.</summary>
internal static class WireOperations
{
    private static readonly ZeroRpcOptions Options = new();
    private static readonly MessageIds Ids = new();
    private static readonly AgentInfo Agent = new("multivisor-rpc", "1.0", "multivisor-rpc:multivisor-rpc", ["reconcile", "groups", "watch"]);

    public static IEnumerable<Operation> All
    {
        get
        {
            var heartbeat = Payload(EventNames.Heartbeat, RpcValue.Array(0));
            yield return new("wire: read a heartbeat", () => EventDecoder.Decode(heartbeat, Options));
            var channel = Ids.Next();
            var zero = RpcValue.Array(0);
            yield return new("wire: write a heartbeat", () => EventEncoder.Encode(Ids.Next(), channel, EventNames.Heartbeat, zero, Options));
            var change = Payload(EventNames.Stream, Event(Samples.Map(Samples.Process(7))));
            var reader = new AgentEventReader(Agent);
            Action<LinkChange> take = GC.KeepAlive;
            yield return new("wire: read the change of a process", () => reader.Read(EventDecoder.Decode(change, Options).Args, take));
            var all = Payload(EventNames.Ok, RpcValue.Array(RpcValue.Array([.. Samples.Processes(50).Select(Samples.Map)])));
            yield return new("wire: read the state of 50 processes", () => ReadAll(EventDecoder.Decode(all, Options).Args.Items[0]));
        }
    }

    private static void ReadAll(RpcValue answer)
    {
        foreach (var item in answer.Items)
            AgentWire.TryReadProcess(item, out _);
    }

    /// <summary>What is in the frame of a message, as a peer sends it.</summary>
    private static ReadOnlyMemory<byte> Payload(string name, RpcValue args)
    {
        var octets = new ReadOnlySequence<byte>(EventEncoder.Encode(Ids.Next(), Ids.Next(), name, args, Options).Octets);
        while (ZmtpFrame.TryRead(ref octets, int.MaxValue, out var frame))
        {
            if (!frame.More)
                return frame.Body.ToArray();
        }

        throw new InvalidOperationException("A message has no payload.");
    }

    private static RpcValue Event(RpcValue process) => RpcValue.Map(
        new("ver", "3.0"),
        new("server", "lid001"),
        new("serial", "4711"),
        new("pool", "multivisor-rpc"),
        new("poolserial", "4711"),
        new("eventname", "PROCESS_STATE_RUNNING"),
        new("len", "58"),
        new("payload", RpcValue.Map(new("processname", "web_07"), new("groupname", "web"), new("from_state", "STARTING"), new("pid", "4007"), new("process", process))));
}
