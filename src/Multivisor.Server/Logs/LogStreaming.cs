using Multivisor.Fleet.Logs;
using Multivisor.Server.Account;
using Multivisor.Server.EventStream;

namespace Multivisor.Server.Logs;

/// <summary>What all streams of logs have in common: they end with the client, with its sign-in and with the program.</summary>
internal sealed class LogStreaming(SignInWatch watch, StreamOptions options, IHostApplicationLifetime lifetime)
{
    /// <summary>Events of one log that are sent before the client must take some.</summary>
    private const int Batch = 64;

    /// <summary>
    /// Sends the events of one log. The first is awaited before the head is sent, so that a log that cannot be read is answered with a
    /// status of its own.
    /// </summary>
    /// <param name="write">Gives the frame of an event; null when there is nothing to send for it.</param>
    /// <param name="idle">Gives the frame to send when nothing came for <paramref name="period"/>.</param>
    public async Task RunAsync(
        HttpContext context, LogViewer viewer, Func<LogEvent, byte[]?> write, TimeSpan? period = null, Func<byte[]?>? idle = null)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        SseResponse? response = null;
        Task<LogEvent>? next = null;
        try
        {
            next = viewer.NextAsync(ended.Token).AsTask();
            var first = await next;
            response = new SseResponse(context, options);
            await response.BeginAsync();
            await SendAsync(response, write(first));
            await response.FlushAsync();
            using var timer = new PeriodicTimer(period ?? options.KeepAlivePeriod);
            var tick = timer.WaitForNextTickAsync(ended.Token).AsTask();
            for (next = viewer.NextAsync(ended.Token).AsTask(); watch.IsSignedIn(context);)
            {
                await Task.WhenAny(next, tick);
                if (next.IsCompleted)
                {
                    var happened = await next;
                    await SendAsync(response, write(happened));
                    for (var i = 0; i < Batch && happened is not LogEvent.Ended && viewer.TryNext() is { } more; i++)
                        await SendAsync(response, write(happened = more));
                    await response.FlushAsync();
                    if (happened is LogEvent.Ended)
                        return;
                    next = viewer.NextAsync(ended.Token).AsTask();
                }

                if (!tick.IsCompleted)
                    continue;
                await tick;
                if (idle?.Invoke() is { } frame)
                    await response.WriteAsync(frame);
                else if (idle is null)
                    await response.CommentAsync("keep-alive");
                await response.FlushAsync();
                tick = timer.WaitForNextTickAsync(ended.Token).AsTask();
            }
        }
        catch (OperationCanceledException)
        {
            // The client went away or the program stops.
        }
        catch (Exception e) when (LogLookup.Answer(e) is { } answer)
        {
            if (response is null)
                await answer.ExecuteAsync(context);
            else
                await EndAsync(response, write(new LogEvent.Ended(e.Message)));
        }
        finally
        {
            await ended.CancelAsync();
            if (next is not null)
                await next.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private static async Task SendAsync(SseResponse response, byte[]? frame)
    {
        if (frame is not null)
            await response.WriteAsync(frame);
    }

    private static async Task EndAsync(SseResponse response, byte[]? frame)
    {
        try
        {
            await SendAsync(response, frame);
            await response.FlushAsync();
        }
        catch (OperationCanceledException)
        {
            // Nobody is there any more to be told.
        }
    }
}
