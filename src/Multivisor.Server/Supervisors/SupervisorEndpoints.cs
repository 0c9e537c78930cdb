using Multivisor.Contract;
using Multivisor.Fleet.Links;
using Multivisor.Fleet.Operations;
using Multivisor.Server.Access;
using Multivisor.Server.Http;
using Multivisor.Server.State;
using Multivisor.Supervisord;

namespace Multivisor.Server.Supervisors;

/// <summary>Supervisors: information, and what can be done to them. Field <c>supervisor</c>: comma-separated names.</summary>
internal static class SupervisorEndpoints
{
    public static void MapSupervisors(this IEndpointRouteBuilder routes)
    {
        var supervisors = routes.MapGroup("/api/supervisor").WithTags("Supervisors");
        supervisors.MapMethods("/info/{name}", Verbs.Read, InfoAsync)
            .WithSummary("One supervisor, read again first if it is connected.")
            .Produces<SupervisorJson>()
            .Produces<MessageJson>(StatusCodes.Status404NotFound);
        Map(supervisors, SupervisorAction.Reread, "Makes supervisord re-read its configuration file.");
        Map(supervisors, SupervisorAction.Update, "Re-reads the configuration file and adds, restarts and removes groups accordingly.");
        Map(supervisors, SupervisorAction.Restart, "Restarts supervisord with all its processes.");
        Map(supervisors, SupervisorAction.Shutdown, "Shuts supervisord down with all its processes.");
    }

    private static void Map(RouteGroupBuilder supervisors, SupervisorAction action, string summary) =>
        supervisors.MapPost(ActionRoutes.Of(action), async (HttpRequest request, FleetView fleet) =>
            {
                var names = await Form.ReadFieldAsync(request, "supervisor");
                return names.IsRefused
                    ? names.Refusal
                    : await ActionAnswer.ForAsync(request, fleet.Operations.PlanOnSupervisors(names.Value, action), "supervisor");
            })
            .WithSummary(summary)
            .WithAction("supervisor");

    private static async Task<IResult> InfoAsync(string name, FleetView fleet, CancellationToken cancellationToken)
    {
        if (!fleet.TryGet(name, out var supervisor))
            return Answers.UnknownSupervisor(name);
        if (supervisor.Snapshot.IsRunning)
        {
            try
            {
                await supervisor.RefreshAsync(cancellationToken);
            }
            catch (Exception e) when (e is LinkException or SupervisordFaultException)
            {
                // What is known is answered, marked as what it is.
            }
        }

        return fleet.SnapshotOf(supervisor) is { } seen ? Answers.Bytes(SupervisorBytes.Of(seen)) : Answers.UnknownSupervisor(name);
    }
}
