using Multivisor.Agent.Calls;

namespace Multivisor.Agent;

/// <summary>Which methods of supervisord this agent passes on. Reading is always allowed; <see cref="Everything"/> is the default.</summary>
internal sealed class MethodAccess
{
    /// <summary>What changes nothing. Methods of plug-ins are not among them: nobody knows what they do.</summary>
    private static readonly HashSet<string> Reading = new(StringComparer.Ordinal)
    {
        "getAPIVersion", "getAllConfigInfo", "getAllProcessInfo", "getIdentification", "getPID", "getProcessInfo", "getState",
        "getSupervisorVersion", "getVersion", "listMethods", "methodHelp", "methodSignature", "readLog", "readMainLog", "readProcessLog",
        "readProcessStderrLog", "readProcessStdoutLog", "tailProcessLog", "tailProcessStderrLog", "tailProcessStdoutLog",
    };

    /// <summary>Calls any other method by its name in the arguments.</summary>
    private const string Multicall = "multicall";

    private readonly HashSet<string>? _allowed;

    private MethodAccess(HashSet<string>? allowed) => _allowed = allowed;

    public static MethodAccess Everything { get; } = new((HashSet<string>?)null);

    /// <summary>Some methods may be refused.</summary>
    public bool IsLimited => _allowed is not null;

    /// <summary>The names of <c>--allow</c>, in their order.</summary>
    public IReadOnlyCollection<string> Allowed => _allowed ?? [];

    /// <param name="readOnly"><c>--read-only</c></param>
    /// <param name="allow">The text of <c>--allow</c>: names with or without <c>supervisor.</c>, separated by commas; null when it is not there.</param>
    /// <param name="problem">What is wrong, when there is no result.</param>
    public static MethodAccess? TryCreate(bool readOnly, string? allow, out string problem)
    {
        problem = "";
        if (!readOnly && allow is null)
            return Everything;
        var names = (allow ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(name => name[(name.LastIndexOf('.') + 1)..]).ToHashSet(StringComparer.Ordinal);
        if (allow is not null && names.Count == 0)
            problem = "--allow names no method: write for example --allow startProcess,stopProcess, or --read-only.";
        else if (names.Contains(Multicall))
            problem = "--allow multicall would allow every method; name those that are to be allowed.";
        else if (names.FirstOrDefault(name => !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')) is { } odd)
            problem = $"--allow {odd} is no name of a method: write for example --allow startProcess,stopProcess.";
        return problem.Length == 0 ? new MethodAccess(names) : null;
    }

    /// <param name="method">A bare name.</param>
    /// <param name="fullName">supervisord's own name of it.</param>
    public bool Allows(string method, string fullName) =>
        _allowed is null
        || _allowed.Contains(method)
        || (Reading.Contains(method) && (fullName.StartsWith("supervisor.", StringComparison.Ordinal) || fullName.StartsWith("system.", StringComparison.Ordinal)));

    /// <summary>Names of <c>--allow</c> that supervisord does not have.</summary>
    public IEnumerable<string> Unknown(IEnumerable<string> methods)
    {
        var known = MethodNames.ByBareName(methods);
        return Allowed.Where(name => !known.ContainsKey(name));
    }
}
