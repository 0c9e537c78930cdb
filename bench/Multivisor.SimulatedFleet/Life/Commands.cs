using System.Globalization;
using System.Runtime;
using System.Text.Json.Nodes;

namespace Multivisor.SimulatedFleet.Life;

/// <summary>The commands of a script and of standard input: a word and its numbers.</summary>
internal sealed class Commands(HostFleet fleet, FleetLife life, TextWriter output)
{
    /// <summary>What an agent of ours takes to tell that its supervisord answers nothing: a look, and the time that it may take.</summary>
    private static readonly TimeSpan NoticedAfter = TimeSpan.FromSeconds(10);

    /// <summary>For <c>--help</c>.</summary>
    public const string Help = """
        Commands, from --script and, with --commands, from standard input:
          rate N                 N changes of state per second over the whole fleet
          storm N SECONDS        the same for a while
          flap N                 N processes exit again and again; 0 ends it
          crash N                one process of each of N supervisors exits, now
          mass-restart SECONDS   every process is restarted, all within this time
          rolling-restart SECONDS   the same, one supervisor after the other
          outage N SECONDS       N hosts are gone, and come back
          hang N SECONDS         N supervisords answer nothing behind living agents
          latency N MILLISECONDS   N hosts answer later
          collect                collects garbage now, and not again for a gigabyte
          stats                  prints what has happened so far, as JSON in one line
        """;

    /// <returns>What is wrong with it; null when it was run.</returns>
    public string? Run(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (words is [])
            return null;
        var numbers = new double[words.Length - 1];
        for (var i = 1; i < words.Length; i++)
        {
            if (!double.TryParse(words[i], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out numbers[i - 1]))
                return $"'{words[i]}' in '{line}' is no number";
        }

        return Run(words[0], numbers) ? null : $"'{line}' is no command; see --help";
    }

    private bool Run(string command, double[] numbers)
    {
        switch (command, numbers)
        {
            case ("rate", [var rate]):
                life.Rate = rate;
                return true;
            case ("storm", [var rate, var seconds]):
                life.Storm(rate, TimeSpan.FromSeconds(seconds));
                return true;
            case ("flap", [var count]):
                life.Flap((int)count);
                return true;
            case ("crash", [var count]):
                life.Crash((int)count);
                return true;
            case ("mass-restart", [var seconds]):
                life.MassRestart(TimeSpan.FromSeconds(seconds));
                return true;
            case ("rolling-restart", [var seconds]):
                life.RollingRestart(TimeSpan.FromSeconds(seconds));
                return true;
            case ("outage", [var count, var seconds]):
                foreach (var host in fleet.Reachable.Take((int)count))
                    _ = host.BeAwayAsync(TimeSpan.FromSeconds(seconds));
                return true;
            case ("hang", [var count, var seconds]):
                Hang((int)count, TimeSpan.FromSeconds(seconds));
                return true;
            case ("latency", [var count, var milliseconds]):
                foreach (var host in fleet.Reachable.Take((int)count))
                    host.Traits.Latency = TimeSpan.FromMilliseconds(milliseconds);
                return true;
            case ("collect", []):
                Collect();
                return true;
            case ("stats", []):
                output.WriteLine(Statistics().ToJsonString());
                return true;
            default:
                return false;
        }
    }

    private void Hang(int count, TimeSpan time)
    {
        foreach (var host in fleet.Reachable.Take(count))
        {
            host.Traits.IsHung = true;
            fleet.Agenda.After(NoticedAfter, () =>
            {
                if (host.Traits.IsHung)
                    host.Supervisor!.TellSilence();
            });
            fleet.Agenda.After(time, () => host.Traits.IsHung = false);
        }
    }

    /// <summary>All hosts of this process would stand still together, which real ones do not.</summary>
    private static void Collect()
    {
        if (GCSettings.LatencyMode == GCLatencyMode.NoGCRegion)
            GC.EndNoGCRegion();
        GC.TryStartNoGCRegion(1_000_000_000);
    }

    private JsonObject Statistics() => new()
    {
        ["changes"] = fleet.Counters.Changes,
        ["calls"] = fleet.Counters.Calls,
        ["discarded"] = fleet.Counters.Discarded,
        ["connections"] = fleet.Hosts.Sum(h => h.ConnectionCount),
        ["subscribers"] = fleet.Reachable.Sum(h => h.Supervisor!.Streams.Count),
    };
}
