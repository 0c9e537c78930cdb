using Multivisor.Fleet.Model;

namespace Multivisor.Fleet.Feed;

/// <summary>One entry of the feed.</summary>
public abstract record FleetChange
{
    /// <summary>Changes with the same key replace each other for a subscriber that lags; null never does.</summary>
    internal virtual string? CoalesceKey => null;

    public sealed record ProcessChanged(ProcessSnapshot Process) : FleetChange
    {
        internal override string CoalesceKey => Process.Uid;
    }

    public sealed record SupervisorChanged(SupervisorSnapshot Supervisor) : FleetChange
    {
        internal override string CoalesceKey => Supervisor.Name;
    }

    public sealed record Notification(string Message, NotificationLevel Level, DateTimeOffset Time) : FleetChange
    {
        /// <summary>
        /// The supervisor, <c>supervisor:group</c> or uid that it tells of; null is for those alone who may see everything.
        /// </summary>
        public string? Subject { get; init; }
    }

    /// <summary>The subscriber's picture is no longer complete: it must read the whole state again.</summary>
    public sealed record Resync(string Reason) : FleetChange;
}

public enum NotificationLevel
{
    Info,
    Warning,
    Error,
}

/// <summary>A change with its place in the feed. The bytes made of it are made once for all subscribers.</summary>
public sealed class FeedItem(long id, FleetChange change)
{
    private Model.SerializedForm _serialized;

    public long Id { get; } = id;

    public FleetChange Change { get; } = change;

    public ref Model.SerializedForm Serialized => ref _serialized;
}
