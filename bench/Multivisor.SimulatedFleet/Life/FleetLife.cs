using System.Diagnostics;
using Multivisor.SimulatedFleet.Supervisors;

namespace Multivisor.SimulatedFleet.Life;

/// <summary>
/// Makes things happen: so many changes of state per second, over the whole fleet, and what commands ask for. Most changes are processes
/// that exit and are started again, some are restarted by hand, a few cannot be started for a while.
/// </summary>
internal sealed class FleetLife(HostFleet fleet, int seed)
{
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(2);

    private readonly Random _random = new(seed);
    private readonly List<(SimulatedSupervisor Supervisor, SimulatedProcess Process)> _flapping = [];
    private readonly Lock _gate = new();
    private double _rate;
    private double _stormRate;
    private long _stormEnds;

    /// <summary>Changes per second.</summary>
    public double Rate
    {
        get
        {
            lock (_gate)
                return Stopwatch.GetTimestamp() < _stormEnds ? _stormRate : _rate;
        }

        set
        {
            lock (_gate)
                _rate = value;
        }
    }

    /// <summary>Another rate for a while.</summary>
    public void Storm(double rate, TimeSpan time)
    {
        lock (_gate)
        {
            _stormRate = rate;
            _stormEnds = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
        }
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Turn);
        var last = Stopwatch.GetTimestamp();
        var owed = 0.0;
        var told = fleet.Counters.Scripted;
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                var now = Stopwatch.GetTimestamp();
                owed += Rate * Stopwatch.GetElapsedTime(last, now).TotalSeconds;
                last = now;
                fleet.Agenda.Run();
                // What goes on by itself is part of the rate; only the rest is begun anew.
                owed = Settle(owed, ref told);
                while (owed >= 1 && TryBeginSomewhere())
                    owed = Settle(owed, ref told);
                // No debt is carried on for long, should the fleet be unable to change so fast.
                owed = Math.Clamp(owed, -10_000, Math.Max(1, Rate));
            }
        }
        catch (OperationCanceledException)
        {
            // It ends.
        }
    }

    /// <summary>One process of each of so many supervisors exits now, and is started again.</summary>
    public void Crash(int supervisors)
    {
        foreach (var supervisor in fleet.Reachable.Take(supervisors).Select(host => host.Supervisor!))
        {
            foreach (var process in supervisor.Processes)
            {
                if (supervisor.TryBegin(process, Fate.Crash))
                    break;
            }
        }
    }

    /// <summary>So many processes flap from now on; 0 calms them all.</summary>
    public void Flap(int count)
    {
        lock (_gate)
        {
            foreach (var (supervisor, process) in _flapping)
                supervisor.Calm(process);
            _flapping.Clear();
            for (var attempt = 0; _flapping.Count < count && attempt < 20 * count; attempt++)
            {
                var (supervisor, process) = Pick();
                if (supervisor.TryBegin(process, Fate.Flapping))
                    _flapping.Add((supervisor, process));
            }
        }
    }

    /// <summary>Every process is restarted, all within this time.</summary>
    public void MassRestart(TimeSpan time)
    {
        foreach (var host in fleet.Reachable)
        {
            foreach (var process in host.Supervisor!.Processes)
                Later(time * _random.NextDouble(), host.Supervisor, process);
        }
    }

    /// <summary>Every process is restarted, one supervisor after the other.</summary>
    public void RollingRestart(TimeSpan time)
    {
        for (var i = 0; i < fleet.Reachable.Length; i++)
        {
            var supervisor = fleet.Reachable[i].Supervisor!;
            foreach (var process in supervisor.Processes)
                Later(time * i / fleet.Reachable.Length, supervisor, process);
        }
    }

    private void Later(TimeSpan delay, SimulatedSupervisor supervisor, SimulatedProcess process) =>
        fleet.Agenda.After(delay, () => supervisor.TryBegin(process, Fate.MassRestart));

    private double Settle(double owed, ref long told)
    {
        var scripted = fleet.Counters.Scripted;
        owed -= scripted - told;
        told = scripted;
        return owed;
    }

    private bool TryBeginSomewhere()
    {
        if (fleet.Reachable.Length == 0)
            return false;
        var fate = _random.Next(100) switch
        {
            < 2 => Fate.Trouble,
            < 10 => Fate.Restart,
            _ => Fate.Crash,
        };
        for (var attempt = 0; attempt < 20; attempt++)
        {
            var (supervisor, process) = Pick();
            if (supervisor.TryBegin(process, fate))
                return true;
        }

        return false;
    }

    private (SimulatedSupervisor Supervisor, SimulatedProcess Process) Pick()
    {
        var supervisor = fleet.Reachable[Random.Shared.Next(fleet.Reachable.Length)].Supervisor!;
        return (supervisor, supervisor.Processes[Random.Shared.Next(supervisor.Processes.Length)]);
    }
}
