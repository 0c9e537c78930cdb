using System.Globalization;
using Multivisor.Fleet.Feed;
using Multivisor.Server.Access;
using Multivisor.Server.Account;
using Multivisor.Server.Http;
using Multivisor.Server.Page;

namespace Multivisor.Server.EventStream;

/// <summary>The live feed: <c>/api/stream</c>.</summary>
internal static class StreamEndpoints
{
    private const int MostKept = 1024;

    public static void MapStream(this IEndpointRouteBuilder routes) => routes
        .MapGet("/api/stream", StreamAsync)
        .WithTags("Stream")
        .WithSummary("Everything that changes, as server-sent events. Send Last-Event-ID (or ?last_event_id=) to continue after it.")
        .WithQuery("last_event_id", "The number of the last event that was seen, for a first connection.")
        .WithQuery("hello", "1 to be told first of the version of the server and the build of its page.")
        .Produces<string>(StatusCodes.Status200OK, "text/event-stream");

    private static async Task StreamAsync(
        HttpContext context, FleetView fleet, SignInWatch watch, StreamOptions options, PageFiles page, TimeProvider time)
    {
        var lastSeen = LastEventId(context.Request);
        using var subscription = fleet.Subscribe(lastSeen);
        using var going = context.RequestAborted.UnsafeRegister(static s => ((FeedSubscription)s!).Dispose(), subscription);
        var frames = new ScopedStream(fleet, isContinued: lastSeen is not null);
        try
        {
            var response = new SseResponse(context, options);
            await response.BeginAsync();
            if (context.Request.Query["hello"] == "1")
            {
                await response.WriteAsync(StreamFrame.Hello(page.Build, time.GetUtcNow()));
                await response.FlushAsync();
            }

            await SendAsync(response, subscription, frames, context, watch);
        }
        catch (OperationCanceledException)
        {
            // The client went away or the program stops.
        }
    }

    /// <summary>Sends what comes until the client may no longer see it, or is gone.</summary>
    private static async Task SendAsync(SseResponse response, FeedSubscription subscription, ScopedStream frames, HttpContext context, SignInWatch watch)
    {
        var items = new List<FeedItem>();
        while (await subscription.WaitAsync() && watch.IsSignedIn(context))
        {
            // Reminded by the clock, and there is nothing else to say.
            if (!subscription.TryTake(items))
            {
                await response.CommentAsync("keep-alive");
                continue;
            }

            foreach (var item in items)
            {
                if (frames.FrameOf(item) is { } frame)
                    await response.WriteAsync(frame);
            }

            // A list that held a storm is not kept for what comes after it.
            if (items.Count > MostKept)
                items = [];
            else
                items.Clear();
            await response.FlushAsync();
        }
    }

    /// <summary>From the header that an EventSource sends by itself, or from the query for a first connection.</summary>
    private static long? LastEventId(HttpRequest request)
    {
        var text = request.Headers["Last-Event-ID"].ToString();
        if (text.Length == 0)
            text = request.Query["last_event_id"].ToString();
        if (text.Length == 0)
            return null;
        // Anything else is no id of ours: the answer to it is a resync.
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0;
    }
}
