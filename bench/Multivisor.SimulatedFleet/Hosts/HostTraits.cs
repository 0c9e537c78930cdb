namespace Multivisor.SimulatedFleet.Hosts;

/// <summary>What is peculiar to a host.</summary>
/// <param name="isOriginal">Its agent is the original's.</param>
internal sealed class HostTraits(bool isOriginal)
{
    /// <summary>Of TCP on Linux.</summary>
    private static readonly TimeSpan FirstRetransmission = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LastRetransmission = TimeSpan.FromSeconds(4);

    public bool IsOriginal { get; } = isOriginal;

    /// <summary>Its supervisord answers nothing, while its agent lives.</summary>
    public bool IsHung { get; set; }

    /// <summary>Mean delay of each answer and event.</summary>
    public TimeSpan Latency { get; set; }

    /// <summary>Its supervisord ends; true when it is to come back.</summary>
    public Action<bool> GoAway { get; set; } = _ => { };

    /// <summary>Part of its answers and events that are lost on the way once, or again, and so come late.</summary>
    public double Loss { get; set; }

    /// <summary>Between half and one and a half times the mean; what was lost comes when TCP has sent it again: 200 ms later, then 400, and so on.</summary>
    public TimeSpan Delay()
    {
        var delay = Latency == TimeSpan.Zero ? TimeSpan.Zero : Latency * (0.5 + Random.Shared.NextDouble());
        for (var again = FirstRetransmission; Loss > 0 && again <= LastRetransmission && Random.Shared.NextDouble() < Loss; again *= 2)
            delay += again;
        return delay;
    }
}
