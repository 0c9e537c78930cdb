using Multivisor.Fuzz.Naive;
using Multivisor.ZeroRpc;
using Multivisor.ZeroRpc.Events;
using Multivisor.ZeroRpc.Zmtp;
using Nerdbank.MessagePack;

namespace Multivisor.Fuzz.Targets;

/// <summary>One msgpack value. A second reader accepts the same inputs and makes the same value of them, and what is written reads back.</summary>
internal sealed class MsgpackTarget : IFuzzTarget
{
    private static readonly ZeroRpcOptions Options = new() { MaxElements = 2000 };

    public string Name => "msgpack";

    public void Run(byte[] input)
    {
        var ours = Ours(input);
        var naive = Naive(input);
        BrokenRuleException.ThrowIf(ours is null && naive is not null, $"refused, and the second reader reads {naive}");
        BrokenRuleException.ThrowIf(ours is not null && naive is null, $"accepted as {ours}, and the second reader refuses it");
        if (ours is null)
            return;
        BrokenRuleException.ThrowIf(ours != naive, $"{ours} instead of {naive}");
        var written = EventEncoder.Encode(new EventId([1], 0), null, "x", ours.Value, Options).Octets.ToArray();
        var again = EventDecoder.Decode(Payload.Of(written), Options);
        BrokenRuleException.ThrowIf(again.Args != ours, $"{ours} is written as {again.Args}");
    }

    private static RpcValue? Ours(byte[] input)
    {
        try
        {
            var decoder = new ValueDecoder(input, Options.MaxDepth, Options.MaxElements);
            return decoder.ReadValue();
        }
        catch (Exception e) when (e is ProtocolException or MessagePackSerializationException or EndOfStreamException or OverflowException)
        {
            // Those that EventDecoder makes one exception of.
            return null;
        }
    }

    private static RpcValue? Naive(byte[] input)
    {
        try
        {
            return new NaiveMsgpack(input, Options.MaxDepth, Options.MaxElements).ReadValue();
        }
        catch (NaiveRefusal)
        {
            return null;
        }
    }
}
