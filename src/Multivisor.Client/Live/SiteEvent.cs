using Multivisor.Contract;

namespace Multivisor.Client;

/// <summary>One event of the server's stream.</summary>
public abstract record SiteEvent
{
    private SiteEvent()
    {
    }

    /// <summary>Where to resume behind it; empty when it has no number of its own.</summary>
    public string Id { get; init; } = "";

    /// <summary>The first: who answers.</summary>
    public sealed record Hello(HelloJson Server) : SiteEvent;

    public sealed record ProcessChanged(ProcessJson Process) : SiteEvent;

    /// <summary>With all its processes.</summary>
    public sealed record SupervisorChanged(SupervisorJson Supervisor) : SiteEvent;

    public sealed record Notification(NotificationJson Value) : SiteEvent;

    /// <summary>Events are missing: what was known is to be read again.</summary>
    public sealed record Resync(ResyncJson Value) : SiteEvent;
}
