using Microsoft.Extensions.Logging;

namespace Multivisor.Fleet.Links;

/// <summary>Several ways to one supervisord: the best that answers serves, the others stand by.</summary>
/// <param name="candidates">The best first.</param>
internal sealed class StandbyLink(IReadOnlyList<ISupervisorLink> candidates, TimeProvider time, ILogger logger) : ISupervisorLink
{
    public string Address { get; } = candidates[0].Address;

    public int Descriptors { get; } = candidates.Sum(candidate => candidate.Descriptors);

    public async Task<ISupervisorConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        for (var i = 0; i < candidates.Count; i++)
        {
            try
            {
                return new StandbyConnection(candidates, i, await candidates[i].ConnectAsync(cancellationToken), time, logger);
            }
            catch (LinkException e)
            {
                problems.Add(e.Message.Contains(candidates[i].Address, StringComparison.Ordinal) ? e.Message : $"{candidates[i].Address}: {e.Message}");
            }
        }

        throw new LinkException(string.Join("; ", problems));
    }
}
