using System.Diagnostics;
using Multivisor.Supervisord;

namespace Multivisor.SimulatedFleet.Supervisors;

/// <summary>
/// How processes go from state to state: what a change does to the facts, and what follows it by itself. Every method is called under the
/// lock of the supervisor, which <paramref name="gate"/> is.
/// </summary>
internal sealed class Transitions(Lock gate, IEventOutlet outlet, SupervisorSurroundings around, Random random)
{
    private static readonly TimeSpan StartSeconds = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StopTime = TimeSpan.FromMilliseconds(200);

    private int _pid = random.Next(1000, 30_000);

    private static long Now => DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    public int NextPid() => ++_pid;

    /// <summary>As it is found when supervisord is first seen: nearly all run.</summary>
    public void Begin(SimulatedProcess process)
    {
        var trouble = process.IsAgent ? 1 : random.NextDouble();
        process.Version++;
        process.Fate = Fate.None;
        process.SpawnError = trouble < 0.002 ? "Exited too quickly (process log may have details)" : "";
        process.State = trouble switch
        {
            < 0.002 => ProcessState.Fatal,
            < 0.003 => ProcessState.Exited,
            < 0.013 => ProcessState.Stopped,
            _ => ProcessState.Running,
        };
        var runs = process.State == ProcessState.Running;
        process.Start = Now - random.Next(60, 60 * 86_400);
        process.Stop = runs ? 0 : process.Start + 30;
        process.ExitStatus = process.State == ProcessState.Exited ? 1 : 0;
        process.Pid = runs ? NextPid() : 0;
    }

    public void Launch(SimulatedProcess process, Fate fate)
    {
        Change(process, ProcessState.Starting, fate, p =>
        {
            p.Start = Now;
            p.Pid = NextPid();
            p.SpawnError = "";
        });
        if (fate == Fate.Trouble)
            Plan(process, StartSeconds / 2, Fail);
        else
            Plan(process, StartSeconds, Settle);
    }

    private void Settle(SimulatedProcess process)
    {
        process.Retries = 0;
        var flaps = process.Fate == Fate.Flapping;
        Change(process, ProcessState.Running, flaps ? Fate.Flapping : Fate.None, _ => { });
        if (flaps)
            Plan(process, StartSeconds, p => Exit(p, p.Fate, 1));
    }

    private void Fail(SimulatedProcess process)
    {
        process.Retries++;
        Change(process, ProcessState.Backoff, Fate.Trouble, p =>
        {
            p.Pid = 0;
            p.Stop = Now;
            p.ExitStatus = 1;
            p.SpawnError = "Exited too quickly (process log may have details)";
        });
        if (process.Retries < 3)
            Plan(process, process.Retries * StartSeconds, p => Launch(p, Fate.Trouble));
        else
            Plan(process, StartSeconds, GiveUp);
    }

    private void GiveUp(SimulatedProcess process)
    {
        Change(process, ProcessState.Fatal, Fate.Trouble, _ => { });
        Plan(process, 10 * StartSeconds, p => Launch(p, Fate.Crash));
    }

    public void Exit(SimulatedProcess process, Fate fate, int exitStatus)
    {
        Change(process, ProcessState.Exited, fate, p =>
        {
            p.Pid = 0;
            p.Stop = Now;
            p.ExitStatus = exitStatus;
            p.SpawnError = exitStatus == -1 ? "Terminated by SIGKILL" : $"Bad exit code {exitStatus}";
        });
        Plan(process, StopTime, p => Launch(p, p.Fate));
    }

    public void Halt(SimulatedProcess process, Fate fate)
    {
        if (process.State == ProcessState.Backoff)
        {
            Stopped(process, fate);
            return;
        }

        Change(process, ProcessState.Stopping, fate, _ => { });
        Plan(process, StopTime, p => Stopped(p, fate));
    }

    private void Stopped(SimulatedProcess process, Fate fate)
    {
        Change(process, ProcessState.Stopped, fate, p =>
        {
            p.Pid = 0;
            p.Stop = Now;
            p.ExitStatus = 0;
            p.SpawnError = "";
        });
        if (fate != Fate.None)
            Plan(process, StopTime, p => Launch(p, p.Fate));
    }

    private void Change(SimulatedProcess process, ProcessState state, Fate fate, Action<SimulatedProcess> details)
    {
        var from = process.State;
        var counts = fate is Fate.Crash or Fate.Restart or Fate.Trouble
            || (fate == Fate.None && process.Fate is Fate.Crash or Fate.Restart or Fate.Trouble);
        process.Fate = fate;
        process.State = state;
        process.Version++;
        process.ChangedAt = Stopwatch.GetTimestamp();
        details(process);
        around.Counters.CountChange(ofTheScript: counts);
        outlet.PublishChange(process, from);
    }

    /// <summary>Goes on with a process later, unless something else has happened to it by then.</summary>
    private void Plan(SimulatedProcess process, TimeSpan delay, Action<SimulatedProcess> next)
    {
        var version = process.Version;
        around.Agenda.After(delay, () =>
        {
            lock (gate)
            {
                if (process.Version == version)
                    next(process);
            }
        });
    }
}
