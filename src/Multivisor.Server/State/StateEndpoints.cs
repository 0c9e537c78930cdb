using System.Globalization;
using Microsoft.Net.Http.Headers;
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
        routes.MapMethods("/api/data", Verbs.Read, AnswerAsync)
            .WithTags("State")
            .WithSummary("The whole state, from memory. With If-None-Match, nothing (304) while nothing has changed, for 20 s at most.")
            .Produces<string>(StatusCodes.Status200OK, "application/json")
            .Produces(StatusCodes.Status304NotModified);
        routes.MapMethods("/api/refresh", Verbs.Read, RefreshAsync)
            .WithTags("State")
            .WithSummary("The whole state, after every connected supervisor was read again.")
            .Produces<string>(StatusCodes.Status200OK, "application/json")
            .Produces(StatusCodes.Status304NotModified);
    }

    private static async Task RefreshAsync(HttpContext context, FleetView fleet, DataDocument document, CompressedData compressed)
    {
        await fleet.RefreshAsync(context.RequestAborted);
        await AnswerAsync(context, fleet, document, compressed);
    }

    private static Task AnswerAsync(HttpContext context, FleetView fleet, DataDocument document, CompressedData compressed)
    {
        var (request, response) = (context.Request, context.Response);
        // No cache on the way or on a disk may have it: who may see it can change at any time. The tag is for clients that keep it themselves.
        response.Headers.CacheControl = "no-store";
        response.Headers.Vary = HeaderNames.AcceptEncoding;
        var coding = ContentCoding.Choose(request, ContentCoding.Brotli, ContentCoding.Gzip);
        var mark = document.MarkOf(fleet.Model);
        if (EntityTags.IsKnown(request, mark.Tag))
        {
            Mark(response, mark);
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        response.ContentType = "application/json";
        if (coding is not null)
            return SendAsync(context, coding, fleet.Model, mark, compressed);
        var data = document.Get(fleet.Model);
        Mark(response, data.Mark);
        response.ContentLength = data.Length;
        return HttpMethods.IsHead(request.Method) ? Task.CompletedTask : document.WriteAsync(data, response.BodyWriter, context.RequestAborted);
    }

    private static async Task SendAsync(HttpContext context, string coding, ScopedModel model, DataMark mark, CompressedData compressed)
    {
        var response = context.Response;
        response.Headers.ContentEncoding = coding;
        if (HttpMethods.IsHead(context.Request.Method))
        {
            // Its length is known only to who compresses it.
            Mark(response, mark);
            return;
        }

        var body = await compressed.GetAsync(model, coding, context.RequestAborted);
        Mark(response, body.Mark);
        response.ContentLength = body.Length;
        await body.WriteAsync(response.BodyWriter, context.RequestAborted);
    }

    private static void Mark(HttpResponse response, DataMark mark)
    {
        // Weak: clocks and uptimes pass by themselves, and are no change until they are some seconds old.
        response.Headers.ETag = $"W/{mark.Tag}";
        response.Headers[EventIdHeader] = mark.EventId.ToString(CultureInfo.InvariantCulture);
    }
}
