using System.Globalization;
using Multivisor.Supervisord;
using Multivisor.ZeroRpc;

namespace Multivisor.Fleet.Links.Agent;

/// <summary>
/// Reads the items of <c>event_stream</c> (multivisor-agent.md section 3) and notices lost ones: the original agent
/// passes on supervisord's numbers, and after a burst they jump (supervisord keeps 10 events for a listener).
/// </summary>
internal sealed class AgentEventReader(AgentInfo agent)
{
    private long? _lastSerial;
    private bool _agentFound = agent.Namespec is not null;

    /// <summary>Hands over what the item tells.</summary>
    public void Read(RpcValue item, Action<LinkChange> onChange)
    {
        if (!item.TryGetMember("eventname", out var nameValue) || !nameValue.TryGetString(out var name))
            return;

        if (!_agentFound && TryReadPool(item, out var pool))
        {
            _agentFound = true;
            onChange(new LinkChange.AgentFound(pool));
        }

        if (!agent.Reconciles && IsGap(item))
            onChange(new LinkChange.Unknown("events were lost in a burst"));

        if (name == "SUPERVISOR_STATE_CHANGE_STOPPING")
        {
            onChange(new LinkChange.Stopping());
        }
        else if (name == "MULTIVISOR_SUPERVISORD_SILENT")
        {
            onChange(new LinkChange.Silent());
        }
        else if (name.StartsWith("PROCESS_STATE", StringComparison.Ordinal))
        {
            // Without the process the event says too little: the agent could not read it at that moment.
            onChange(item.TryGetMember("payload", out var payload) && payload.TryGetMember("process", out var process)
                && AgentWire.TryReadProcess(process, out var info)
                ? ReadProcess(name, payload, info)
                : new LinkChange.Unknown(name));
        }
        else if (name.StartsWith("SUPERVISOR_STATE", StringComparison.Ordinal) || name.StartsWith("PROCESS_GROUP", StringComparison.Ordinal))
        {
            onChange(new LinkChange.Unknown(name));
        }
    }

    private static LinkChange.Process ReadProcess(string name, RpcValue payload, ProcessInfo info)
    {
        if (info.State == ProcessState.Exited)
            return new LinkChange.Process(info, ReadExpected(payload));
        return name == "PROCESS_STATE_EXITED"
            ? new LinkChange.Process(info, Passed: new PassedExit(ReadPid(payload), ReadExpected(payload)))
            : new LinkChange.Process(info);
    }

    private static long ReadPid(RpcValue payload) =>
        long.TryParse(AgentWire.Member(payload, "pid"), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0;

    /// <summary>Text as in supervisord's own event; only the event of an exit has it.</summary>
    private static bool? ReadExpected(RpcValue payload) => AgentWire.Member(payload, "expected") switch
    {
        "1" => true,
        "0" => false,
        _ => null,
    };

    /// <summary>Only event-listener agents send a serial; their pool is then the group of the agent's own process.</summary>
    private static bool TryReadPool(RpcValue item, out string pool)
    {
        pool = AgentWire.Member(item, "pool");
        if (pool.Length == 0 || !item.TryGetMember("poolserial", out _))
            return false;
        pool = $"{pool}:{pool}";
        return true;
    }

    private bool IsGap(RpcValue item)
    {
        if (!long.TryParse(AgentWire.Member(item, "poolserial"), NumberStyles.None, CultureInfo.InvariantCulture, out var serial))
            return false;
        var gap = _lastSerial is { } last && serial > last + 1;
        _lastSerial = Math.Max(serial, _lastSerial ?? serial);
        return gap;
    }
}
