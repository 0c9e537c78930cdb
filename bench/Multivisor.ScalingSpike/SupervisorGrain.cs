using Microsoft.Extensions.Logging.Abstractions;
using Multivisor.Fleet;
using Multivisor.Fleet.Configuration;
using Orleans.Placement;

namespace Multivisor.ScalingSpike;

/// <summary>
/// The product's own supervisor, link and model included, as a fleet of one. Placed by the hash of its name, so that every silo knows without asking
/// where it belongs, and a site spreads evenly.
/// </summary>
[HashBasedPlacement]
internal sealed class SupervisorGrain(SiloSettings settings) : Grain, ISupervisorGrain, IAsyncDisposable
{
    private readonly SupervisorFleet _fleet = new(NullLoggerFactory.Instance);

    public override async Task OnActivateAsync(CancellationToken cancellationToken) =>
        await _fleet.ApplyAsync(settings.ConfigurationOf(this.GetPrimaryKeyString()));

    public ValueTask DisposeAsync() => _fleet.DisposeAsync();

    public Task<SupervisorState> LookAsync()
    {
        var snapshot = _fleet.Supervisors[0].Snapshot;
        return Task.FromResult(new SupervisorState(settings.Port, snapshot.IsRunning, snapshot.Processes.All.Count));
    }
}

/// <summary>What a silo was started with.</summary>
internal sealed class SiloSettings(int port, MultivisorConfig config)
{
    private readonly Dictionary<string, SupervisorConfig> _byName = config.Supervisors.ToDictionary(s => s.Name, StringComparer.Ordinal);

    public int Port => port;

    public MultivisorConfig ConfigurationOf(string supervisor) => config with { Supervisors = [_byName[supervisor]] };
}
