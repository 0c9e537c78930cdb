using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Multivisor.Supervisord;
using Multivisor.ZeroRpc;

namespace Multivisor.Fleet.Links.Agent;

/// <summary>The shapes that agents send (multivisor-agent.md section 2.3), read tolerantly: an agent may be of any age.</summary>
internal static class AgentWire
{
    public static string Text(RpcValue value) => value.TryGetString(out var text) ? text : "";

    public static long Integer(RpcValue value) => value.TryGetInt64(out var number) ? number : 0;

    public static ImmutableArray<string> Texts(RpcValue value) => [.. value.Items.Select(Text)];

    /// <summary>False when name, group or state is missing: such a map is no process.</summary>
    public static bool TryReadProcess(RpcValue map, [NotNullWhen(true)] out ProcessInfo? process)
    {
        string? name = null, group = null, stateName = null;
        long? state = null;
        long start = 0, stop = 0, now = 0, pid = 0, exitStatus = 0;
        string spawnError = "", description = "", stdoutLog = "", stderrLog = "";
        string? log = null;
        foreach (var (key, value) in map.Members)
        {
            switch (key)
            {
                case "name": name = Text(value); break;
                case "group": group = Text(value); break;
                case "state": state = value.TryGetInt64(out var number) ? number : null; break;
                case "statename": stateName = Text(value); break;
                case "start": start = Integer(value); break;
                case "stop": stop = Integer(value); break;
                case "now": now = Integer(value); break;
                case "pid": pid = Integer(value); break;
                case "exitstatus": exitStatus = Integer(value); break;
                case "spawnerr": spawnError = Text(value); break;
                case "description": description = Text(value); break;
                case "logfile": log = Text(value); break;
                case "stdout_logfile": stdoutLog = Text(value); break;
                case "stderr_logfile": stderrLog = Text(value); break;
            }
        }

        process = null;
        if (string.IsNullOrEmpty(name) || string.IsNullOrEmpty(group) || state is null)
            return false;
        var known = state is >= 0 and <= (long)ProcessState.Unknown && Enum.IsDefined((ProcessState)state) ? (ProcessState)state : ProcessState.Unknown;
        process = new ProcessInfo
        {
            Name = name,
            Group = group,
            State = known,
            StateName = string.IsNullOrEmpty(stateName) ? known.ToName() : stateName,
            Start = start,
            Stop = stop,
            Now = now,
            Pid = pid,
            ExitStatus = exitStatus,
            SpawnError = spawnError,
            Description = description,
            // The same text twice, from every supervisord there is.
            LogFile = log is null || log == stdoutLog ? stdoutLog : log,
            StdoutLogFile = stdoutLog,
            StderrLogFile = stderrLog,
        };
        return true;
    }

    public static ImmutableArray<ProcessStatus> ReadStatuses(RpcValue list) =>
    [
        .. list.Items.Select(item => new ProcessStatus(
            Member(item, "name"), Member(item, "group"),
            item.TryGetMember("status", out var status) ? (int)Math.Clamp(Integer(status), int.MinValue, int.MaxValue) : 0,
            Member(item, "description"))),
    ];

    /// <summary>The answer of <c>multivisor_agent()</c>, the one method that our agents have beside the original's.</summary>
    public static AgentInfo ReadAgentInfo(RpcValue map)
    {
        var features = map.TryGetMember("features", out var list) ? Texts(list) : [];
        var process = Member(map, "process");
        return new AgentInfo(Member(map, "program"), Member(map, "version"), process.Length > 0 ? process : null, [.. features]);
    }

    public static string Member(RpcValue map, string key) => map.TryGetMember(key, out var value) ? Text(value) : "";
}
