using Multivisor.Contract;
using Multivisor.Fleet.Operations;
using Multivisor.Server.Audit;
using Multivisor.Server.EventStream;

namespace Multivisor.Server.Http;

/// <summary>
/// Carries out an action and tells of it line by line: the plan, a result for each target as it comes, the summary. The
/// action goes on when the client goes away, as it does for every other form of answer.
/// </summary>
internal sealed class ActionProgress(OperationPlan plan, AuditTrail audit, StreamOptions options, CancellationToken stopping) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var run = plan.Start();
        var reported = audit.FollowAsync(httpContext, run.Report);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted, stopping);
        using var keepAlive = new PeriodicTimer(options.KeepAlivePeriod);
        var response = new LineResponse(httpContext, options);
        try
        {
            response.Begin();
            await response.WriteAsync(ActionShapes.Of(plan), ActionLines.Plan, ContractJson.Wire.StreamEventPlanJson);
            await response.FlushAsync();
            await SendResultsAsync(response, run, keepAlive, ended.Token);
            var report = await reported.WaitAsync(ended.Token);
            await response.WriteAsync(ActionShapes.SummaryOf(report), ActionLines.Summary, ContractJson.Wire.StreamEventActionSummaryJson);
            await response.FlushAsync();
        }
        catch (OperationCanceledException)
        {
            // The client went away or the program stops: without a summary it knows that it does not know the end.
        }
    }

    private static async Task SendResultsAsync(LineResponse response, OperationRun run, PeriodicTimer keepAlive, CancellationToken ended)
    {
        var tick = keepAlive.WaitForNextTickAsync(ended).AsTask();
        var available = run.Results.WaitToReadAsync(ended).AsTask();
        while (true)
        {
            await Task.WhenAny(available, tick);
            if (available.IsCompleted)
            {
                if (!await available)
                    return;
                while (run.Results.TryRead(out var result))
                    await response.WriteAsync(ActionShapes.Of(result), ActionLines.Result, ContractJson.Wire.StreamEventActionResultJson);
                await response.FlushAsync();
                available = run.Results.WaitToReadAsync(ended).AsTask();
            }

            if (tick.IsCompleted)
            {
                await tick;
                await response.KeepAliveAsync();
                tick = keepAlive.WaitForNextTickAsync(ended).AsTask();
            }
        }
    }
}
