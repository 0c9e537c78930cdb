using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Multivisor.Fleet.Configuration;

namespace Multivisor.Fleet.Discovery;

/// <summary>All lists of a configuration, and what is in them. Not thread-safe: its owner calls it from one place at a time.</summary>
/// <param name="changed">Called from a loop when its list is another one; it must call <see cref="Put"/> in turn.</param>
internal sealed class Discoveries(Func<DiscoveryConfig, ImmutableArray<SupervisorConfig>, CancellationToken, Task> changed, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private readonly Dictionary<string, (DiscoveryLoop Loop, ImmutableArray<SupervisorConfig> Found)> _all = new(StringComparer.Ordinal);

    /// <summary>Brings the loops to a configuration; returns when each new list was looked at once.</summary>
    public async Task ApplyAsync(ImmutableArray<DiscoveryConfig> wanted, CancellationToken cancellationToken)
    {
        foreach (var (name, (loop, _)) in _all.ToArray())
        {
            if (wanted.Contains(loop.Config))
                continue;
            _all.Remove(name);
            await loop.DisposeAsync();
        }

        foreach (var config in wanted.Where(config => !_all.ContainsKey(config.Name)))
        {
            var loop = new DiscoveryLoop(config, (found, token) => changed(config, found, token), time, logger);
            _all[config.Name] = (loop, await loop.FirstAsync(cancellationToken));
            loop.Start();
        }
    }

    /// <summary>Takes what a loop has found.</summary>
    /// <returns>False when that loop is no longer wanted.</returns>
    public bool Put(DiscoveryConfig config, ImmutableArray<SupervisorConfig> found)
    {
        if (!_all.TryGetValue(config.Name, out var known) || known.Loop.Config != config)
            return false;
        _all[config.Name] = (known.Loop, found);
        return true;
    }

    /// <summary>What was written comes first, and of two of one name the first counts.</summary>
    public IEnumerable<SupervisorConfig> With(ImmutableArray<SupervisorConfig> written) => written
        .Concat(_all.Values.SelectMany(discovery => discovery.Found))
        .DistinctBy(supervisor => supervisor.Name, StringComparer.Ordinal);

    public async ValueTask DisposeAsync()
    {
        foreach (var (loop, _) in _all.Values)
            await loop.DisposeAsync();
        _all.Clear();
    }
}
