using System.Text.Json;
using Multivisor.Contract;
using Multivisor.Fleet.Links;
using Multivisor.Fleet.Logs;
using Multivisor.Server.Access;
using Multivisor.Server.Account;
using Multivisor.Server.EventStream;
using Multivisor.Server.Http;
using Multivisor.Supervisord;

namespace Multivisor.Server.Logs;

/// <summary>Following the log of a process: <c>/api/process/log/{stream}/tail/{uid}</c>.</summary>
internal static class LogEndpoints
{
    public static void MapLogs(this IEndpointRouteBuilder routes) => routes
        .MapGet("/api/process/log/{stream}/tail/{uid}", TailAsync)
        .WithTags("Logs")
        .WithSummary("The end of a log and then what is new, as server-sent events. Stream 'out' is stdout, any other stderr.")
        .Produces<LogJson>(StatusCodes.Status200OK, "text/event-stream")
        .Produces<MessageJson>(StatusCodes.Status404NotFound)
        .Produces<MessageJson>(StatusCodes.Status503ServiceUnavailable);

    private static async Task TailAsync(
        string stream, string uid, HttpContext context, FleetView fleet, SignInWatch watch, StreamOptions options,
        IHostApplicationLifetime lifetime)
    {
        if (!fleet.TryFind(uid, out var supervisor, out var process))
        {
            await Answers.UnknownProcess(uid).ExecuteAsync(context);
            return;
        }

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        var channel = stream == "out" ? LogChannel.Stdout : LogChannel.Stderr;
        var pieces = fleet.OpenLog(supervisor, process.Info.Namespec, channel).FollowAsync(ended.Token);
        await SendAsync(context, pieces, watch, options);
    }

    private static async Task SendAsync(
        HttpContext context, IAsyncEnumerable<LogPiece> pieces, SignInWatch watch, StreamOptions options)
    {
        try
        {
            SseResponse? response = null;
            await foreach (var piece in pieces)
            {
                if (!watch.IsSignedIn(context))
                    return;
                if (response is null)
                {
                    // Only now: a log that cannot be read is answered with a status of its own.
                    response = new SseResponse(context, options);
                    await response.BeginAsync();
                }

                var json = JsonSerializer.SerializeToUtf8Bytes(new LogJson(piece.Text, piece.Size), ContractJson.Wire.LogJson);
                await response.WriteAsync((byte[])[.. "data: "u8, .. json, .. "\n\n"u8]);
                await response.FlushAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // The client went away or the program stops.
        }
        catch (Exception e) when (e is LinkException or SupervisordFaultException)
        {
            // Once the head is sent, the end of the stream is all that can be told; the client comes back and gets the reason.
            if (!context.Response.HasStarted)
                await Answers.Message(StatusCodes.Status503ServiceUnavailable, e.Message).ExecuteAsync(context);
        }
    }
}
