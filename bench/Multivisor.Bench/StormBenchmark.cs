using System.Diagnostics;
using System.Text.Json;

namespace Multivisor.Bench;

/// <summary>All 50,000 processes are restarted within ten seconds: does a client that reads end with the truth, and does the memory come back?</summary>
internal static class StormBenchmark
{
    private const string Prefix = "mass restart of 50,000 in 10 s: ";
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(60);

    public static async Task RunAsync(Report report)
    {
        using var fleet = await SimulatedFleetProcess.StartAsync("--supervisors", "1000", "--processes", "50", "--stamp");
        using var server = BenchServer.Watching(fleet);
        await server.WaitUntilReadyAsync();
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        // The first one makes what is kept of each process from then on, its history, and whoever reads the whole state its JSON; that is no debris of the second.
        using (await ChangeReader.StartAsync(server.Http))
        {
            fleet.Command("mass-restart 10");
            await Task.Delay(TimeSpan.FromSeconds(15));
        }

        await server.ProcessesAsync();
        await Task.Delay(TimeSpan.FromSeconds(40));
        var before = ProcFile.ResidentMegabytes(server.Pid);
        var changesBefore = await fleet.ChangesAsync();

        using var latency = await ChangeReader.StartAsync(server.Http);
        using var response = await server.Http.GetAsync("/api/stream", HttpCompletionOption.ResponseHeadersRead);
        // Only now that it is subscribed: nothing can happen in between.
        foreach (var (uid, process) in await server.ProcessesAsync())
            known[uid] = process.StateName;
        using var ending = new CancellationTokenSource();
        var progress = new Progress();
        var reading = FollowAsync(await response.Content.ReadAsStreamAsync(), known, progress, ending.Token);
        latency.Begin();
        fleet.Command("mass-restart 10");
        var started = Stopwatch.GetTimestamp();
        var peak = before;
        while (Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(14))
        {
            await Task.Delay(200);
            peak = Math.Max(peak, ProcFile.ResidentMegabytes(server.Pid));
        }

        var delays = latency.End();
        report.Add($"{Prefix}change until the client has it", "ms", delays);
        report.Add("  changes made", "", [await fleet.ChangesAsync() - changesBefore]);
        report.Add("  changes received; what is missing was replaced by a newer state of the same process", "", [delays.Length]);
        report.Add("  times that a client was told to read everything again", "", [latency.Resyncs], goal: new Goal(0));
        // Until it has read what waits for it.
        while (Stopwatch.GetElapsedTime(progress.LastChange) < TimeSpan.FromSeconds(2))
            await Task.Delay(100);
        report.Add("  until that client has read the last of it, after the beginning", "s", [Math.Round(Stopwatch.GetElapsedTime(started, progress.LastChange).TotalSeconds, 1)]);
        await ending.CancelAsync();
        await reading;
        var wrong = 0;
        foreach (var (uid, process) in await server.ProcessesAsync())
        {
            if (known.GetValueOrDefault(uid) != process.StateName)
                wrong++;
        }

        report.Add("  processes that a client of the stream alone shows wrong at the end", "", [wrong], goal: new Goal(0));
        report.Add("  resident memory before", "MB", [before]);
        report.Add("  at most", "MB", [peak]);
        await Task.Delay(Recovery - TimeSpan.FromSeconds(4));
        report.Add("  60 s after the last change", "MB", [ProcFile.ResidentMegabytes(server.Pid)]);
    }

    private sealed class Progress
    {
        private long _lastChange = Stopwatch.GetTimestamp();

        /// <summary>As a timestamp.</summary>
        public long LastChange
        {
            get => Volatile.Read(ref _lastChange);
            set => Volatile.Write(ref _lastChange, value);
        }
    }

    private static async Task FollowAsync(Stream stream, Dictionary<string, string> states, Progress progress, CancellationToken cancellationToken)
    {
        try
        {
            using var lines = new StreamReader(stream);
            while (await lines.ReadLineAsync(cancellationToken) is { } line)
            {
                if (!line.StartsWith("data:", StringComparison.Ordinal))
                    continue;
                var isOne = line.EndsWith("\"event\":\"process_changed\"}", StringComparison.Ordinal);
                if (!isOne && !line.EndsWith("\"event\":\"supervisor_changed\"}", StringComparison.Ordinal))
                    continue;
                progress.LastChange = Stopwatch.GetTimestamp();
                using var document = JsonDocument.Parse(line.AsMemory(5));
                var payload = document.RootElement.GetProperty("payload");
                foreach (var process in isOne ? [payload] : payload.GetProperty("processes").EnumerateObject().Select(member => member.Value))
                    states[process.GetProperty("uid").GetString()!] = process.GetProperty("statename").GetString()!;
            }
        }
        catch (OperationCanceledException)
        {
            // It has all.
        }
    }
}
