using Multivisor.Contract;
using Multivisor.Fleet.Feed;
using Multivisor.Fleet.Model;

namespace Multivisor.Server.State;

/// <summary>Snapshots of the fleet in the shapes of the API.</summary>
internal static class JsonShapes
{
    public static ProcessJson Of(ProcessSnapshot process, bool stale = false)
    {
        var info = process.Info;
        return new ProcessJson
        {
            Description = info.Description,
            ExitStatus = info.ExitStatus,
            FullName = info.Namespec,
            Group = info.Group,
            Host = process.Host,
            LogFile = info.LogFile,
            Name = info.Name,
            Now = info.Now,
            Pid = info.Pid,
            Running = process.IsRunning,
            SpawnError = info.SpawnError,
            Stale = stale,
            Start = info.Start,
            State = (int)info.State,
            StateName = info.StateName,
            StderrLogFile = info.StderrLogFile,
            StdoutLogFile = info.StdoutLogFile,
            Stop = info.Stop,
            Supervisor = process.Supervisor,
            Uid = process.Uid,
        };
    }

    /// <summary>A process whose supervisor is not connected: what it does now nobody knows (the original's values for that).</summary>
    public static ProcessJson Unknown(ProcessSnapshot process) =>
        Of(process, stale: true) with { Running = false, Pid = null, State = null, StateName = "UNKNOWN" };

    public static SupervisorJson Of(SupervisorSnapshot supervisor) => new()
    {
        ApiVersion = supervisor.Identity?.ApiVersion,
        Host = supervisor.Host,
        Identification = supervisor.Identity?.Identification,
        Link = Of(supervisor.Name, supervisor.Link),
        Name = supervisor.Name,
        Pid = supervisor.Identity?.Pid,
        Processes = supervisor.IsRunning ? ByUid(supervisor.Processes, stale: false) : ByUid(ProcessTable.Empty, stale: false),
        Running = supervisor.IsRunning,
        StaleProcesses = supervisor.IsRunning ? null : ByUid(supervisor.Processes, stale: true),
        SupervisorVersion = supervisor.Identity?.SupervisorVersion,
        Url = supervisor.Url,
    };

    public static NotificationJson Of(FleetChange.Notification notification) => new(
        notification.Message,
        notification.Level switch
        {
            NotificationLevel.Info => "INFO",
            NotificationLevel.Warning => "WARNING",
            _ => "ERROR",
        },
        UnixSeconds(notification.Time));

    private static LinkJson Of(string supervisor, LinkStatus link) => new()
    {
        Agent = link.Agent?.Program,
        AgentUid = link.Agent?.Namespec is { } @namespec ? $"{supervisor}:{@namespec}" : null,
        AgentVersion = link.Agent?.Version,
        Error = link.Error,
        Since = UnixSeconds(link.Since),
        State = link.State switch
        {
            LinkState.Connecting => "connecting",
            LinkState.Connected => "connected",
            LinkState.Stopping => "stopping",
            _ => "lost",
        },
    };

    private static SortedDictionary<string, ProcessJson> ByUid(ProcessTable processes, bool stale)
    {
        var byUid = new SortedDictionary<string, ProcessJson>(StringComparer.Ordinal);
        foreach (var process in processes.All)
            byUid[process.Uid] = Of(process, stale);
        return byUid;
    }

    private static double UnixSeconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds() / 1000.0;
}
