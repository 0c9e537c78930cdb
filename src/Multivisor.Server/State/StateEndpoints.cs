using Multivisor.Server.Access;
using Multivisor.Server.Http;

namespace Multivisor.Server.State;

/// <summary>The whole state: <c>/api/data</c> and <c>/api/refresh</c>.</summary>
internal static class StateEndpoints
{
    /// <summary>Header with the number of the last event in the document: open the stream with it as Last-Event-ID and nothing is missed.</summary>
    private const string EventIdHeader = "Multivisor-Event-Id";

    public static void MapState(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/api/data", Verbs.Read, (HttpContext context, FleetView fleet, DataDocument document) => Answer(context, fleet, document))
            .WithTags("State")
            .WithSummary("The whole state, from memory.")
            .Produces<string>(StatusCodes.Status200OK, "application/json");
        routes.MapMethods("/api/refresh", Verbs.Read, RefreshAsync)
            .WithTags("State")
            .WithSummary("The whole state, after every connected supervisor was read again.")
            .Produces<string>(StatusCodes.Status200OK, "application/json");
    }

    private static async Task<IResult> RefreshAsync(HttpContext context, FleetView fleet, DataDocument document)
    {
        await fleet.RefreshAsync(context.RequestAborted);
        return Answer(context, fleet, document);
    }

    private static IResult Answer(HttpContext context, FleetView fleet, DataDocument document)
    {
        var data = document.Get(fleet.Model);
        context.Response.Headers[EventIdHeader] = data.EventId.ToString();
        context.Response.Headers.CacheControl = "no-store";
        return new DataResult(data);
    }

    private sealed class DataResult(DataDocument.DataVersion data) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.ContentType = "application/json";
            response.ContentLength = data.Length;
            return data.WriteAsync(response.BodyWriter, httpContext.RequestAborted);
        }
    }
}
