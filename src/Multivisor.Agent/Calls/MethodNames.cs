namespace Multivisor.Agent.Calls;

/// <summary>Under which bare name each of supervisord's methods is served (multivisor-agent.md section 2.1).</summary>
internal static class MethodNames
{
    public const string EventStream = "event_stream";
    public const string Agent = "multivisor_agent";

    /// <summary>Names that zerorpc keeps for itself, and ours, which nobody else may take.</summary>
    private static readonly HashSet<string> Reserved =
    [
        "bind", "close", "connect", "debug", "disconnect", "run", "stop", EventStream, Agent, "log_follow", "log_stop", "log_read", "log_search",
    ];

    /// <summary>What supervisor 4.2 to 4.4 offers; served until supervisord itself has told.</summary>
    public static IReadOnlyList<string> Standard { get; } =
    [
        .. new[]
        {
            "addProcessGroup", "clearAllProcessLogs", "clearLog", "clearProcessLog", "clearProcessLogs", "getAPIVersion", "getAllConfigInfo",
            "getAllProcessInfo", "getIdentification", "getPID", "getProcessInfo", "getState", "getSupervisorVersion", "getVersion", "readLog",
            "readMainLog", "readProcessLog", "readProcessStderrLog", "readProcessStdoutLog", "reloadConfig", "removeProcessGroup", "restart",
            "sendProcessStdin", "sendRemoteCommEvent", "shutdown", "signalAllProcesses", "signalProcess", "signalProcessGroup",
            "startAllProcesses", "startProcess", "startProcessGroup", "stopAllProcesses", "stopProcess", "stopProcessGroup", "tailProcessLog",
            "tailProcessStderrLog", "tailProcessStdoutLog",
        }.Select(name => "supervisor." + name),
        "system.listMethods", "system.methodHelp", "system.methodSignature", "system.multicall",
    ];

    /// <summary>
    /// Full name by bare name. <c>supervisor.*</c> wins over all, then <c>system.*</c>, then the others in their order: a plug-in
    /// must not replace what consumers rely on.
    /// </summary>
    public static SortedDictionary<string, string> ByBareName(IEnumerable<string> fullNames)
    {
        var result = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var fullName in fullNames.OrderBy(Rank).ThenBy(n => n, StringComparer.Ordinal))
        {
            var name = fullName[(fullName.IndexOf('.') + 1)..];
            if (name.Length > 0 && name[0] != '_' && !Reserved.Contains(name))
                result.TryAdd(name, fullName);
        }

        return result;
    }

    private static int Rank(string fullName) =>
        fullName.StartsWith("supervisor.", StringComparison.Ordinal) ? 0 : fullName.StartsWith("system.", StringComparison.Ordinal) ? 1 : 2;
}
