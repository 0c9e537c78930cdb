namespace Multivisor.ZeroRpc.Tests.Golden;

/// <summary>One recorded call or stream: the request and what came back, with the octets of each message.</summary>
internal sealed record Exchange(RpcValue Channel, string Method, RpcValue Args, IReadOnlyList<(RecordedEvent Event, byte[] Octets)> Replies)
{
    public bool Streams => Replies.Count > 0 && Replies[0].Event.Name == "STREAM";

    /// <summary>A stream whose recording stops before it ends.</summary>
    public bool Unfinished => Streams && Replies[^1].Event.Name == "STREAM";

    public bool IsUnknownMethod => Replies is [{ Event: { Name: "ERR" } error }] && error.Args.Items[0] == "NameError";

    public static IReadOnlyList<Exchange> Of(Recording recording, int connection)
    {
        var answers = recording.Messages(connection, fromClient: false).Where(m => !m.Event.IsHeartbeat).ToLookup(m => m.Event.ResponseTo);
        return
        [
            .. recording.EventsOf(connection)
                .Where(e => e.FromClient && e.OpensChannel)
                .Select(e => new Exchange(e.Id, e.Name, e.Args, [.. answers[e.Id]])),
        ];
    }
}
