using System.Globalization;
using System.Text;
using Microsoft.Net.Http.Headers;
using Multivisor.Contract;
using Multivisor.Fleet.Logs;
using Multivisor.Server.Http;

namespace Multivisor.Server.Logs;

/// <summary>What is in a log: a part of it, all of it, or lines in it.</summary>
internal static class ContentEndpoints
{
    private const int DefaultMatches = 500;

    /// <summary>Raw octets, and in the head what they are: <c>Log-File</c>, <c>Log-From</c>, <c>Log-To</c>, <c>Log-Oldest</c>, <c>Log-End</c>.</summary>
    public static async Task RangeAsync(LogLookup log, HttpContext context)
    {
        if (!TryReadRange(context.Request, out var range, out var problem))
            await Answers.Message(StatusCodes.Status400BadRequest, problem).ExecuteAsync(context);
        else
            await SendAsync(log, range, context, isDownload: false);
    }

    /// <summary>The newest file, or with <c>rotated=true</c> all that is kept, from the oldest on.</summary>
    public static Task DownloadAsync(LogLookup log, HttpContext context)
    {
        var all = Flag(context.Request, "rotated");
        return SendAsync(log, new LogRange(From: all ? long.MinValue / 2 : 0), context, isDownload: true);
    }

    public static async Task<IResult> SearchAsync(LogLookup log, HttpRequest request, CancellationToken cancellationToken)
    {
        if (log.Refusal is not null)
            return log.Refusal;
        if (!TryReadRange(request, out var range, out var problem)
            || !TryReadNumber(request, "before", out var before, ref problem)
            || !TryReadNumber(request, "after", out var after, ref problem)
            || !TryReadNumber(request, "limit", out var limit, ref problem))
        {
            return Answers.Message(StatusCodes.Status400BadRequest, problem);
        }

        var query = new LogSearchQuery(
            request.Query["q"].ToString(), Flag(request, "regex"), Flag(request, "case"), Small(before), Small(after), limit is null ? DefaultMatches : Small(limit), range);
        if (query.Text.Length == 0)
            return Answers.Message(StatusCodes.Status400BadRequest, "say what to search for: ?q=<text>");
        try
        {
            var found = await log.Supervisor!.Logs.SearchAsync(log.Target, query, cancellationToken);
            return Answers.Json(
                new LogSearchJson(
                    [.. found.Lines.Select(l => new LogSearchLineJson(l.Offset, Encoding.UTF8.GetString(l.Octets.Span), l.IsMatch))],
                    found.Matches, found.File, found.From, found.To, found.Oldest, found.End, found.Incomplete),
                ContractJson.Wire.LogSearchJson);
        }
        catch (Exception e) when (LogLookup.Answer(e) is not null)
        {
            return LogLookup.Answer(e)!;
        }
    }

    private static async Task SendAsync(LogLookup log, LogRange range, HttpContext context, bool isDownload)
    {
        if (log.Refusal is not null)
        {
            await log.Refusal.ExecuteAsync(context);
            return;
        }

        var response = context.Response;
        try
        {
            var extract = await log.Supervisor!.Logs.ReadAsync(log.Target, range, context.RequestAborted);
            Describe(response, extract, isDownload ? Disposition(extract.Name.Length > 0 ? extract.Name : log.Name) : null);
            await foreach (var octets in extract.Octets.WithCancellation(context.RequestAborted))
                await response.BodyWriter.WriteAsync(octets, context.RequestAborted);
        }
        catch (Exception e) when (LogLookup.Answer(e) is { } answer)
        {
            // In the middle of it a broken connection is the only way to say that it is not all.
            if (response.HasStarted)
                context.Abort();
            else
                await answer.ExecuteAsync(context);
        }
    }

    private static void Describe(HttpResponse response, LogExtract extract, string? disposition)
    {
        response.ContentLength = extract.To - extract.From;
        response.ContentType = disposition is null ? "application/octet-stream" : "text/plain; charset=utf-8";
        var headers = response.Headers;
        headers.CacheControl = "no-store";
        headers["Log-File"] = extract.File;
        headers["Log-From"] = Text(extract.From);
        headers["Log-To"] = Text(extract.To);
        headers["Log-Oldest"] = Text(extract.Oldest);
        headers["Log-End"] = Text(extract.End);
        if (disposition is not null)
            headers.ContentDisposition = disposition;
    }

    private static string Disposition(string name)
    {
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(name);
        return disposition.ToString();
    }

    private static bool TryReadRange(HttpRequest request, out LogRange range, out string problem)
    {
        (range, problem) = (new LogRange(), "");
        if (!TryReadNumber(request, "from", out var from, ref problem) || !TryReadNumber(request, "to", out var to, ref problem)
            || !TryReadNumber(request, "length", out var length, ref problem))
        {
            return false;
        }

        range = new LogRange(request.Query["file"].ToString(), from, to, length);
        return true;
    }

    private static bool TryReadNumber(HttpRequest request, string name, out long? number, ref string problem)
    {
        number = null;
        var text = request.Query[name].ToString();
        if (text.Length == 0)
            return true;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, null, out var value) && Math.Abs((decimal)value) < 1L << 60)
        {
            number = value;
            return true;
        }

        problem = $"{name}={text} is no number of bytes or lines";
        return false;
    }

    private static int Small(long? number) => (int)Math.Clamp(number ?? 0, 0, 100_000);

    private static bool Flag(HttpRequest request, string name) => request.Query[name].ToString() is "1" or "true" or "yes";

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
