using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Multivisor.Fleet;
using Multivisor.Fleet.Access;
using Multivisor.Fleet.Feed;
using Multivisor.Fleet.Logs;
using Multivisor.Fleet.Model;
using Multivisor.Fleet.Operations;
using Multivisor.Fleet.Supervisors;
using Multivisor.Server.Admin;

namespace Multivisor.Server.Access;

/// <summary>
/// The fleet for one request: what its caller sees and may touch, and nothing else. Routes take this and never the fleet itself;
/// what is outside of the caller's scope does not exist for them.
/// </summary>
internal sealed class FleetView(SupervisorFleet fleet, ScopedModel model, Caller caller)
{
    public AccessScope Scope => model.Scope;

    public ScopedModel Model => model;

    public Caller Caller => caller;

    /// <summary>In the order of the configuration.</summary>
    public ImmutableArray<Supervisor> Supervisors =>
        Scope.IsAll ? fleet.Supervisors : [.. fleet.Supervisors.Where(s => SnapshotOf(s) is not null)];

    public FleetOperations Operations => fleet.Operations.Within(Scope);

    /// <summary>Binds the parameter of a route.</summary>
    public static ValueTask<FleetView> BindAsync(HttpContext context) => ValueTask.FromResult(Of(context));

    public static FleetView Of(HttpContext context)
    {
        if (context.Features.Get<FleetView>() is { } view)
            return view;
        var caller = Caller.Of(context);
        var services = context.RequestServices;
        view = new FleetView(
            services.GetRequiredService<SupervisorFleet>(), services.GetRequiredService<ConfigStore>().Current.Access.ModelOf(caller.Scope), caller);
        context.Features.Set(view);
        return view;
    }

    /// <summary>What is seen of a supervisor now; null when nothing is.</summary>
    public SupervisorSnapshot? SnapshotOf(Supervisor supervisor) => model.Of(supervisor.Snapshot);

    public bool TryGet(string name, [NotNullWhen(true)] out Supervisor? supervisor)
    {
        if (fleet.TryGet(name, out supervisor) && SnapshotOf(supervisor) is not null)
            return true;
        supervisor = null;
        return false;
    }

    /// <summary>Finds a process by its uid.</summary>
    public bool TryFind(
        string uid, [NotNullWhen(true)] out Supervisor? supervisor, [NotNullWhen(true)] out ProcessSnapshot? process)
    {
        supervisor = null;
        process = null;
        var colon = uid.IndexOf(':', StringComparison.Ordinal);
        if (colon > 0
            && fleet.TryGet(uid[..colon], out supervisor)
            && supervisor.Snapshot.Processes.TryGet(uid[(colon + 1)..], out process)
            && Scope.Covers(process))
        {
            return true;
        }

        supervisor = null;
        process = null;
        return false;
    }

    /// <inheritdoc cref="SupervisorFleet.RefreshAsync(CancellationToken)"/>
    public Task RefreshAsync(CancellationToken cancellationToken) => fleet.RefreshAsync(Supervisors, cancellationToken);

    public FeedSubscription Subscribe(long? lastSeenId) => fleet.Feed.Subscribe(lastSeenId);

    /// <summary>Finds a supervisor whose own log may be seen: it tells of all its processes, so all of it must be in scope.</summary>
    public bool TryGetWhole(string name, [NotNullWhen(true)] out Supervisor? supervisor)
    {
        if (TryGet(name, out supervisor) && Scope.CoversSupervisor(name))
            return true;
        supervisor = null;
        return false;
    }

    /// <inheritdoc cref="SupervisorFleet.OpenLog"/>
    public LogViewer OpenLog(Supervisor supervisor, LogTarget target, LogStart start) => fleet.OpenLog(supervisor, target, start);
}
