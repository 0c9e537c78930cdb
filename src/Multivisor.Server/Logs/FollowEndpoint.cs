using System.Globalization;
using Multivisor.Fleet.Links;
using Multivisor.Fleet.Logs;
using Multivisor.Server.Access;
using Multivisor.Server.Http;

namespace Multivisor.Server.Logs;

/// <summary>Follows one log exactly: <c>…/follow/…</c>.</summary>
internal static class FollowEndpoint
{
    private const int DefaultLines = 200;
    private const int MaxLines = 100_000;
    private const long MaxOctets = 8 * 1024 * 1024;

    public static async Task RunAsync(LogLookup log, HttpContext context, FleetView fleet, LogStreaming streaming)
    {
        if (log.Refusal is not null)
        {
            await log.Refusal.ExecuteAsync(context);
            return;
        }

        if (!TryReadStart(LastId(context.Request), name => context.Request.Query[name].ToString(), DefaultLines, out var start, out var problem))
        {
            await Answers.Message(StatusCodes.Status400BadRequest, problem).ExecuteAsync(context);
            return;
        }

        LogViewer viewer;
        try
        {
            viewer = fleet.OpenLog(log.Supervisor!, log.Target, start);
        }
        catch (LinkException e)
        {
            await Answers.Message(StatusCodes.Status503ServiceUnavailable, e.Message).ExecuteAsync(context);
            return;
        }

        await using (viewer)
            await streaming.RunAsync(context, viewer, new LogWriter(new LogFrame()).Write);
    }

    /// <summary>Where the client left; else so far before the end.</summary>
    /// <param name="left">A position; empty when it is in a field, or nowhere.</param>
    /// <param name="field">What the request says; empty for what it does not.</param>
    public static bool TryReadStart(string left, Func<string, string> field, int defaultLines, out LogStart start, out string problem)
    {
        (start, problem) = (LogStart.LastLines(defaultLines), "");
        if (left.Length == 0)
            left = field("from");
        if (left.Length > 0)
        {
            if (LogPosition.TryParse(left, out var position))
                start = LogStart.At(position);
            else
                problem = $"'{left}' is no position of a log: send back the id of the last event as it came";
        }
        else if (field("bytes") is { Length: > 0 } octets)
        {
            if (long.TryParse(octets, NumberStyles.None, null, out var count) && count <= MaxOctets)
                start = LogStart.LastOctets(count);
            else
                problem = $"bytes={octets}: a number up to {MaxOctets}";
        }
        else if (field("lines") is { Length: > 0 } lines)
        {
            if (int.TryParse(lines, NumberStyles.None, null, out var count) && count <= MaxLines)
                start = LogStart.LastLines(count);
            else
                problem = $"lines={lines}: a number up to {MaxLines}";
        }

        return problem.Length == 0;
    }

    /// <summary>What an EventSource sends by itself.</summary>
    private static string LastId(HttpRequest request) => request.Headers["Last-Event-ID"].ToString();
}

/// <summary>Makes frames of the events of one log. Not thread-safe.</summary>
internal sealed class LogWriter(LogFrame frame)
{
    private readonly LogTextReader _text = new();
    private bool _hasBegun;

    /// <summary>Behind all text that was written.</summary>
    public LogPosition Position => _text.Position;

    public byte[]? Write(LogEvent happened)
    {
        switch (happened)
        {
            case LogEvent.Data data:
                return _text.Read(data) is { } text ? frame.Of(text) : null;
            case LogEvent.Moved moved:
                var rest = _text.Move(moved);
                byte[] frames = [.. rest is null ? [] : frame.Of(rest), .. frame.Of(moved, _text.Position, !_hasBegun)];
                _hasBegun = true;
                return frames;
            case LogEvent.Ended ended:
                return frame.Ended(ended.Reason);
            default:
                return null;
        }
    }
}
