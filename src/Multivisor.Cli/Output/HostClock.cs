using Multivisor.Contract;

namespace Multivisor.Cli.Output;

/// <summary>What the clock of a host shows: times of its processes are its own. A site's server and this machine are taken to agree.</summary>
internal static class HostClock
{
    /// <summary>Unix seconds. Of a host that is not connected the time when it was last heard of: nobody knows what runs there now.</summary>
    public static long Now(ProcessJson process, SupervisorJson? supervisor) => process.Stale || supervisor?.Link is null
        ? process.Now
        : Math.Max(process.Now, DateTimeOffset.UtcNow.ToUnixTimeSeconds() + (long)(supervisor.Link.ClockDifference ?? 0));
}
