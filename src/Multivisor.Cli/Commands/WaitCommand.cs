using System.Globalization;
using System.Threading.Channels;
using Multivisor.Cli.Output;
using Multivisor.Client;
using Multivisor.Contract;

namespace Multivisor.Cli.Commands;

/// <summary><c>wait</c>: until processes are in a state.</summary>
internal static class WaitCommand
{
    /// <param name="states">Names of states in upper case; each is as good.</param>
    public static async Task<int> RunAsync(CliSession session, IReadOnlyList<string> patterns, IReadOnlySet<string> states, TimeSpan limit, CancellationToken cancellationToken)
    {
        var matches = UidPattern.Any(patterns);
        // One place is enough: what counts is the state when it is looked at.
        var changed = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        await using var live = new LiveSite(session.Client) { OnChange = _ => changed.Writer.TryWrite(true) };
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(limit);
        List<ProcessJson> waiting = [];
        try
        {
            await live.StartAsync(deadline.Token);
            while (true)
            {
                var all = live.GetProcesses().Where(p => matches(p.Uid)).ToList();
                if (all.Count == 0)
                    throw new CliException(ExitCode.NothingMatched, $"no process matches {string.Join(", ", patterns.Select(p => $"'{p}'"))}");
                waiting = [.. all.Where(p => p.Stale || !states.Contains(p.StateName))];
                if (waiting.Count == 0 && live.Status.IsLive)
                {
                    ProcessListing.Write(session.Terminal, all, session.Format);
                    return ExitCode.Done;
                }

                if (!states.Contains("FATAL") && waiting.Find(p => p is { State: ProcessStates.Fatal, Stale: false }) is { } lost)
                    throw new CliException(ExitCode.SomeFailed, $"{lost.Uid} is FATAL and will not come by itself: {ProcessListing.Describe(lost)}");
                await changed.Reader.ReadAsync(deadline.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            var who = string.Join(", ", waiting.Take(5).Select(p => $"{p.Uid} is {p.StateName}{(p.Stale ? " and not connected" : "")}"));
            throw new CliException(ExitCode.TimedOut, $"not within {limit.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture)} s: {(who.Length > 0 ? who : "nothing was heard of the server")}{(waiting.Count > 5 ? $", and {waiting.Count - 5} more" : "")}");
        }
    }
}
