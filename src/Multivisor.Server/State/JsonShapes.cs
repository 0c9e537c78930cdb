using Multivisor.Contract;
using Multivisor.Fleet.Feed;
using Multivisor.Fleet.History;
using Multivisor.Fleet.Links;
using Multivisor.Fleet.Model;
using Multivisor.Supervisord;

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
            Expected = process.ExitExpected,
            FullName = process.Namespec,
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
        Labels = supervisor.Labels.Count == 0 ? null : supervisor.Labels.ToDictionary(StringComparer.Ordinal),
        Link = LinkOf(supervisor),
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

    public static HistoryEntryJson Of(HistoryEntry entry) => new()
    {
        At = entry.SeenMilliseconds == 0 ? null : entry.SeenMilliseconds / 1000.0,
        ExitStatus = entry.State == ProcessState.Exited ? entry.ExitStatus : null,
        Expected = entry.ExitExpected,
        Gap = entry.IsAfterGap,
        Pid = entry.Pid,
        Start = entry.Start,
        State = entry.State.ToName(),
        Stop = entry.Stop,
    };

    private static LinkJson LinkOf(SupervisorSnapshot supervisor) => Of(supervisor.Link) with
    {
        AgentUid = supervisor.AgentNamespec is { } @namespec ? $"{supervisor.Name}:{@namespec}" : null,
    };

    private static LinkJson Of(LinkStatus link) => new()
    {
        Address = link.Address,
        Agent = link.Agent?.Program,
        AgentVersion = link.Agent?.Version,
        ClockDifference = link.ClockDifference?.TotalSeconds,
        Error = link.Error,
        Kind = link.Agent?.Program switch
        {
            null => null,
            AgentInfo.Original => "original",
            AgentInfo.Supervisord => "direct",
            _ => "agent",
        },
        LastContact = link.LastContact is { } heard ? UnixSeconds(heard) : null,
        NextAttempt = link.NextAttempt is { } next ? UnixSeconds(next) : null,
        PollPeriod = link.PollPeriod is { } period ? Math.Round(period.TotalSeconds, 1) : null,
        Protected = link.IsProtected,
        RoundTrip = link.RoundTrip is { } took ? Math.Round(took.TotalSeconds, 4) : null,
        Since = UnixSeconds(link.Since),
        Slow = link.IsSlow,
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
