using Multivisor.Server.Access;
using Multivisor.Server.Account;
using Multivisor.Server.EventStream;

namespace Multivisor.Server.Logs;

/// <summary>Several logs in one stream, by order of arrival: <c>/api/logs/follow</c>. It ends with its client.</summary>
internal sealed class MergedEndpoint(SignInWatch watch, StreamOptions options, TimeProvider time, IHostApplicationLifetime lifetime)
{
    public async Task RunAsync(HttpContext context, FleetView fleet)
    {
        var (wanted, refusal) = await MergedRequest.ReadAsync(context.Request);
        // Subscribed before the first look, so that nothing that comes falls between.
        using var changes = fleet.Subscribe(null);
        string? unknown = null;
        var logs = wanted?.Select(fleet, out unknown) ?? [];
        refusal ??= MergedRequest.Refuse(logs, unknown);
        if (refusal is not null)
        {
            await refusal.ExecuteAsync(context);
            return;
        }

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        var turns = new MergedTurns(MergedRequest.MaxLogs);
        var members = new MergedMembers(wanted!, fleet, turns, time, ended.Token);
        members.Join(logs);
        var watching = members.WatchAsync(changes);
        try
        {
            var response = new SseResponse(context, options);
            await response.BeginAsync();
            await SendAsync(context, response, turns, ended.Token);
        }
        catch (OperationCanceledException)
        {
            // The client went away or the program stops.
        }
        finally
        {
            await ended.CancelAsync();
            await watching.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            await members.EndAsync();
        }
    }

    private async Task SendAsync(HttpContext context, SseResponse response, MergedTurns turns, CancellationToken ended)
    {
        using var keepAlive = new PeriodicTimer(options.KeepAlivePeriod);
        var tick = keepAlive.WaitForNextTickAsync(ended).AsTask();
        var waiting = turns.WaitAsync(ended);
        while (watch.IsSignedIn(context))
        {
            await Task.WhenAny(waiting, tick);
            if (waiting.IsCompleted)
            {
                await waiting;
                foreach (var frame in turns.Take())
                    await response.WriteAsync(frame);
                await response.FlushAsync();
                waiting = turns.WaitAsync(ended);
            }

            if (!tick.IsCompleted)
                continue;
            await tick;
            await response.CommentAsync("keep-alive");
            tick = keepAlive.WaitForNextTickAsync(ended).AsTask();
        }
    }
}
