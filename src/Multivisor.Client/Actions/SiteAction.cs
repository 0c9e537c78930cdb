namespace Multivisor.Client;

public enum ProcessVerb
{
    Start,
    Stop,
    Restart,
}

public enum SupervisorVerb
{
    Reread,
    Update,
    Restart,
    Shutdown,
}

/// <summary>Something to be done, to everything that some patterns match. Immutable.</summary>
public sealed class SiteAction
{
    private SiteAction(string path, IReadOnlyList<(string Name, string? Value)> fields)
    {
        Path = path;
        Fields = fields;
    }

    internal string Path { get; }

    internal IReadOnlyList<(string Name, string? Value)> Fields { get; }

    /// <param name="patterns">uids, or patterns of them with <c>*</c> and <c>?</c>; a pattern without a colon matches the name.</param>
    public static SiteAction OnProcesses(ProcessVerb verb, IEnumerable<string> patterns) =>
        new($"api/process/{Word(verb)}", [("uid", string.Join(',', patterns))]);

    /// <param name="patterns"><c>supervisor:group</c>, or the name of a group wherever there is one; wildcards work.</param>
    public static SiteAction OnGroups(ProcessVerb verb, IEnumerable<string> patterns) =>
        new($"api/group/{Word(verb)}", [("group", string.Join(',', patterns))]);

    public static SiteAction OnSupervisors(SupervisorVerb verb, IEnumerable<string> names) =>
        new($"api/supervisor/{verb.ToString().ToLowerInvariant()}", [("supervisor", string.Join(',', names))]);

    /// <param name="signal">A name or a number: <c>HUP</c>, <c>SIGUSR1</c>, <c>10</c>.</param>
    public static SiteAction Signal(string signal, IEnumerable<string> patterns) =>
        new("api/process/signal", [("uid", string.Join(',', patterns)), ("signal", signal)]);

    /// <param name="text">Sent as it is; at most 65,536 characters.</param>
    public static SiteAction SendInput(string text, IEnumerable<string> patterns) =>
        new("api/process/stdin", [("uid", string.Join(',', patterns)), ("text", text)]);

    private static string Word(ProcessVerb verb) => verb.ToString().ToLowerInvariant();
}
