
namespace Multivisor.Bench;

/// <summary>
/// Days of life in minutes: changes as fast as they go, hosts that go and come back, clients of the stream that come and go, readers of everything,
/// viewers of logs, actions. Descriptors, threads and memory must be level. What takes a timer of hours is not in it.
/// </summary>
internal static class SoakBenchmark
{
    private const int Supervisors = 200;
    private const int ProcessesEach = 50;
    private const int Rate = 2000;

    /// <summary>Changes that such a site has in an hour: each process is restarted twice a day, four changes each time.</summary>
    private const double ChangesAnHour = Supervisors * ProcessesEach * 2 * 4 / 24.0;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(25);
    /// <summary>Three days of it and some more.</summary>
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(130);
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(20);

    public static async Task RunAsync(Report report)
    {
        using var fleet = await SimulatedFleetProcess.StartAsync("--supervisors", $"{Supervisors}", "--processes", $"{ProcessesEach}", "--stamp");
        using var server = BenchServer.Watching(fleet);
        await server.WaitUntilReadyAsync();
        var all = (await server.ProcessesAsync()).Keys.ToArray();
        await LiveAsync(server, fleet, all, WarmUp);
        await Task.Delay(Rest);
        var before = Look(server);
        var changesBefore = await fleet.ChangesAsync();
        var requests = await LiveAsync(server, fleet, all, Length);
        var changes = await fleet.ChangesAsync() - changesBefore;
        await Task.Delay(Rest);
        var after = Look(server);
        report.Add("days of life in minutes, 200 x 50: changes", "", [changes]);
        report.Add("  which such a site makes in so many hours (each process restarted twice a day)", "h", [Math.Round(changes / ChangesAnHour)]);
        report.Add("  requests, clients and viewers meanwhile", "", [requests]);
        report.Add("  descriptors before and after", "", [before.Descriptors, after.Descriptors]);
        report.Add("  threads before and after", "", [before.Threads, after.Threads]);
        report.Add("  resident memory before and after", "MB", [before.Memory, after.Memory]);
    }

    private static (double Descriptors, double Threads, double Memory) Look(BenchServer server) =>
        (ProcFile.Descriptors(server.Pid), ProcFile.Threads(server.Pid), ProcFile.ResidentMegabytes(server.Pid));

    private static async Task<int> LiveAsync(BenchServer server, SimulatedFleetProcess fleet, string[] processes, TimeSpan time)
    {
        using var ending = new CancellationTokenSource(time);
        fleet.Command($"rate {Rate}");
        var counts = await Task.WhenAll(
            RepeatAsync(250, async (i, token) =>
            {
                fleet.Command(i % 2 == 0 ? "outage 5 1" : "crash 20");
                await Task.Delay(TimeSpan.FromSeconds(3), token);
            }),
            RepeatAsync(50, async (i, token) =>
            {
                using var response = await server.Http.GetAsync("/api/stream", HttpCompletionOption.ResponseHeadersRead, token);
                await using var stream = await response.Content.ReadAsStreamAsync(token);
                var buffer = new byte[64 * 1024];
                // A third of them leaves without having read anything.
                for (var reads = i % 3 == 0 ? 0 : 20; reads > 0; reads--)
                    await stream.ReadExactlyAsync(buffer.AsMemory(0, 4096), token);
            }),
            RepeatAsync(300, (i, token) => ReadAsync(server, i % 3 == 0 ? "/api/data" : i % 3 == 1 ? "/metrics" : $"/api/process/info/{processes[i % processes.Length]}", token)),
            RepeatAsync(100, (i, token) => ReadAsync(server, $"/api/process/log/out/tail/{processes[i * 7 % processes.Length]}", token)),
            RepeatAsync(200, async (i, token) =>
            {
                using var form = new FormUrlEncodedContent([new("uid", processes[i * 13 % processes.Length])]);
                using var answer = await server.Http.PostAsync("/api/process/restart", form, token);
            }));
        fleet.Command("rate 0");
        return counts.Sum();

        async Task<int> RepeatAsync(int pause, Func<int, CancellationToken, Task> actAsync)
        {
            var count = 0;
            while (!ending.IsCancellationRequested)
            {
                try
                {
                    // None may last: a log has no end, and neither has a stream.
                    using var limit = CancellationTokenSource.CreateLinkedTokenSource(ending.Token);
                    limit.CancelAfter(TimeSpan.FromSeconds(10));
                    await actAsync(count, limit.Token);
                    await Task.Delay(pause, ending.Token);
                }
                catch (Exception e) when (e is OperationCanceledException or HttpRequestException or IOException)
                {
                    // Given up, or its host was away.
                }

                count++;
            }

            return count;
        }
    }

    private static async Task ReadAsync(BenchServer server, string path, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(1));
        using var response = await server.Http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        await body.CopyToAsync(Stream.Null, limit.Token);
    }
}
