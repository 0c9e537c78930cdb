using Multivisor.Agent.Calls;
using Multivisor.Supervisord;
using Multivisor.Supervisord.Events;
using Multivisor.Supervisord.XmlRpc;
using Multivisor.ZeroRpc;

namespace Multivisor.Agent.Events;

/// <summary>What the header of an event of our own making takes over from the last one received.</summary>
internal sealed record SyntheticHeader(string Server, string Serial, string Pool, string PoolSerial);

/// <summary>
/// Builds the items of the event stream (multivisor-agent.md section 3.1): all header and payload values are text, except
/// <c>process</c>.
/// </summary>
internal static class EventItem
{
    public const string First = "First event to trigger connection. Please ignore me!";

    public static RpcValue FromEvent(ListenerEvent source, XmlRpcValue? process = null)
    {
        var header = source.Header.Select(h => new KeyValuePair<string, RpcValue>(h.Key, h.Value));
        var payload = source.ReadPairs().Select(p => new KeyValuePair<string, RpcValue>(p.Key, p.Value));
        if (process is { } info)
            payload = payload.Append(new("process", info.ToRpc()));
        return RpcValue.Map([.. header, new("payload", RpcValue.Map([.. payload]))]);
    }

    /// <summary>The event that supervisord would have sent, had it not thrown it away.</summary>
    /// <param name="before">What was last known of the process.</param>
    public static RpcValue State(SyntheticHeader header, XmlRpcValue before, XmlRpcValue now)
    {
        var state = now.State();
        var pairs = new List<KeyValuePair<string, string>>
        {
            new("processname", now.Text("name")),
            new("groupname", now.Text("group")),
            new("from_state", before.State().ToName()),
        };
        if (state is ProcessState.Starting or ProcessState.Backoff)
            pairs.Add(new("tries", "0"));
        if (state is ProcessState.Exited)
            pairs.Add(new("expected", WasUnexpected(now) ? "0" : "1"));
        if (state is ProcessState.Running or ProcessState.Stopping or ProcessState.Stopped or ProcessState.Exited)
            pairs.Add(new("pid", (now.Number("pid") is > 0 and var pid ? pid : before.Number("pid")).ToString()));
        return Synthetic(header, $"PROCESS_STATE_{state.ToName()}", pairs, now);
    }

    /// <summary>Which exit codes are expected is configured; supervisord writes these words for every other one (supervisor.md section 4.1).</summary>
    private static bool WasUnexpected(XmlRpcValue exited) => exited.Text("spawnerr").StartsWith("Bad exit code", StringComparison.Ordinal);

    /// <summary>An event that supervisord does not have: it has answered nothing for some time. Who does not know its name ignores it.</summary>
    public static RpcValue Silent(SyntheticHeader header) => Synthetic(header, "MULTIVISOR_SUPERVISORD_SILENT", [], null);

    public static RpcValue Group(SyntheticHeader header, string group, bool added) =>
        Synthetic(header, added ? "PROCESS_GROUP_ADDED" : "PROCESS_GROUP_REMOVED", [new("groupname", group)], null);

    private static RpcValue Synthetic(SyntheticHeader header, string name, List<KeyValuePair<string, string>> pairs, XmlRpcValue? process)
    {
        var text = string.Join(' ', pairs.Select(p => $"{p.Key}:{p.Value}"));
        return FromEvent(
            new ListenerEvent
            {
                Header =
                [
                    new("ver", "3.0"), new("server", header.Server), new("serial", header.Serial), new("pool", header.Pool),
                    new("poolserial", header.PoolSerial), new("eventname", name), new("len", text.Length.ToString()),
                ],
                Payload = text,
            },
            process);
    }
}
