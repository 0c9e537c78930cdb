using System.Text;
using Multivisor.Client;
using Multivisor.Contract;

namespace Multivisor.Cli.Commands;

/// <summary><c>logs</c>: the last lines of logs, and what comes.</summary>
internal static class LogsCommand
{
    /// <summary>Octets that are read to find so many lines in; lines longer than this on average show fewer.</summary>
    private const int OctetsPerLine = 500;

    private const long MostOctets = 8 << 20;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <param name="streams"><c>out</c>, <c>err</c>.</param>
    public static async Task<int> RunAsync(
        CliSession session, IReadOnlyList<string> patterns, IReadOnlyList<string> streams, int lines, bool follow, CancellationToken cancellationToken)
    {
        var matches = UidPattern.Any(patterns);
        var site = await session.Client.GetSiteAsync(cancellationToken);
        var found = StatusCommand.ProcessesOf(site).Select(p => p.Process).Where(p => matches(p.Uid)).OrderBy(p => p.Uid, StringComparer.Ordinal).ToList();
        if (found.Count == 0)
            throw new CliException(ExitCode.NothingMatched, $"no process matches {string.Join(", ", patterns.Select(p => $"'{p}'"))}");
        if (follow)
            return await FollowAsync(session, patterns, streams, lines, found.Count * streams.Count > 1, cancellationToken);
        return await ShowEndsAsync(session, found, streams, lines, cancellationToken);
    }

    public static async Task<int> RunMainAsync(CliSession session, string supervisor, int lines, CancellationToken cancellationToken)
    {
        var printer = new LogPrinter(session, isMerged: false);
        await foreach (var happened in session.Client.FollowMainLogAsync(supervisor, lines, cancellationToken: cancellationToken))
            Print(session, printer, happened, isMerged: false);
        return ExitCode.Done;
    }

    private static async Task<int> ShowEndsAsync(
        CliSession session, List<ProcessJson> processes, IReadOnlyList<string> streams, int lines, CancellationToken cancellationToken)
    {
        var printer = new LogPrinter(session, processes.Count * streams.Count > 1);
        var failures = 0;
        foreach (var process in processes)
        {
            foreach (var stream in streams)
            {
                try
                {
                    var end = await session.Client.ReadLogEndAsync(process.Uid, stream, Math.Clamp((long)lines * OctetsPerLine, 64 * 1024, MostOctets), cancellationToken);
                    printer.Add(process.Uid, stream, LastLines(Encoding.UTF8.GetString(end.Span), lines));
                    printer.EndLine(process.Uid, stream);
                }
                catch (MultivisorException e) when (processes.Count * streams.Count > 1 && e.Problem is MultivisorProblem.Refused or MultivisorProblem.NotFound)
                {
                    failures++;
                    session.Terminal.Note($"{process.Uid} {stream}: {e.Message}");
                }
            }
        }

        return failures == processes.Count * streams.Count ? ExitCode.SomeFailed : ExitCode.Done;
    }

    private static async Task<int> FollowAsync(
        CliSession session, IReadOnlyList<string> patterns, IReadOnlyList<string> streams, int lines, bool isMerged, CancellationToken cancellationToken)
    {
        var printer = new LogPrinter(session, isMerged);
        var positions = new Dictionary<string, string>(StringComparer.Ordinal);
        while (true)
        {
            try
            {
                await foreach (var happened in session.Client.FollowLogsAsync(patterns, streams, lines, positions, cancellationToken))
                {
                    if (happened.Position.Length > 0)
                        positions[$"{happened.Uid}|{happened.Stream}"] = happened.Position;
                    Print(session, printer, happened, isMerged);
                }
            }
            catch (MultivisorException e) when (e.Problem == MultivisorProblem.Unreachable && positions.Count > 0)
            {
                session.Terminal.Note($"-- {e.Message}; trying again");
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    private static void Print(CliSession session, LogPrinter printer, LogEvent happened, bool isMerged)
    {
        var whose = isMerged ? $"{happened.Uid} {happened.Stream}: " : "";
        switch (happened)
        {
            case LogEvent.Text text:
                printer.Add(text.Uid, text.Stream, text.Value);
                break;
            case LogEvent.Moved { Kind: not LogEvents.Opened } moved:
                printer.EndLine(moved.Uid, moved.Stream);
                session.Terminal.Note($"-- {whose}{moved.Kind}{(moved.Lost is null ? ", it is not known whether something is missing" : moved.Lost > 0 ? $", {moved.Lost} bytes are missing here" : "")}");
                break;
            case LogEvent.Ended ended:
                printer.EndLine(ended.Uid, ended.Stream);
                session.Terminal.Note($"-- {whose}{ended.Reason}");
                break;
        }
    }

    private static string LastLines(string text, int lines)
    {
        var start = text.Length;
        var isLast = text.EndsWith('\n');
        for (var wanted = isLast ? lines + 1 : lines; wanted > 0 && start > 0; wanted--)
        {
            start = text.LastIndexOf('\n', start - 1);
            if (start < 0)
                return text;
        }

        return lines == 0 ? "" : text[(start + 1)..];
    }
}
