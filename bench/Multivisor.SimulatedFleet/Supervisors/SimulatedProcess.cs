using Multivisor.Supervisord;

namespace Multivisor.SimulatedFleet.Supervisors;

/// <summary>One process. Its supervisor's lock guards what changes.</summary>
internal sealed class SimulatedProcess(string group, string name, bool isAgent)
{
    public string Group { get; } = group;

    public string Name { get; } = name;

    public string Namespec { get; } = $"{group}:{name}";

    /// <summary>The agent's own process, through which the host is reached: the script leaves it alone.</summary>
    public bool IsAgent { get; } = isAgent;

    public ProcessState State { get; set; } = ProcessState.Stopped;

    public long Start { get; set; }

    public long Stop { get; set; }

    public int Pid { get; set; }

    public int ExitStatus { get; set; }

    public string SpawnError { get; set; } = "";

    /// <summary>Counts changes of state; what was planned for an earlier one is void.</summary>
    public int Version { get; set; }

    /// <summary>What happens to it just now, beside what clients ask for.</summary>
    public Fate Fate { get; set; }

    /// <summary>Failed starts since the last success.</summary>
    public int Retries { get; set; }

    /// <summary><c>Stopwatch</c> ticks of the last change.</summary>
    public long ChangedAt { get; set; }
}

/// <summary>What the script has in mind for a process.</summary>
internal enum Fate
{
    None,

    /// <summary>It exits and is started again.</summary>
    Crash,

    /// <summary>An operator restarts it.</summary>
    Restart,

    /// <summary>It exits and cannot be started, until it is FATAL; an operator starts it later.</summary>
    Trouble,

    /// <summary>It exits again and again.</summary>
    Flapping,

    /// <summary>Restarted with all others; not counted to the rate.</summary>
    MassRestart,
}
