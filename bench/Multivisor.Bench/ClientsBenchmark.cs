namespace Multivisor.Bench;

/// <summary>Many clients of the event stream: how late changes are with a thousand, and what ten thousand cost that only listen.</summary>
internal static class ClientsBenchmark
{
    private const int Eager = 20;
    private const int Many = 1000;
    private const int Most = 10_000;
    private const int Rate = 100;
    private static readonly TimeSpan Busy = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(10);

    public static async Task RunAsync(Report report)
    {
        using var fleet = await SimulatedFleetProcess.StartAsync("--supervisors", "50", "--processes", "20", "--stamp");
        using var server = BenchServer.Watching(fleet);
        await server.WaitUntilReadyAsync();
        await MeasureFanOutAsync(report, server, fleet, deaf: 0);
        await MeasureFanOutAsync(report, server, fleet, deaf: Many / 10);
        await MeasureConnectedAsync(report, fleet);
    }

    private static async Task MeasureFanOutAsync(Report report, BenchServer server, SimulatedFleetProcess fleet, int deaf)
    {
        var what = deaf == 0 ? $"{Many:n0} clients, {Rate} changes/s" : $"{Many:n0} clients of which {deaf} read nothing, {Rate} changes/s";
        using var clients = await StreamClients.ConnectAsync(server, Eager, Many - Eager - deaf, deaf);
        fleet.Command($"rate {Rate}");
        await Task.Delay(TimeSpan.FromSeconds(5));
        clients.Begin();
        var before = await fleet.ChangesAsync();
        var cpu = await ProcFile.CpuPercentAsync([server.Pid], Task.Delay(Busy));
        var delays = clients.End();
        var changes = await fleet.ChangesAsync() - before;
        fleet.Command("rate 0");
        await Task.Delay(TimeSpan.FromSeconds(4));
        report.Add($"{what}: change until a client has it", "ms", delays, goal: new Goal(100, 100));
        report.Add("  changes made per second", "", [Math.Round(changes / Busy.TotalSeconds)]);
        report.Add("  changes received per second by each of those measured", "", [Math.Round(delays.Length / Busy.TotalSeconds / Eager)]);
        report.Add("  clients that were told to read everything again", "", [clients.Resyncs]);
        report.Add("  clients that read and were disconnected", "", [clients.Lost]);
        report.Add("  server, of a core", "%", [cpu[0]]);
        report.Add("  server, resident memory", "MB", [ProcFile.ResidentMegabytes(server.Pid)]);
    }

    /// <summary>A server of its own, so that what the other clients left behind is not counted against these.</summary>
    private static async Task MeasureConnectedAsync(Report report, SimulatedFleetProcess fleet)
    {
        using var server = BenchServer.Watching(fleet);
        await server.WaitUntilReadyAsync();
        using (await StreamClients.ConnectAsync(server, 0, 100))
            await Task.Delay(Settling);
        await Task.Delay(Settling);
        var before = ProcFile.ResidentMegabytes(server.Pid);
        using var clients = await StreamClients.ConnectAsync(server, 0, Most);
        await Task.Delay(Settling);
        var after = ProcFile.ResidentMegabytes(server.Pid);
        report.Add($"{Most:n0} clients connected: resident memory for each", "kB", [Math.Round((after - before) * 1000 / Most, 2)], goal: new Goal(10));
        var idle = await ProcFile.CpuPercentAsync([server.Pid], Task.Delay(Busy));
        report.Add("  server while nothing changes, of a core", "%", [idle[0]]);
        report.Add("  clients that were disconnected", "", [clients.Lost]);
    }
}
