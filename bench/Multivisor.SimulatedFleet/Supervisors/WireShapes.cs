using System.Diagnostics;
using Multivisor.Supervisord;
using Multivisor.ZeroRpc;

namespace Multivisor.SimulatedFleet.Supervisors;

/// <summary>The maps that agents send: a process, and an event with its process.</summary>
internal static class WireShapes
{
    public const string FirstItem = "First event to trigger connection. Please ignore me!";

    private static readonly KeyValuePair<string, RpcValue>[] Nothing = [];

    public static RpcValue Process(string host, SimulatedProcess process, long now, bool stamp)
    {
        var log = process.IsAgent ? "" : $"/var/log/{host}/{process.Name}.log";
        return RpcValue.Map(
            new("name", process.Name),
            new("group", process.Group),
            new("start", process.Start),
            new("stop", process.Stop),
            new("now", now),
            new("state", (int)process.State),
            new("statename", process.State.ToName()),
            new("spawnerr", process.SpawnError),
            new("exitstatus", process.ExitStatus),
            new("logfile", log),
            new("stdout_logfile", log),
            new("stderr_logfile", log.Length == 0 ? "" : log + ".err"),
            new("pid", process.Pid),
            new("description", Description(process, now, stamp)));
    }

    /// <summary>The event of a change, with the process as it is now.</summary>
    public static RpcValue ProcessEvent(string host, SimulatedProcess process, Transition change, bool stamp)
    {
        List<KeyValuePair<string, RpcValue>> payload =
        [
            new("processname", process.Name), new("groupname", process.Group), new("from_state", change.From.ToName()),
        ];
        if (change.To is ProcessState.Starting or ProcessState.Backoff)
            payload.Add(new("tries", process.Retries.ToString()));
        if (change.To is ProcessState.Exited)
            payload.Add(new("expected", process.ExitStatus == 0 ? "1" : "0"));
        if (change.To is ProcessState.Running or ProcessState.Stopping or ProcessState.Stopped or ProcessState.Exited)
            payload.Add(new("pid", process.Pid.ToString()));
        payload.Add(new("process", Process(host, process, DateTimeOffset.UtcNow.ToUnixTimeSeconds(), stamp)));
        return Event(host, $"PROCESS_STATE_{change.To.ToName()}", [.. payload], change.Serial);
    }

    public static RpcValue SupervisorStopping(string host, long serial) => Event(host, "SUPERVISOR_STATE_CHANGE_STOPPING", Nothing, serial);

    public static RpcValue SupervisordSilent(string host, long serial) => Event(host, "MULTIVISOR_SUPERVISORD_SILENT", Nothing, serial);

    private static RpcValue Event(string host, string name, KeyValuePair<string, RpcValue>[] payload, long serial) => RpcValue.Map(
        new("ver", "3.0"),
        new("server", host),
        new("serial", serial.ToString()),
        new("pool", Roster.AgentGroup),
        new("poolserial", serial.ToString()),
        new("eventname", name),
        new("len", "0"),
        new("payload", RpcValue.Map(payload)));

    private static string Description(SimulatedProcess process, long now, bool stamp)
    {
        var text = process.State switch
        {
            ProcessState.Running => $"pid {process.Pid}, uptime {Uptime(now - process.Start)}",
            ProcessState.Stopped or ProcessState.Exited =>
                process.Stop == 0 ? "Not started" : DateTimeOffset.FromUnixTimeSeconds(process.Stop).ToString("MMM dd hh:mm tt"),
            ProcessState.Fatal or ProcessState.Backoff => process.SpawnError,
            _ => "",
        };
        return stamp && process.ChangedAt != 0
            ? $"{text} changed {process.ChangedAt / (Stopwatch.Frequency / 1_000_000)}"
            : text;
    }

    private static string Uptime(long seconds)
    {
        var (days, rest) = Math.DivRem(Math.Max(0, seconds), 86_400);
        var clock = $"{rest / 3600}:{rest / 60 % 60:00}:{rest % 60:00}";
        return days switch
        {
            0 => clock,
            1 => $"1 day, {clock}",
            _ => $"{days} days, {clock}",
        };
    }
}

/// <summary>A change of state with supervisord's number of its event.</summary>
internal sealed record Transition(ProcessState From, ProcessState To, long Serial);
