using Multivisor.Contract;
using Multivisor.Fleet.Operations;
using Multivisor.Server.Audit;
using Multivisor.Server.EventStream;

namespace Multivisor.Server.Http;

/// <summary>
/// The answer to an action: what it would touch for those who only ask (<c>dry_run=1</c>), line by line for those who want to
/// see it happen, one result per target for those who ask for JSON, else the original's <c>OK</c>. What was named and does not
/// exist is 404 for all, unless something else matched.
/// </summary>
internal static class ActionAnswer
{
    /// <param name="kind">What the names in the request are names of.</param>
    public static async Task<IResult> ForAsync(HttpRequest request, OperationPlan plan, string kind)
    {
        var isDry = await Form.ReadFlagAsync(request, "dry_run");
        if (isDry.IsRefused)
            return isDry.Refusal;
        if (plan.Targets.Count == 0 && plan.UnknownNames.Count > 0)
            return Answers.NotFound($"no {kind} is called {List(plan.UnknownNames)}");
        if (isDry.Value.Length > 0)
            return Answers.Json(ActionShapes.Of(plan), ContractJson.Wire.PlanJson);

        var services = request.HttpContext.RequestServices;
        var stopping = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        return Accepts(request, LineResponse.ContentType)
            ? new ActionProgress(plan, services.GetRequiredService<AuditTrail>(), services.GetRequiredService<StreamOptions>(), stopping)
            : await RunAsync(request, plan, services.GetRequiredService<AuditTrail>(), stopping);
    }

    private static async Task<IResult> RunAsync(HttpRequest request, OperationPlan plan, AuditTrail audit, CancellationToken stopping)
    {
        try
        {
            var report = await audit.FollowAsync(request.HttpContext, plan.Start().Report).WaitAsync(stopping);
            return Accepts(request, "application/json") ? Answers.Json(ActionShapes.Of(report), ContractJson.Wire.ActionJson) : Answers.Ok;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return Answers.Message(StatusCodes.Status503ServiceUnavailable, "the server stops; what became of the action is not known");
        }
    }

    private static string List(IReadOnlyList<string> names)
    {
        const int Most = 5;
        var list = string.Join(", ", names.Take(Most).Select(n => $"'{n}'"));
        return names.Count > Most ? $"{list}, nor one of {names.Count - Most} more" : list;
    }

    private static bool Accepts(HttpRequest request, string type) =>
        request.GetTypedHeaders().Accept.Any(a => a.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase));
}
