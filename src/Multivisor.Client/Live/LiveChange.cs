using Multivisor.Contract;

namespace Multivisor.Client;

/// <summary>What a <see cref="LiveSite"/> tells.</summary>
public abstract record LiveChange
{
    private LiveChange()
    {
    }

    /// <param name="Before">Null when it is new.</param>
    /// <param name="After">Null when it is gone.</param>
    public sealed record Process(ProcessJson? Before, ProcessJson? After) : LiveChange;

    /// <param name="Before">Null when it is new.</param>
    /// <param name="After">Null when it is gone.</param>
    public sealed record Supervisor(SupervisorJson? Before, SupervisorJson? After) : LiveChange;

    public sealed record Notification(NotificationJson Value) : LiveChange;

    /// <summary>Connected and true, or not any more; see <see cref="LiveSite.Status"/>.</summary>
    public sealed record Connection(LiveStatus Status) : LiveChange;
}

/// <summary>How a <see cref="LiveSite"/> stands with the server.</summary>
/// <param name="IsLive">What is known is true now. When not, it is the last that was known.</param>
/// <param name="Since">When that began.</param>
/// <param name="Error">Why not; empty while it is, and before the first attempt.</param>
public sealed record LiveStatus(bool IsLive, DateTimeOffset Since, string Error);
