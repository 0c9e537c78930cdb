namespace Multivisor.SimulatedFleet.Supervisors;

/// <summary>Plausible names. Groups span hosts: each host has some of them, its neighbours others.</summary>
internal static class Roster
{
    public const string AgentGroup = "multivisor-rpc";

    private const int GroupsPerHost = 6;

    private static readonly string[] Groups =
    [
        "web", "plc", "vacuum", "cameras", "magnets", "timing", "archiver", "gateway", "motors", "detectors", "databases", "queues",
        "alarms", "interlocks", "cryo", "rf", "scans", "storage", "reports", "billing", "search", "mail", "proxy", "metrics",
    ];

    private static readonly string[] Programs = ["worker", "reader", "writer", "server", "monitor", "control"];

    public static string HostName(int host) => $"host{host + 1:0000}";

    /// <param name="processes">With the agent, if there is one.</param>
    public static SimulatedProcess[] ProcessesOf(int host, int processes, bool withAgent)
    {
        var result = new SimulatedProcess[processes];
        var agents = withAgent ? 1 : 0;
        if (withAgent)
            result[0] = new SimulatedProcess(AgentGroup, AgentGroup, isAgent: true);
        for (var i = agents; i < processes; i++)
        {
            var place = i - agents;
            var group = Groups[((host * 5) + (place % GroupsPerHost)) % Groups.Length];
            var number = place / GroupsPerHost;
            result[i] = new SimulatedProcess(group, $"{group}-{Programs[number % Programs.Length]}-{(number / Programs.Length) + 1}", isAgent: false);
        }

        return result;
    }
}
