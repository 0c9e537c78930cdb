using System.Buffers;
using Multivisor.Fuzz.Naive;
using Multivisor.ZeroRpc;
using Multivisor.ZeroRpc.Zmtp;

namespace Multivisor.Fuzz.Targets;

/// <summary>
/// What a peer sends from its greeting on. Read in pieces, in one, and by a second reader: the same messages, and refused or not the same.
/// </summary>
internal sealed class ZmtpTarget : IFuzzTarget
{
    private static readonly ZeroRpcOptions Options = new() { MaxFrameLength = 4096 };

    public string Name => "zmtp";

    public void Run(byte[] input)
    {
        var (octets, pieces) = CutInput.Of(input);
        var naive = NaiveZmtp.Read(octets, Options.MaxFrameLength, ZmtpRole.Server.Peers);
        Compare(naive, Read(octets, []));
        Compare(naive, Read(octets, pieces));
    }

    private static NaiveZmtp Read(byte[] octets, int[] pieces)
    {
        List<byte[]> messages = [];
        try
        {
            var connection = ZmtpConnection.OpenAsync(new PiecesStream(octets, pieces), ZmtpRole.Server, Options, default).GetAwaiter().GetResult();
            connection.ReadAsync(payload =>
            {
                messages.Add(payload.ToArray());
                return ValueTask.CompletedTask;
            }).GetAwaiter().GetResult();
            return new NaiveZmtp(messages, NaiveEnd.Whole);
        }
        catch (ProtocolException)
        {
            return new NaiveZmtp(messages, NaiveEnd.Refused);
        }
    }

    private static void Compare(NaiveZmtp naive, NaiveZmtp ours)
    {
        // A connection that ends in the middle of a frame is no fault of the frame; one that ends in the handshake is refused.
        BrokenRuleException.ThrowIf(
            naive.End == NaiveEnd.Refused && ours.End != NaiveEnd.Refused, "what the second reader refuses is accepted");
        BrokenRuleException.ThrowIf(
            naive.End == NaiveEnd.Whole && ours.End != NaiveEnd.Whole, "what the second reader accepts is refused");
        BrokenRuleException.ThrowIf(naive.Messages.Count != ours.Messages.Count, $"{ours.Messages.Count} messages instead of {naive.Messages.Count}");
        for (var i = 0; i < naive.Messages.Count; i++)
            BrokenRuleException.ThrowIf(!naive.Messages[i].AsSpan().SequenceEqual(ours.Messages[i]), $"message {i} is another one");
    }
}
