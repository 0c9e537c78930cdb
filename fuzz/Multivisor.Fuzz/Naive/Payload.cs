namespace Multivisor.Fuzz.Naive;

/// <summary>Takes messages that our own side writes apart: an empty delimiter frame, then the payload.</summary>
internal static class Payload
{
    public static byte[] Of(byte[] message)
    {
        var payloads = NaiveZmtp.Read([.. Handshake, .. message], int.MaxValue, ["DEALER"]);
        BrokenRuleException.ThrowIf(payloads.End != NaiveEnd.Whole || payloads.Messages.Count != 1, "what is written is not one message");
        return payloads.Messages[0];
    }

    /// <summary>Greeting and READY of a peer, by the book.</summary>
    public static byte[] Handshake { get; } =
    [
        0xFF, 0, 0, 0, 0, 0, 0, 0, 0, 0x7F, 3, 0, .. "NULL"u8, .. new byte[48],
        4, 28, 5, .. "READY"u8, 11, .. "Socket-Type"u8, 0, 0, 0, 6, .. "DEALER"u8,
    ];
}
