using Multivisor.Fleet.Links;

namespace Multivisor.Fleet.Supervisors;

/// <summary>What a connection is, as far as the model tells of it.</summary>
/// <param name="Address">Null for that of the link.</param>
/// <param name="IsProtected">Null for what the link says.</param>
/// <param name="PollPeriod">How often the state is asked for; null where changes are told.</param>
internal sealed record ConnectionFacts(AgentInfo Agent, string? Address, bool? IsProtected, TimeSpan? PollPeriod, bool IsSlow)
{
    public static ConnectionFacts Of(ISupervisorConnection connection, PollPace pace) => new(
        connection.Agent, connection.Address, connection.IsProtected, connection.IsPolled ? pace.Period : null, connection.IsPolled && pace.IsSlow);
}
