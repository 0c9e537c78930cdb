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

    public sealed record Notification : FleetChange
    {
        private readonly ProcessSnapshot? _process;

        /// <summary>The message, or of a process the state before.</summary>
        private readonly string _text;

        public Notification(string message, NotificationLevel level, DateTimeOffset time)
        {
            _text = message;
            Level = level;
            Time = time;
        }

        /// <summary>A process has another state than before. In a storm these are as many as the changes, so the words are put together by who wants them.</summary>
        /// <param name="process">As it is now; the notification tells of it.</param>
        /// <param name="from">The name of the state before.</param>
        internal Notification(ProcessSnapshot process, string from, NotificationLevel level, DateTimeOffset time)
        {
            _process = process;
            _text = from;
            Level = level;
            Time = time;
            Subject = process.Uid;
        }

        public string Message => _process is null
            ? _text
            : $"{_process.Info.Name} on {_process.Supervisor} changed from {_text} to {_process.Info.StateName}";

        public NotificationLevel Level { get; }

        public DateTimeOffset Time { get; }

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
