using Multivisor.Fleet.Operations;
using Multivisor.Server.Access;
using Multivisor.Server.Http;

namespace Multivisor.Server.Groups;

/// <summary>Whole groups. Field <c>group</c>: comma-separated patterns of <c>supervisor:group</c>; a bare name is that group on every supervisor.</summary>
internal static class GroupEndpoints
{
    public static void MapGroups(this IEndpointRouteBuilder routes)
    {
        var groups = routes.MapGroup("/api/group").WithTags("Groups");
        Map(groups, ProcessAction.Start, "Starts all processes of groups.");
        Map(groups, ProcessAction.Stop, "Stops all processes of groups and waits until they stopped.");
        Map(groups, ProcessAction.Restart, "Stops all processes of groups, then starts them.");
    }

    private static void Map(RouteGroupBuilder groups, ProcessAction action, string summary) =>
        groups.MapPost(ActionRoutes.Of(action), async (HttpRequest request, FleetView fleet) =>
            {
                var group = await Form.ReadFieldAsync(request, "group");
                return group.IsRefused
                    ? group.Refusal
                    : await ActionAnswer.ForAsync(request, fleet.Operations.PlanOnGroups(group.Value, action), "group");
            })
            .WithSummary(summary)
            .WithAction("group");
}
