using System.Collections.Immutable;
using Multivisor.Supervisord;
using Multivisor.ZeroRpc;

namespace Multivisor.Operations;

/// <summary>Processes as they are on real hosts.</summary>
internal static class Samples
{
    public static ImmutableArray<ProcessInfo> Processes(int count, long now = 1_795_454_888) => [.. Enumerable.Range(0, count).Select(i => Process(i, now))];

    public static ProcessInfo Process(int number, long now = 1_795_454_888, ProcessState state = ProcessState.Running) => new()
    {
        Name = $"web_{number:00}",
        Group = "web",
        State = state,
        StateName = state.ToName(),
        Start = 1_795_454_372,
        Now = now,
        Pid = state == ProcessState.Running ? 4000 + number : 0,
        Description = $"pid {4000 + number}, uptime {TimeSpan.FromSeconds(now - 1_795_454_372)}",
        LogFile = $"/var/log/lid001/web_{number:00}.log",
        StdoutLogFile = $"/var/log/lid001/web_{number:00}.log",
        StderrLogFile = $"/var/log/lid001/web_{number:00}.log.err",
    };

    public static RpcValue Map(ProcessInfo process) => RpcValue.Map(
        new("name", process.Name),
        new("group", process.Group),
        new("start", process.Start),
        new("stop", process.Stop),
        new("now", process.Now),
        new("state", (int)process.State),
        new("statename", process.StateName),
        new("spawnerr", process.SpawnError),
        new("exitstatus", process.ExitStatus),
        new("logfile", process.LogFile),
        new("stdout_logfile", process.StdoutLogFile),
        new("stderr_logfile", process.StderrLogFile),
        new("pid", process.Pid),
        new("description", process.Description));
}
