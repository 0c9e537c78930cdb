using Multivisor.Fleet;
using Multivisor.Server.Http;

namespace Multivisor.Server.Health;

/// <summary>For whatever watches the server: <c>/healthz</c>, <c>/readyz</c>, <c>/metrics</c>.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/healthz", Verbs.Read, () => Results.Text("ok\n"))
            .WithTags("Health")
            .WithSummary("The program is alive.");
        routes.MapMethods("/readyz", Verbs.Read, (SupervisorFleet fleet) => Ready(fleet))
            .WithTags("Health")
            .WithSummary("The first state of every reachable supervisor has been read.");
        routes.MapMethods("/metrics", Verbs.Read, (MetricsText metrics) => Results.Text(metrics.Write(), MetricsText.ContentType))
            .WithTags("Health")
            .WithSummary("Metrics in Prometheus' text format.");
    }

    private static IResult Ready(SupervisorFleet fleet)
    {
        if (fleet.IsReady)
            return Results.Text("ready\n");
        var waiting = fleet.Supervisors.Where(s => !s.FirstAttempt.IsCompleted).Select(s => s.Name).ToArray();
        return Answers.Message(StatusCodes.Status503ServiceUnavailable, $"{waiting.Length} supervisors have not answered yet");
    }
}
