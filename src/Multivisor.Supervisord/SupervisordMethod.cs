namespace Multivisor.Supervisord;

/// <summary>What supervisord does with a method, by its full name (supervisor.md section 4).</summary>
public static class SupervisordMethod
{
    /// <summary>True if the method only reads, so that repeating it does no harm. False for every method not known to.</summary>
    public static bool IsRead(string method) =>
        method is "supervisor.reloadConfig" or "system.listMethods" or "system.methodHelp" or "system.methodSignature"
        || HasPrefix(method, "supervisor.get") || HasPrefix(method, "supervisor.read") || HasPrefix(method, "supervisor.tail");

    /// <summary>
    /// True if supervisord may hold the answer back for long: until processes have started, stopped or had their logs cleared. Also true for
    /// methods of other interfaces, about which nothing is known.
    /// </summary>
    public static bool MayWait(string method) =>
        HasPrefix(method, "supervisor.start") || HasPrefix(method, "supervisor.stop")
        || method is "supervisor.clearAllProcessLogs" or "system.multicall"
        || !(HasPrefix(method, "supervisor.") || HasPrefix(method, "system."));

    private static bool HasPrefix(string method, string prefix) => method.StartsWith(prefix, StringComparison.Ordinal);
}
