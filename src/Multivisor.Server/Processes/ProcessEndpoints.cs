using Multivisor.Contract;
using Multivisor.Fleet.Links;
using Multivisor.Fleet.Operations;
using Multivisor.Server.Access;
using Multivisor.Server.Http;
using Multivisor.Server.State;
using Multivisor.Supervisord;

namespace Multivisor.Server.Processes;

/// <summary>Processes: list, information, and what can be done to them.</summary>
internal static class ProcessEndpoints
{
    public static void MapProcesses(this IEndpointRouteBuilder routes)
    {
        var processes = routes.MapGroup("/api/process").WithTags("Processes");
        processes.MapMethods("/list", Verbs.Read, ProcessList.Answer)
            .WithSummary("The uids of all processes of connected supervisors, or of those that match a filter.")
            .WithQuery("filter", "Free text, terms and patterns as in docs/filter.md; at most 1000 characters.")
            .WithQuery("stale", "1 to include the last known processes of supervisors that are not connected.")
            .Produces<IReadOnlyList<string>>()
            .Produces<MessageJson>(StatusCodes.Status400BadRequest);
        processes.MapMethods("/info/{uid}", Verbs.Read, InfoAsync)
            .WithSummary("One process, read again first.")
            .Produces<ProcessJson>()
            .Produces<MessageJson>(StatusCodes.Status404NotFound);
        processes.MapMethods("/history/{uid}", Verbs.Read, History)
            .WithSummary("The last states of one process since the server started, at most 50, oldest first.")
            .Produces<IReadOnlyList<HistoryEntryJson>>()
            .Produces<MessageJson>(StatusCodes.Status404NotFound);
        MapAction(processes, ProcessAction.Start, "Starts processes.");
        MapAction(processes, ProcessAction.Stop, "Stops processes and waits until they stopped.");
        MapAction(processes, ProcessAction.Restart, "Stops processes that run, then starts them.");
        processes.MapPost("/signal", SignalAsync)
            .WithSummary("Sends a signal (field 'signal', a name or a number) to processes.")
            .WithAction("uid", "signal");
        processes.MapPost("/stdin", StdinAsync)
            .WithSummary("Writes a text (field 'text', up to 65,536 characters, sent as it is) to the standard input of processes.")
            .WithAction("uid", "text");
    }

    private static void MapAction(RouteGroupBuilder processes, ProcessAction action, string summary)
    {
        processes.MapPost(ActionRoutes.Of(action), (HttpRequest request, FleetView fleet) => RunAsync(request, fleet, action))
            .WithSummary(summary)
            .WithAction("uid");
    }

    private static IResult History(string uid, FleetView fleet) =>
        fleet.TryFind(uid, out var supervisor, out var process)
            ? Answers.Json([.. supervisor.HistoryOf(process).Select(JsonShapes.Of)], ContractJson.Wire.IReadOnlyListHistoryEntryJson)
            : Answers.UnknownProcess(uid);

    private static async Task<IResult> InfoAsync(string uid, FleetView fleet, CancellationToken cancellationToken)
    {
        if (!fleet.TryFind(uid, out var supervisor, out var process))
            return Answers.UnknownProcess(uid);
        if (supervisor.Snapshot.IsRunning)
        {
            try
            {
                await supervisor.RefreshProcessAsync(process.Info.Namespec, cancellationToken);
            }
            catch (SupervisordFaultException e) when (e.Fault == SupervisordFault.BadName)
            {
                return Answers.UnknownProcess(uid);
            }
            catch (Exception e) when (IsLoss(e, cancellationToken))
            {
                return Answers.Json(JsonShapes.Unknown(process), ContractJson.Wire.ProcessJson);
            }
        }

        var snapshot = supervisor.Snapshot;
        var current = snapshot.Processes.TryGet(process.Info.Namespec, out var found) ? found : process;
        return Answers.Json(
            snapshot.IsRunning ? JsonShapes.Of(current) : JsonShapes.Unknown(current), ContractJson.Wire.ProcessJson);
    }

    /// <summary>A read that is cancelled although its reader waits: the connection was given up meanwhile, or its supervisor removed.</summary>
    private static bool IsLoss(Exception error, CancellationToken reader) =>
        error is LinkException or SupervisordFaultException or ObjectDisposedException
        || (error is OperationCanceledException && !reader.IsCancellationRequested);

    private static async Task<IResult> RunAsync(HttpRequest request, FleetView fleet, ProcessAction action)
    {
        var uid = await Form.ReadFieldAsync(request, "uid");
        return uid.IsRefused
            ? uid.Refusal
            : await ActionAnswer.ForAsync(request, fleet.Operations.PlanOnProcesses(uid.Value, action), "process");
    }

    private static async Task<IResult> StdinAsync(HttpRequest request, FleetView fleet)
    {
        var uid = await Form.ReadFieldAsync(request, "uid");
        if (uid.IsRefused)
            return uid.Refusal;
        // As it is: blanks and line ends are what a program may wait for.
        var text = (await Form.ReadAsync(request))!["text"].ToString();
        if (text.Length == 0)
            return Answers.Message(StatusCodes.Status400BadRequest, "the form field 'text' is missing or empty");
        try
        {
            return await ActionAnswer.ForAsync(request, fleet.Operations.PlanToSendStdin(uid.Value, text), "process");
        }
        catch (ArgumentException e)
        {
            return Answers.Message(StatusCodes.Status400BadRequest, e.Message);
        }
    }

    private static async Task<IResult> SignalAsync(HttpRequest request, FleetView fleet)
    {
        var uid = await Form.ReadFieldAsync(request, "uid");
        if (uid.IsRefused)
            return uid.Refusal;
        var signal = await Form.ReadFieldAsync(request, "signal");
        return signal.IsRefused
            ? signal.Refusal
            : await ActionAnswer.ForAsync(
                request, fleet.Operations.PlanOnProcesses(uid.Value, ProcessAction.Signal, signal.Value.Trim()), "process");
    }
}
