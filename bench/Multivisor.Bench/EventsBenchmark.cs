using System.Globalization;

namespace Multivisor.Bench;

/// <summary>The server before 1,000 supervisors with 50 processes each, of which more and more change: how late one client of the stream has it.</summary>
internal static class EventsBenchmark
{
    private const string Prefix = "1,000 x 50: ";
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Busy = TimeSpan.FromSeconds(12);

    private static readonly (int Rate, string Original, Goal? Goal)[] Rates =
    [
        (300, "1.4, p99 287", null),
        (1000, "1.6, p99 85", null),
        (2000, "83, p99 377", null),
        (5000, "", null),
        (10_000, "", new Goal(20, 20)),
    ];

    public static async Task RunAsync(Report report)
    {
        using var fleet = await SimulatedFleetProcess.StartAsync("--supervisors", "1000", "--processes", "50", "--stamp");
        using var server = BenchServer.Watching(fleet);
        await server.WaitUntilReadyAsync();
        foreach (var (rate, original, goal) in Rates)
            await MeasureAsync(report, server, fleet, rate, original, goal);
        report.Add($"{Prefix}resident memory after all that", "MB", [ProcFile.ResidentMegabytes(server.Pid)], "371");
        await Task.Delay(TimeSpan.FromSeconds(30));
        report.Add($"{Prefix}· half a minute later", "MB", [ProcFile.ResidentMegabytes(server.Pid)]);
    }

    private static async Task MeasureAsync(Report report, BenchServer server, SimulatedFleetProcess fleet, int rate, string original, Goal? goal)
    {
        using var client = await ChangeReader.StartAsync(server.Http);
        fleet.Command("collect");
        fleet.Command($"rate {rate}");
        await Task.Delay(Settling);
        var before = await fleet.ChangesAsync();
        var costBefore = await CostAsync(server);
        client.Begin();
        var cpu = await ProcFile.CpuPercentAsync([server.Pid, fleet.Pid], Task.Delay(Busy));
        var delays = client.End();
        var cost = await CostAsync(server);
        var changes = await fleet.ChangesAsync() - before;
        fleet.Command("rate 0");
        // What was begun goes on for some seconds: until then nothing else is measured.
        await Task.Delay(Settling);
        report.Add($"{Prefix}{rate:n0} changes/s, change until the client has it", "ms", delays, original, goal);
        report.Add("  changes made per second", "", [Math.Round(changes / Busy.TotalSeconds)]);
        report.Add("  changes received per second", "", [Math.Round(delays.Length / Busy.TotalSeconds)]);
        report.Add("  times it was told to read everything again", "", [client.Resyncs]);
        report.Add("  server, of a core", "%", [cpu[0]]);
        report.Add("  server, allocated for each change", "kB", [Math.Round((cost.Allocated - costBefore.Allocated) / changes / 1000, 1)]);
        report.Add("  server, stands still for the collector, in a second", "ms", [Math.Round((cost.Paused - costBefore.Paused) * 1000 / Busy.TotalSeconds)]);
        report.Add("  simulated agents together, of a core", "%", [cpu[1]]);
    }

    /// <summary>Octets and seconds since the start of the server.</summary>
    private static async Task<(double Allocated, double Paused)> CostAsync(BenchServer server)
    {
        var metrics = await server.Http.GetStringAsync("/metrics");
        return (Read("dotnet_gc_allocated_bytes_total"), Read("dotnet_gc_pause_seconds_total"));

        double Read(string name)
        {
            var from = metrics.IndexOf($"\n{name} ", StringComparison.Ordinal) + name.Length + 2;
            return double.Parse(metrics.AsSpan(from, metrics.IndexOf('\n', from) - from), CultureInfo.InvariantCulture);
        }
    }
}
