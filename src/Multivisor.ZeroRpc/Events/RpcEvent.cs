namespace Multivisor.ZeroRpc.Events;

/// <summary>One event <c>[header, name, args]</c> (zerorpc.md section 3).</summary>
/// <param name="Id">Its own id; an event without one is dropped by everybody.</param>
/// <param name="ResponseTo">The id of the channel it belongs to; null when it opens one.</param>
/// <param name="Name">A method when it opens a channel, else one of <see cref="EventNames"/>.</param>
/// <param name="Args">An array for most events, the item itself for STREAM.</param>
internal sealed record RpcEvent(EventId Id, EventId? ResponseTo, string Name, RpcValue Args);

/// <summary>The names that events have when they do not call a method (section 4).</summary>
internal static class EventNames
{
    public const string Ok = "OK";
    public const string Error = "ERR";
    public const string Stream = "STREAM";
    public const string StreamDone = "STREAM_DONE";
    public const string Heartbeat = "_zpc_hb";
    public const string More = "_zpc_more";
}
