using Multivisor.Fleet.Links;

namespace Multivisor.Fleet.Model;

public enum LinkState
{
    /// <summary>No attempt has ended yet.</summary>
    Connecting,
    Connected,

    /// <summary>supervisord said that it stops or restarts; it answers nothing until it is back.</summary>
    Stopping,
    Lost,
}

/// <summary>How we stand with a supervisor.</summary>
/// <param name="Since">When <paramref name="State"/> began.</param>
/// <param name="Error">What happened, where, and what to do, for an operator; null while connected.</param>
/// <param name="Agent">Who answers at the other end; the last known one while lost.</param>
public sealed record LinkStatus(LinkState State, DateTimeOffset Since, string? Error = null, AgentInfo? Agent = null)
{
    /// <summary>Where the server connects to: <c>lid002:9002</c>.</summary>
    public required string Address { get; init; }

    /// <summary>What is said goes through TLS, and each end knows the other as far as it was told to.</summary>
    public bool IsProtected { get; init; }

    /// <summary>
    /// When anything was last heard of it; null before the first time. Goes on in a status that is held: its passing alone is no change that is told, and
    /// would be a new status for each event.
    /// </summary>
    public DateTimeOffset? LastContact => Contact.Last;

    internal LastContact Contact { get; init; } = new();

    /// <summary>How long supervisord took for the last small question (until the first one: for the full read); null while not connected.</summary>
    public TimeSpan? RoundTrip { get; init; }

    /// <summary>While lost: when it is tried again; null while it is being tried. Not told either.</summary>
    public DateTimeOffset? NextAttempt { get; init; }

    /// <summary>How often the state is asked for, where nobody tells of changes; null where somebody does.</summary>
    public TimeSpan? PollPeriod { get; init; }

    /// <summary>supervisord answers so slowly that it is asked less often than would be wanted.</summary>
    public bool IsSlow { get; init; }

    /// <summary>
    /// How far supervisord's clock is before ours; negative behind. Known to about a second, and only told where it is more; null before
    /// it could be measured.
    /// </summary>
    public TimeSpan? ClockDifference { get; init; }

    /// <summary>Nothing differs that is worth an event: who is at the other end, how, and whether its answers can be relied on.</summary>
    internal bool IsSameLink(LinkStatus other) =>
        Agent?.Program == other.Agent?.Program && Address == other.Address && IsProtected == other.IsProtected && IsSlow == other.IsSlow;
}
