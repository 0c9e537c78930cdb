using Multivisor.Contract;
using Multivisor.Server.Access;
using Multivisor.Server.Http;

namespace Multivisor.Server.Logs;

/// <summary>Logs of processes, of supervisords, and several in one: follow, read, search, clear. See docs/logs.md.</summary>
internal static class LogEndpoints
{
    public static void MapLogs(this IEndpointRouteBuilder routes)
    {
        MapProcessLogs(routes.MapGroup("/api/process/log").WithTags("Logs"));
        MapMainLogs(routes.MapGroup("/api/supervisor/log").WithTags("Logs"));
        routes.MapGet("/api/logs/follow", (HttpContext context, FleetView fleet, MergedEndpoint merged) => merged.RunAsync(context, fleet))
            .WithQuery("uid", "uids or patterns, comma separated")
            .WithQuery("stream", "out, err or out,err")
            .WithQuery("lines", "before following")
            .WithQuery("bytes", "before following")
            .WithQuery("position", "uid|stream|position of the last event of a log; may come several times")
            .Merges("Logs of several processes in one stream of server-sent events, each event with its uid; processes that come later are taken in.");
        routes.MapPost("/api/logs/follow", (HttpContext context, FleetView fleet, MergedEndpoint merged) => merged.RunAsync(context, fleet))
            .WithMetadata(new FormFields(["uid"]))
            .Merges("The same, with the fields in a form: the positions of many logs are too long for an address. Changes nothing.");
    }

    private static void MapProcessLogs(RouteGroupBuilder logs)
    {
        logs.MapGet("/{stream}/tail/{uid}", TailEndpoint.ProcessAsync)
            .WithSummary("The end of a log and then what is new, in the original's form. Stream 'out' is stdout, any other stderr.")
            .Produces<LogJson>(StatusCodes.Status200OK, "text/event-stream")
            .WithRefusals();
        logs.MapGet("/{stream}/follow/{uid}", (string stream, string uid, HttpContext context, FleetView fleet, LogStreaming streaming) =>
                FollowEndpoint.RunAsync(LogLookup.Process(fleet, stream, uid), context, fleet, streaming))
            .Follows();
        logs.MapMethods("/{stream}/range/{uid}", Verbs.Read, (string stream, string uid, HttpContext context, FleetView fleet) =>
                ContentEndpoints.RangeAsync(LogLookup.Process(fleet, stream, uid), context))
            .ReadsRange();
        logs.MapMethods("/{stream}/download/{uid}", Verbs.Read, (string stream, string uid, HttpContext context, FleetView fleet) =>
                ContentEndpoints.DownloadAsync(LogLookup.Process(fleet, stream, uid), context))
            .Downloads();
        logs.MapMethods("/{stream}/search/{uid}", Verbs.Read, (string stream, string uid, HttpRequest request, FleetView fleet, CancellationToken cancellationToken) =>
                ContentEndpoints.SearchAsync(LogLookup.Process(fleet, stream, uid), request, cancellationToken))
            .Searches();
        logs.MapPost("/{stream}/clear/{uid}", ClearEndpoints.OneAsync)
            .WithSummary("Clears a log of a running process that keeps no other log.")
            .WithAction();
        logs.MapPost("/clear", ClearEndpoints.AllAsync)
            .WithSummary("Clears both logs of running processes.")
            .WithAction("uid");
    }

    private static void MapMainLogs(RouteGroupBuilder logs)
    {
        logs.MapGet("/tail/{name}", TailEndpoint.MainAsync)
            .WithSummary("The end of supervisord's own log and then what is new, in the form of a process's tail.")
            .Produces<LogJson>(StatusCodes.Status200OK, "text/event-stream")
            .WithRefusals();
        logs.MapGet("/follow/{name}", (string name, HttpContext context, FleetView fleet, LogStreaming streaming) =>
                FollowEndpoint.RunAsync(LogLookup.Supervisord(fleet, name), context, fleet, streaming))
            .Follows();
        logs.MapMethods("/range/{name}", Verbs.Read, (string name, HttpContext context, FleetView fleet) =>
                ContentEndpoints.RangeAsync(LogLookup.Supervisord(fleet, name), context))
            .ReadsRange();
        logs.MapMethods("/download/{name}", Verbs.Read, (string name, HttpContext context, FleetView fleet) =>
                ContentEndpoints.DownloadAsync(LogLookup.Supervisord(fleet, name), context))
            .Downloads();
        logs.MapMethods("/search/{name}", Verbs.Read, (string name, HttpRequest request, FleetView fleet, CancellationToken cancellationToken) =>
                ContentEndpoints.SearchAsync(LogLookup.Supervisord(fleet, name), request, cancellationToken))
            .Searches();
    }

    private static void Follows(this RouteHandlerBuilder route) => route
        .WithSummary("A log as it grows, each byte once, as server-sent events. Send Last-Event-ID (or ?from=) to continue after it.")
        .WithQuery("lines", "so many lines before the end; 200 by default")
        .WithQuery("bytes", "so many bytes before the end")
        .WithQuery("from", "id of the last event that came")
        .Produces<LogLinesJson>(StatusCodes.Status200OK, "text/event-stream")
        .WithRefusals();

    private static void Merges(this RouteHandlerBuilder route, string summary) => route
        .WithTags("Logs")
        .WithSummary(summary)
        .Produces<LogLinesJson>(StatusCodes.Status200OK, "text/event-stream")
        .WithRefusals();

    private static void ReadsRange(this RouteHandlerBuilder route) => route
        .WithSummary("A part of a log as raw bytes; offsets count from the beginning of a file, negative ones lead into rotated files.")
        .WithQuery("from", "offset; 0 by default")
        .WithQuery("to", "offset; the end by default")
        .WithQuery("length", "instead of from: so many bytes before to")
        .WithQuery("file", "whose beginning is 0; the newest file by default")
        .Produces(StatusCodes.Status200OK, contentType: "application/octet-stream")
        .WithRefusals();

    private static void Downloads(this RouteHandlerBuilder route) => route
        .WithSummary("A log as a file.")
        .WithQuery("rotated", "true: with the rotated files before it")
        .Produces(StatusCodes.Status200OK, contentType: "text/plain")
        .WithRefusals();

    private static void Searches(this RouteHandlerBuilder route) => route
        .WithSummary("Lines of a log that hold a text or match a regular expression: the last ones, with lines around them.")
        .WithQuery("q", "what to search for")
        .WithQuery("regex", "true: q is a regular expression")
        .WithQuery("case", "true: upper and lower case differ")
        .WithQuery("before", "lines before each match")
        .WithQuery("after", "lines after each match")
        .WithQuery("limit", "most matches to answer; 500 by default")
        .WithQuery("from", "offset")
        .WithQuery("to", "offset")
        .WithQuery("length", "so many bytes before to")
        .WithQuery("file", "whose beginning is 0")
        .Produces<LogSearchJson>()
        .WithRefusals();

    private static void WithRefusals(this RouteHandlerBuilder route) => route
        .Produces<MessageJson>(StatusCodes.Status400BadRequest)
        .Produces<MessageJson>(StatusCodes.Status404NotFound)
        .Produces<MessageJson>(StatusCodes.Status503ServiceUnavailable);
}
