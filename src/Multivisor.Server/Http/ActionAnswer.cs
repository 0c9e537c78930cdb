using Multivisor.Contract;
using Multivisor.Fleet.Operations;

namespace Multivisor.Server.Http;

/// <summary>
/// The answer to an action: one result per target for those who ask for JSON, else the original's <c>OK</c>. What was
/// named and does not exist is 404 for both, unless something else matched.
/// </summary>
internal static class ActionAnswer
{
    /// <param name="kind">What the names in the request are names of.</param>
    public static async Task<IResult> ForAsync(HttpRequest request, Task<OperationReport> operation, string kind)
    {
        var stopping = request.HttpContext.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        try
        {
            return For(request, await operation.WaitAsync(stopping), kind);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return Answers.Message(StatusCodes.Status503ServiceUnavailable, "the server stops; what became of the action is not known");
        }
    }

    private static IResult For(HttpRequest request, OperationReport report, string kind)
    {
        if (report.Results.Count == 0 && report.UnknownNames.Count > 0)
            return Answers.NotFound($"no {kind} is called {List(report.UnknownNames)}");
        return WantsJson(request) ? Answers.Json(ToJson(report), ContractJson.Wire.ActionJson) : Answers.Ok;
    }

    private static string List(IReadOnlyList<string> names)
    {
        const int Most = 5;
        var list = string.Join(", ", names.Take(Most).Select(n => $"'{n}'"));
        return names.Count > Most ? $"{list}, nor one of {names.Count - Most} more" : list;
    }

    private static bool WantsJson(HttpRequest request) =>
        request.GetTypedHeaders().Accept.Any(a => a.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase));

    private static ActionJson ToJson(OperationReport report) => new(
        report.Action,
        report.Count(OperationOutcome.Done),
        report.Count(OperationOutcome.Failed),
        report.Count(OperationOutcome.Skipped),
        [.. report.Results.Select(r => new ActionResultJson(r.Target, Name(r.Outcome), r.Message, r.Fault, Math.Round(r.Elapsed.TotalSeconds, 3)))],
        report.UnknownNames);

    private static string Name(OperationOutcome outcome) => outcome switch
    {
        OperationOutcome.Done => "done",
        OperationOutcome.Failed => "failed",
        _ => "skipped",
    };
}
