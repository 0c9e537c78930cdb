using System.Diagnostics;

namespace Multivisor.Bench;

/// <summary>The server before 1,000 supervisors with 50 processes each: start, memory, idle cost, the whole state.</summary>
internal static class FleetBenchmark
{
    private const int Supervisors = 1000;
    private const int ProcessesEach = 50;
    private const int Starts = 5;
    private const string Prefix = "1,000 x 50: ";
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(65);

    public static async Task RunAsync(Report report)
    {
        using var fleet = await SimulatedFleetProcess.StartAsync(
            "--supervisors", $"{Supervisors}", "--processes", $"{ProcessesEach}", "--stamp");
        var loads = new List<double>();
        // The first start is not counted: it finds the simulated agents cold, which no real host would be.
        for (var round = -1; round < Starts; round++)
        {
            var started = Stopwatch.GetTimestamp();
            using var once = BenchServer.Watching(fleet);
            await once.WaitUntilReadyAsync();
            if (round >= 0)
                loads.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        report.Add($"{Prefix}start until all is known", "ms", [.. loads], "8540", new Goal(1500));

        using var server = BenchServer.Watching(fleet);
        await server.WaitUntilReadyAsync();
        // What loading left behind is given back right afterwards.
        await Task.Delay(TimeSpan.FromSeconds(2));
        report.Add($"{Prefix}resident memory then", "MB", [ProcFile.ResidentMegabytes(server.Pid)], "328", new Goal(120));
        report.Add($"{Prefix}descriptors then", "", [ProcFile.Descriptors(server.Pid)], "2013");
        var idle = await ProcFile.CpuPercentAsync([server.Pid, fleet.Pid], Task.Delay(Quiet));
        report.Add($"{Prefix}resident memory a minute later", "MB", [ProcFile.ResidentMegabytes(server.Pid)]);
        report.Add($"{Prefix}idle, of a core", "%", [idle[0]], "12.3", new Goal(2));
        report.Add($"{Prefix}  of the simulated agents together", "%", [idle[1]]);

        await MeasureDataAsync(report, server, fleet);
    }

    private static async Task MeasureDataAsync(Report report, BenchServer server, SimulatedFleetProcess fleet)
    {
        var all = await server.ProcessesAsync();
        if (all.Count != Supervisors * ProcessesEach)
            throw new InvalidOperationException($"The server shows {all.Count} processes.");
        report.Add($"{Prefix}GET /api/data, nothing changes", "ms", await TimesAsync(server, 50), "922", new Goal(20));
        await MeasureVersionsAsync(report, server);
        fleet.Command("rate 1000");
        await Task.Delay(TimeSpan.FromSeconds(3));
        report.Add($"{Prefix}GET /api/data, 1,000 changes/s", "ms", await TimesAsync(server, 50));
        fleet.Command("rate 0");
        report.Add($"{Prefix}resident memory after that", "MB", [ProcFile.ResidentMegabytes(server.Pid)]);
    }

    /// <summary>The same when the client has it already, and compressed.</summary>
    private static async Task MeasureVersionsAsync(Report report, BenchServer server)
    {
        var known = new List<double>();
        using (var first = await server.Http.GetAsync("/api/data", HttpCompletionOption.ResponseHeadersRead))
        {
            var tag = first.Headers.ETag!;
            for (var i = 0; i < 200; i++)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, "/api/data");
                request.Headers.IfNoneMatch.Add(tag);
                var sent = Stopwatch.GetTimestamp();
                using var answer = await server.Http.SendAsync(request);
                // On a busy machine a link may be lost meanwhile, which is a change.
                if (answer.StatusCode == System.Net.HttpStatusCode.NotModified)
                    known.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
                else
                    tag = answer.Headers.ETag!;
            }
        }

        report.Add($"{Prefix}GET /api/data, the client has it (304)", "ms", [.. known], goal: new Goal(1));
        foreach (var coding in new[] { "br", "gzip" })
        {
            var times = new double[10];
            var length = 0L;
            for (var i = 0; i < times.Length; i++)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, "/api/data");
                request.Headers.AcceptEncoding.ParseAdd(coding);
                var sent = Stopwatch.GetTimestamp();
                using var answer = await server.Http.SendAsync(request);
                times[i] = Stopwatch.GetElapsedTime(sent).TotalMilliseconds;
                length = answer.Content.Headers.ContentLength ?? 0;
            }

            report.Add($"  {coding}, the first who asks for this version", "ms", [times[0]]);
            report.Add($"  {coding}, the next", "ms", times[1..]);
            report.Add($"  {coding}, its length", "MB", [Math.Round(length / 1e6, 2)]);
        }
    }

    private static async Task<double[]> TimesAsync(BenchServer server, int count)
    {
        var buffer = new byte[128 * 1024];
        var times = new double[count];
        for (var i = -3; i < count; i++)
        {
            var sent = Stopwatch.GetTimestamp();
            await using (var body = await server.Http.GetStreamAsync("/api/data"))
            {
                while (await body.ReadAsync(buffer) > 0)
                {
                }
            }

            if (i >= 0)
                times[i] = Stopwatch.GetElapsedTime(sent).TotalMilliseconds;
        }

        return times;
    }
}
