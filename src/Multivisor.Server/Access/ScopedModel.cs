using System.Runtime.CompilerServices;
using Multivisor.Fleet.Access;
using Multivisor.Fleet.Feed;
using Multivisor.Fleet.Model;
using Multivisor.Server.EventStream;

namespace Multivisor.Server.Access;

/// <summary>
/// The fleet as it looks through one scope. What is cut out of a snapshot is kept as long as the snapshot itself, for all who
/// have this scope; whoever sees everything gets the snapshots as they are, with the bytes they have.
/// </summary>
internal sealed class ScopedModel(AccessScope scope)
{
    private static int _lastNumber;

    private readonly ConditionalWeakTable<SupervisorSnapshot, Cut> _cuts = [];
    private readonly ConditionalWeakTable<FeedItem, byte[]> _frames = [];

    public AccessScope Scope { get; } = scope;

    /// <summary>No other scope has it, nor the same one of another configuration.</summary>
    public int Number { get; } = Interlocked.Increment(ref _lastNumber);

    /// <summary>What is seen of a supervisor; null when nothing is.</summary>
    public SupervisorSnapshot? Of(SupervisorSnapshot supervisor) =>
        Scope.IsAll ? supervisor : _cuts.GetValue(supervisor, s => new Cut(Make(s))).Seen;

    /// <summary>The bytes of an event whose supervisor is seen only in part, made once for all who have this scope.</summary>
    public ReadOnlyMemory<byte> FrameOf(FeedItem item, SupervisorSnapshot seen) =>
        _frames.TryGetValue(item, out var frame) ? frame : _frames.GetValue(item, i => StreamFrame.Make(i.Id, new FleetChange.SupervisorChanged(seen)));

    private SupervisorSnapshot? Make(SupervisorSnapshot supervisor)
    {
        if (!Scope.Sees(supervisor))
            return null;
        if (Scope.CoversSupervisor(supervisor.Name))
            return supervisor;
        var agent = supervisor.AgentNamespec;
        return supervisor with
        {
            AgentNamespec = agent is not null && Scope.Covers($"{supervisor.Name}:{agent}") ? agent : null,
            Processes = supervisor.Processes.Where(Scope.Covers),
        };
    }

    private sealed record Cut(SupervisorSnapshot? Seen);
}
