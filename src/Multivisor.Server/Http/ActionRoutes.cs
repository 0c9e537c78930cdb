using Multivisor.Contract;
using Multivisor.Fleet.Operations;
using Multivisor.Server.EventStream;

namespace Multivisor.Server.Http;

/// <summary>What all routes of actions have in common.</summary>
internal static class ActionRoutes
{
    public static string Of(ProcessAction action) => action switch
    {
        ProcessAction.Start => "/start",
        ProcessAction.Stop => "/stop",
        ProcessAction.Restart => "/restart",
        _ => "/signal",
    };

    public static string Of(SupervisorAction action) => action switch
    {
        SupervisorAction.Reread => "/reread",
        SupervisorAction.Update => "/update",
        SupervisorAction.Restart => "/restart",
        _ => "/shutdown",
    };

    /// <summary>Documents the form fields, all required, and the answers.</summary>
    public static void WithAction(this RouteHandlerBuilder route, params string[] fields) => route
        .WithMetadata(new FormFields(fields))
        .WithQuery("dry_run", "1 to be told what it would touch, and do nothing. Also as a field of the form.")
        .Produces<string>(StatusCodes.Status200OK, "text/html")
        .Produces<ActionJson>()
        .Produces<string>(StatusCodes.Status200OK, LineResponse.ContentType)
        .Produces<MessageJson>(StatusCodes.Status400BadRequest)
        .Produces<MessageJson>(StatusCodes.Status404NotFound);
}

/// <summary>The form fields that a route reads, for its documentation.</summary>
internal sealed record FormFields(IReadOnlyList<string> Names);
