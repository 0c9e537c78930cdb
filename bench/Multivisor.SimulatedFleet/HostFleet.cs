using System.Text;
using Multivisor.SimulatedFleet.Hosts;
using Multivisor.SimulatedFleet.Life;
using Multivisor.SimulatedFleet.Supervisors;

namespace Multivisor.SimulatedFleet;

/// <summary>All hosts of the simulation.</summary>
internal sealed class HostFleet : IAsyncDisposable
{
    private HostFleet(SimulatedHost[] hosts, Agenda agenda, FleetCounters counters)
    {
        Hosts = hosts;
        Agenda = agenda;
        Counters = counters;
        Reachable = [.. hosts.Where(h => h.Supervisor is not null)];
    }

    public SimulatedHost[] Hosts { get; }

    /// <summary>Those with a supervisor that can be reached.</summary>
    public SimulatedHost[] Reachable { get; }

    public Agenda Agenda { get; }

    public FleetCounters Counters { get; }

    /// <summary>Opens the port of every host. The peculiar ones are the last: dead, silent, hung, and before them those of the original.</summary>
    public static HostFleet Open(SimulationOptions options)
    {
        var agenda = new Agenda();
        var counters = new FleetCounters();
        var hosts = new SimulatedHost[options.Supervisors];
        var dead = options.Supervisors - options.Dead;
        var silent = dead - options.Silent;
        var hung = silent - options.Hung;
        var original = hung - options.Original;
        for (var i = 0; i < hosts.Length; i++)
        {
            var name = Roster.HostName(i);
            hosts[i] = i >= dead ? SimulatedHost.Dead(name)
                : i >= silent ? SimulatedHost.Silent(name)
                : Serving(i, new HostTraits(isOriginal: i >= original && i < hung)
                {
                    IsHung = i >= hung,
                    Latency = i < (options.LatencyHosts ?? int.MaxValue) ? options.Latency : TimeSpan.Zero,
                });
        }

        return new HostFleet(hosts, agenda, counters);

        SimulatedHost Serving(int host, HostTraits traits)
        {
            var around = new SupervisorSurroundings(agenda, counters, options.Seed + host, options.Stamp, traits.IsOriginal);
            var supervisor = new SimulatedSupervisor(
                Roster.HostName(host), Roster.ProcessesOf(host, options.Processes), new EventStreams(traits.Delay), around);
            return SimulatedHost.Serving(supervisor, traits, new AgentMethods(supervisor, traits, options, counters).Build());
        }
    }

    /// <summary>The configuration with which a server watches this fleet.</summary>
    public string Configuration()
    {
        var text = new StringBuilder($"[global]\nname = Simulated fleet of {Hosts.Length}\n");
        foreach (var host in Hosts)
            text.Append($"\n[supervisor:{host.Name}]\nurl = 127.0.0.1:{host.Port}\n");
        return text.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in Hosts)
            await host.DisposeAsync();
    }
}
