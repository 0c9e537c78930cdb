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

    /// <summary>Opens the port of every host. The peculiar ones are the last: dead, silent, endless, hung, before them those of the original, and before those the ones without an agent.</summary>
    public static HostFleet Open(SimulationOptions options)
    {
        var agenda = new Agenda();
        var counters = new FleetCounters();
        var hosts = new SimulatedHost[options.Supervisors];
        var dead = options.Supervisors - options.Dead;
        var silent = dead - options.Silent;
        var endless = silent - options.Endless;
        var hung = endless - options.Hung;
        var original = hung - options.Original;
        var direct = original - options.Direct;
        for (var i = 0; i < hosts.Length; i++)
        {
            var name = Roster.HostName(i);
            hosts[i] = i >= dead ? SimulatedHost.Dead(name)
                : i >= silent ? SimulatedHost.Silent(name)
                : i >= endless ? SimulatedHost.Endless(name)
                : Serving(i, i >= direct && i < original, new HostTraits(isOriginal: i >= original && i < hung)
                {
                    IsHung = i >= hung,
                    Latency = i < (options.LatencyHosts ?? int.MaxValue) ? options.Latency : TimeSpan.Zero,
                    Loss = i < (options.LatencyHosts ?? int.MaxValue) ? options.Loss / 100 : 0,
                });
        }

        return new HostFleet(hosts, agenda, counters);

        SimulatedHost Serving(int host, bool isDirect, HostTraits traits)
        {
            var around = new SupervisorSurroundings(agenda, counters, options.Seed + host, options.Stamp, traits.IsOriginal);
            var supervisor = new SimulatedSupervisor(
                Roster.HostName(host), Roster.ProcessesOf(host, options.Processes, withAgent: !isDirect), new EventStreams(traits.Delay), around);
            var methods = new SupervisorMethods(supervisor, traits, options, counters);
            if (isDirect)
                return SimulatedHost.Serving(supervisor, traits, port => DirectDoor.Open(methods, port, options.MainLog));
            var service = AgentService.Of(methods);
            return SimulatedHost.Serving(supervisor, traits, port => AgentDoor.Open(service, port));
        }
    }

    /// <summary>The configuration with which a server watches this fleet.</summary>
    public string Configuration()
    {
        var text = new StringBuilder($"[global]\nname = Simulated fleet of {Hosts.Length}\n");
        foreach (var host in Hosts)
            text.Append($"\n[supervisor:{host.Name}]\nurl = {host.Url}\n");
        return text.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in Hosts)
            await host.DisposeAsync();
    }
}
