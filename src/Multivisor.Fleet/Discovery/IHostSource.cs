using System.Collections.Immutable;
using Multivisor.Fleet.Configuration;

namespace Multivisor.Fleet.Discovery;

/// <summary>Somewhere that supervisors are listed.</summary>
internal interface IHostSource
{
    /// <summary>Looks now.</summary>
    /// <returns>What is listed; null when nothing is another than at the last look.</returns>
    /// <exception cref="DiscoveryException">It cannot be read; what was found last still holds.</exception>
    Task<ImmutableArray<SupervisorConfig>?> LookAsync(CancellationToken cancellationToken);
}

/// <summary>A list of supervisors cannot be read. The message is for an operator.</summary>
internal sealed class DiscoveryException(string message, Exception? inner = null) : Exception(message, inner);
