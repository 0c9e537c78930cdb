using System.Threading.Channels;
using Multivisor.Fleet.Logs;
using Multivisor.Server.Access;
using Multivisor.Server.Account;
using Multivisor.Server.EventStream;
using Multivisor.Server.Http;

namespace Multivisor.Server.Logs;

/// <summary>
/// Several logs in one stream, by order of arrival: <c>/api/logs/follow</c>. Each log has one event on its way and gets its next turn after
/// the others that wait, so that a noisy one does not hide the quiet ones.
/// </summary>
internal sealed class MergedEndpoint(SignInWatch watch, StreamOptions options, IHostApplicationLifetime lifetime)
{
    private const int MaxLogs = 200;
    private const int DefaultLines = 10;

    public async Task RunAsync(HttpContext context, FleetView fleet)
    {
        var request = context.Request;
        if (!TrySelect(request, fleet, out var logs, out var refusal) || !TryReadStarts(request, logs, out refusal))
        {
            await refusal.ExecuteAsync(context);
            return;
        }

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        var turns = Channel.CreateBounded<Turn>(logs.Count);
        var readers = logs.Select(log => ReadAsync(log, fleet, turns.Writer, ended.Token)).ToArray();
        try
        {
            var response = new SseResponse(context, options);
            await response.BeginAsync();
            await SendAsync(context, response, turns.Reader, logs.Count, ended.Token);
        }
        catch (OperationCanceledException)
        {
            // The client went away or the program stops.
        }
        finally
        {
            await ended.CancelAsync();
            await Task.WhenAll(readers);
        }
    }

    private async Task SendAsync(HttpContext context, SseResponse response, ChannelReader<Turn> turns, int count, CancellationToken ended)
    {
        using var keepAlive = new PeriodicTimer(options.KeepAlivePeriod);
        var tick = keepAlive.WaitForNextTickAsync(ended).AsTask();
        var waiting = turns.WaitToReadAsync(ended).AsTask();
        while (count > 0 && watch.IsSignedIn(context))
        {
            await Task.WhenAny(waiting, tick);
            if (waiting.IsCompleted)
            {
                await waiting;
                for (var left = turns.Count; left > 0 && turns.TryRead(out var turn); left--)
                {
                    await response.WriteAsync(turn.Frame);
                    turn.Taken.SetResult();
                    count -= turn.IsLast ? 1 : 0;
                }

                await response.FlushAsync();
                waiting = turns.WaitToReadAsync(ended).AsTask();
            }

            if (!tick.IsCompleted)
                continue;
            await tick;
            await response.CommentAsync("keep-alive");
            tick = keepAlive.WaitForNextTickAsync(ended).AsTask();
        }
    }

    /// <summary>One log; it never throws: what goes wrong with it is the end of it and not of the others.</summary>
    private static async Task ReadAsync(MergedLog log, FleetView fleet, ChannelWriter<Turn> turns, CancellationToken ended)
    {
        var frame = new LogFrame(log.Uid, log.Stream);
        try
        {
            try
            {
                await using var viewer = fleet.OpenLog(log.Supervisor, log.Target, log.Start);
                var writer = new LogWriter(frame);
                LogEvent happened;
                do
                {
                    happened = await viewer.NextAsync(ended);
                    if (writer.Write(happened) is { } bytes)
                        await TellAsync(bytes, happened is LogEvent.Ended);
                }
                while (happened is not LogEvent.Ended);
            }
            catch (Exception e) when (LogLookup.Answer(e) is not null)
            {
                await TellAsync(frame.Ended(e.Message), isLast: true);
            }
        }
        catch (OperationCanceledException)
        {
            // The stream has ended.
        }

        async Task TellAsync(byte[] bytes, bool isLast)
        {
            var turn = new Turn(bytes, isLast, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            await turns.WriteAsync(turn, ended);
            await turn.Taken.Task.WaitAsync(ended);
        }
    }

    private static bool TrySelect(HttpRequest request, FleetView fleet, out List<MergedLog> logs, out IResult refusal)
    {
        logs = [];
        refusal = Results.Empty;
        var patterns = request.Query["uid"].ToString();
        if (patterns.AsSpan().Trim(" ,").IsEmpty)
        {
            refusal = Answers.Message(StatusCodes.Status400BadRequest, "say which processes: ?uid=<uids or patterns, comma separated>");
            return false;
        }

        var streams = request.Query["stream"].ToString() is { Length: > 0 } text ? text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : ["out"];
        if (Array.Find(streams, s => LogLookup.Channel(s) is null) is { } wrong)
        {
            refusal = Answers.Message(StatusCodes.Status400BadRequest, $"there is no stream '{wrong}': out, err, or out,err");
            return false;
        }

        var (processes, unknown) = fleet.Operations.Select(patterns);
        foreach (var (supervisor, process) in processes)
        {
            foreach (var channel in streams.Select(s => LogLookup.Channel(s)!.Value).Distinct())
            {
                // Those that keep no such log have nothing to show; the others do.
                if ((channel == LogChannel.Stdout ? process.Info.StdoutLogFile : process.Info.StderrLogFile).Length > 0)
                    logs.Add(new MergedLog(supervisor, process.Uid, channel == LogChannel.Stdout ? "out" : "err", new LogTarget(process.Info.Namespec, channel)));
            }
        }

        if (unknown.Count > 0)
            refusal = Answers.NotFound($"no process is called '{unknown[0]}'");
        else if (logs.Count == 0)
            refusal = Answers.NotFound("no process matches that keeps such a log");
        else if (logs.Count > MaxLogs)
            refusal = Answers.Message(StatusCodes.Status400BadRequest, $"{logs.Count} logs match; at most {MaxLogs} can be followed in one stream");
        else
            return true;
        return false;
    }

    /// <summary>A position for each log that the client has had something of: <c>uid|stream|position</c>, as often as needed.</summary>
    private static bool TryReadStarts(HttpRequest request, List<MergedLog> logs, out IResult refusal)
    {
        refusal = Results.Empty;
        if (!FollowEndpoint.TryReadStart(request, DefaultLines, out var start, out var problem))
        {
            refusal = Answers.Message(StatusCodes.Status400BadRequest, problem);
            return false;
        }

        var positions = new Dictionary<string, LogStart>(StringComparer.Ordinal);
        foreach (var text in request.Query["position"])
        {
            var bar = text?.LastIndexOf('|') ?? -1;
            if (bar < 0 || !LogPosition.TryParse(text![(bar + 1)..], out var position))
            {
                refusal = Answers.Message(StatusCodes.Status400BadRequest, $"position={text}: uid|stream|position, as the events have them");
                return false;
            }

            positions[text[..bar]] = LogStart.At(position);
        }

        for (var i = 0; i < logs.Count; i++)
            logs[i] = logs[i] with { Start = positions.GetValueOrDefault($"{logs[i].Uid}|{logs[i].Stream}", start) };
        return true;
    }

    private sealed record MergedLog(Fleet.Supervisors.Supervisor Supervisor, string Uid, string Stream, LogTarget Target)
    {
        public LogStart Start { get; init; }
    }

    private sealed record Turn(byte[] Frame, bool IsLast, TaskCompletionSource Taken);
}
