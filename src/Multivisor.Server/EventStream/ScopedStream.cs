using Multivisor.Fleet.Feed;
using Multivisor.Server.Access;

namespace Multivisor.Server.EventStream;

/// <summary>The frames of one client: of each item of the feed what its scope lets through.</summary>
/// <remarks>
/// With a pattern such as <c>*:web</c> a supervisor comes into sight with its first process of that group and is lost from sight
/// with the last. The latter cannot be told as an event of something that is not to be seen; the client is told to read again.
/// </remarks>
internal sealed class ScopedStream
{
    /// <summary>Nothing is put in: who sees everything has nothing to remember.</summary>
    private static readonly HashSet<string> Nothing = [];

    private readonly FleetView _fleet;
    private readonly HashSet<string> _seen = Nothing;
    private readonly bool _isContinued;

    /// <param name="isContinued">The client has seen something before, nobody knows what.</param>
    public ScopedStream(FleetView fleet, bool isContinued)
    {
        _fleet = fleet;
        _isContinued = isContinued;
        if (!fleet.Scope.IsAll)
            _seen = fleet.Supervisors.Select(s => s.Name).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Null for what this client is not to know.</summary>
    public ReadOnlyMemory<byte>? FrameOf(FeedItem item)
    {
        var scope = _fleet.Scope;
        if (scope.IsAll)
            return StreamFrame.Of(item);
        return item.Change switch
        {
            FleetChange.ProcessChanged change => scope.Covers(change.Process) ? StreamFrame.Of(item) : null,
            FleetChange.SupervisorChanged change => OfSupervisor(item, change),
            FleetChange.Notification notification => notification.Subject is { } subject && scope.Covers(subject) ? StreamFrame.Of(item) : null,
            FleetChange.Resync => StreamFrame.Of(item),
            _ => null,
        };
    }

    private ReadOnlyMemory<byte>? OfSupervisor(FeedItem item, FleetChange.SupervisorChanged change)
    {
        var name = change.Supervisor.Name;
        if (_fleet.Model.Of(change.Supervisor) is { } seen)
        {
            _seen.Add(name);
            return ReferenceEquals(seen, change.Supervisor) ? StreamFrame.Of(item) : _fleet.Model.FrameOf(item, seen);
        }

        var mayBeShown = _seen.Remove(name) || (_isContinued && _fleet.Scope.MayReach(name));
        return mayBeShown ? StreamFrame.Of(new FeedItem(item.Id, new FleetChange.Resync("something is no longer in sight"))) : null;
    }
}
