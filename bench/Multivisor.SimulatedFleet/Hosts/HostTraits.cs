namespace Multivisor.SimulatedFleet.Hosts;

/// <summary>What is peculiar to a host.</summary>
/// <param name="isOriginal">Its agent is the original's.</param>
internal sealed class HostTraits(bool isOriginal)
{
    public bool IsOriginal { get; } = isOriginal;

    /// <summary>Its supervisord answers nothing, while its agent lives.</summary>
    public bool IsHung { get; set; }

    /// <summary>Mean delay of each answer and event.</summary>
    public TimeSpan Latency { get; set; }

    /// <summary>Its supervisord ends; true when it is to come back.</summary>
    public Action<bool> GoAway { get; set; } = _ => { };

    /// <summary>Between half and one and a half times the mean.</summary>
    public TimeSpan Delay() => Latency == TimeSpan.Zero ? TimeSpan.Zero : Latency * (0.5 + Random.Shared.NextDouble());
}
