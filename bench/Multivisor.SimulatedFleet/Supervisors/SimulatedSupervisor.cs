using Multivisor.SimulatedFleet.Life;
using Multivisor.Supervisord;
using Multivisor.ZeroRpc;

namespace Multivisor.SimulatedFleet.Supervisors;

/// <summary>
/// One supervisord: its processes, what may be done with them, and the events of what becomes of them. Thread-safe: calls come from
/// connections, changes from the agenda.
/// </summary>
internal sealed class SimulatedSupervisor
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, SimulatedProcess> _byNamespec;
    private readonly Random _random;
    private readonly IEventOutlet _outlet;
    private readonly Transitions _transitions;
    private readonly bool _stamp;

    public SimulatedSupervisor(string name, SimulatedProcess[] processes, EventStreams streams, SupervisorSurroundings around)
    {
        Name = name;
        Processes = processes;
        Streams = streams;
        _byNamespec = processes.ToDictionary(p => p.Namespec, StringComparer.Ordinal);
        _random = new Random(around.Seed);
        _stamp = around.Stamp;
        _outlet = around.IsOriginal ? new ForgetfulOutlet(name, streams, _gate, around) : new FaithfulOutlet(name, streams, around);
        _transitions = new Transitions(_gate, _outlet, around, _random);
        Pid = _transitions.NextPid();
        foreach (var process in processes)
            _transitions.Begin(process);
    }

    public string Name { get; }

    public int Pid { get; }

    public SimulatedProcess[] Processes { get; }

    public EventStreams Streams { get; }

    /// <summary>It is between a shutdown and its end: every call is refused.</summary>
    public bool IsStopping { get; private set; }

    public RpcValue ReadAll()
    {
        lock (_gate)
        {
            var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
            return RpcValue.Array([.. Processes.Select(p => WireShapes.Process(Name, p, now, _stamp))]);
        }
    }

    /// <exception cref="SupervisordFaultException">There is no such process.</exception>
    public RpcValue Read(string @namespec)
    {
        lock (_gate)
            return WireShapes.Process(Name, Find(@namespec), DateTimeOffset.UtcNow.ToUnixTimeSeconds(), _stamp);
    }

    /// <summary>The process of that name, which never changes; null when there is none.</summary>
    public SimulatedProcess? TryFind(string @namespec)
    {
        // A name without its group is enough where both are the same, as with supervisord.
        var full = @namespec.Contains(':', StringComparison.Ordinal) ? @namespec : $"{@namespec}:{@namespec}";
        return _byNamespec.GetValueOrDefault(full);
    }

    /// <exception cref="SupervisordFaultException">There is no such process, or it runs.</exception>
    public void Start(string @namespec)
    {
        lock (_gate)
        {
            var process = Find(@namespec);
            if (process.State.IsRunning())
                throw Fault(SupervisordFault.AlreadyStarted, $"ALREADY_STARTED: {@namespec}");
            // As supervisord itself: a start while it stops is answered with "true", and nothing is started.
            if (process.State != ProcessState.Stopping)
                _transitions.Launch(process, Fate.None);
        }
    }

    /// <exception cref="SupervisordFaultException">There is no such process, or it does not run.</exception>
    public void Stop(string @namespec)
    {
        lock (_gate)
            _transitions.Halt(FindRunning(@namespec), Fate.None);
    }

    /// <summary>Sends a signal; those that end a program end it, and supervisord starts it again.</summary>
    /// <inheritdoc cref="Stop" path="/exception"/>
    public void Signal(string @namespec, string signal)
    {
        lock (_gate)
        {
            var process = FindRunning(@namespec);
            if (signal is "TERM" or "KILL" or "INT" or "QUIT" or "15" or "9" or "2" or "3" && process.State == ProcessState.Running)
                _transitions.Exit(process, Fate.Crash, exitStatus: -1);
        }
    }

    /// <summary>The processes of a group, or of all (null), whose state fits.</summary>
    /// <exception cref="SupervisordFaultException">There is no such group.</exception>
    public IReadOnlyList<SimulatedProcess> Members(string? group, Func<ProcessState, bool> fits)
    {
        lock (_gate)
        {
            if (group is not null && !Processes.Any(p => p.Group == group))
                throw Fault(SupervisordFault.BadName, $"BAD_NAME: {group}");
            return [.. Processes.Where(p => (group is null || p.Group == group) && fits(p.State))];
        }
    }

    /// <summary>Begins something with a running process. False when it does not run, or something happens to it already.</summary>
    public bool TryBegin(SimulatedProcess process, Fate fate)
    {
        lock (_gate)
        {
            if (process.IsAgent || IsStopping || process.State != ProcessState.Running || process.Fate != Fate.None)
                return false;
            if (fate is Fate.Restart or Fate.MassRestart)
                _transitions.Halt(process, fate);
            else
                _transitions.Exit(process, fate, exitStatus: _random.Next(4) == 0 ? -1 : _random.Next(1, 4));
            return true;
        }
    }

    /// <summary>Ends what was begun with <see cref="Fate.Flapping"/>: it starts once more and stays.</summary>
    public void Calm(SimulatedProcess process)
    {
        lock (_gate)
        {
            if (process.Fate == Fate.Flapping)
                process.Fate = Fate.None;
        }
    }

    /// <summary>Its agent tells that it answers nothing.</summary>
    public void TellSilence()
    {
        lock (_gate)
            _outlet.PublishSilence();
    }

    /// <summary>supervisord shuts down, or restarts.</summary>
    public void BeginStopping()
    {
        lock (_gate)
        {
            IsStopping = true;
            _outlet.PublishStopping();
        }
    }

    /// <summary>It is back, with all its processes started anew.</summary>
    public void BeginAgain()
    {
        lock (_gate)
        {
            IsStopping = false;
            foreach (var process in Processes)
                _transitions.Begin(process);
        }
    }

    private SimulatedProcess FindRunning(string @namespec)
    {
        var process = Find(@namespec);
        return process.State.IsRunning() ? process : throw Fault(SupervisordFault.NotRunning, $"NOT_RUNNING: {@namespec}");
    }

    private SimulatedProcess Find(string @namespec) =>
        TryFind(@namespec) ?? throw Fault(SupervisordFault.BadName, $"BAD_NAME: {@namespec}");

    private static SupervisordFaultException Fault(SupervisordFault fault, string text) => new((int)fault, text);
}

/// <summary>What makes a supervisor what it is, and what it shares with the others.</summary>
/// <param name="Stamp">As <see cref="SimulationOptions.Stamp"/>.</param>
/// <param name="IsOriginal">Its agent is the original's.</param>
internal sealed record SupervisorSurroundings(Agenda Agenda, FleetCounters Counters, int Seed, bool Stamp, bool IsOriginal);
