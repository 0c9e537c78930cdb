namespace Multivisor.SimulatedFleet;

/// <summary>What the command line asked for.</summary>
internal sealed record SimulationOptions
{
    public int Supervisors { get; init; } = 10;

    /// <summary>On each supervisor, its agent's own process included.</summary>
    public int Processes { get; init; } = 50;

    /// <summary>How many of the supervisors have an agent of the original.</summary>
    public int Original { get; init; }

    /// <summary>How many of them have no agent and are supervisord itself, over HTTP.</summary>
    public int Direct { get; init; }

    /// <summary>Those can be followed by their own log.</summary>
    public bool MainLog { get; init; } = true;

    /// <summary>How many hosts refuse the connection.</summary>
    public int Dead { get; init; }

    /// <summary>How many accept it and never say a word.</summary>
    public int Silent { get; init; }

    /// <summary>How many say one message that never ends.</summary>
    public int Endless { get; init; }

    /// <summary>How many have an agent that lives while its supervisord answers nothing.</summary>
    public int Hung { get; init; }

    /// <summary>Mean delay of each answer and event.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>Percent of the answers and events that are lost on the way and come with their retransmission.</summary>
    public double Loss { get; init; }

    /// <summary>How many hosts have that delay and that loss; all when null.</summary>
    public int? LatencyHosts { get; init; }

    /// <summary>Changes of state per second, over the whole fleet, from the start on.</summary>
    public double Rate { get; init; }

    /// <summary>Lines that each process writes to its log per second.</summary>
    public double LogRate { get; init; } = 1;

    /// <summary>Lines that each log has at the start.</summary>
    public int LogLines { get; init; } = 2000;

    public string ConfigFile { get; init; } = "multivisor.conf";

    public string? ScriptFile { get; init; }

    /// <summary>Read commands from standard input, and end when it ends.</summary>
    public bool ReadCommands { get; init; }

    /// <summary>The description of a process that changes ends with the moment of the change, for those who measure.</summary>
    public bool Stamp { get; init; }

    public int Seed { get; init; } = 1;
}
