namespace Multivisor.Bench;

/// <summary>What hosts that are dead, silent, hung, slow or without an end do to the others, and what a thousand dead ones cost.</summary>
internal static class HostsBenchmark
{
    private const int Rate = 300;
    private const string SlowHost = "host0001";
    private static readonly TimeSpan Busy = TimeSpan.FromSeconds(15);

    public static async Task RunAsync(Report report)
    {
        await MeasureAsync(report, "100 x 50, all well");
        await MeasureAsync(report, "the same beside one dead host", "--dead", "1");
        await MeasureAsync(report, "the same beside one silent host", "--silent", "1");
        await MeasureAsync(report, "the same beside one host whose supervisord hangs", "--hung", "1");
        await MeasureAsync(report, "the same beside one host that loses a tenth of its packets", "--latency", "50", "--loss", "10", "--latency-hosts", "1");
        await MeasureAsync(report, "the same beside one host with an answer that never ends", "--endless", "1");
        await MeasureAsync(report, "the same beside one host that answers 2 s late", "--latency", "2000", "--latency-hosts", "1");
        await MeasureDeadAsync(report);
    }

    private static async Task MeasureAsync(Report report, string what, params string[] options)
    {
        // One more than the hundred that are well; where all are, that is one more of those.
        using var fleet = await SimulatedFleetProcess.StartAsync(["--supervisors", "101", "--processes", "50", "--stamp", .. options]);
        using var server = BenchServer.Watching(fleet);
        await server.WaitForProcessesAsync(100 * 50);
        // Those of the slow host itself are late by what it is slow.
        using var client = await ChangeReader.StartAsync(server.Http, ignored: SlowHost);
        fleet.Command($"rate {Rate}");
        await Task.Delay(TimeSpan.FromSeconds(4));
        client.Begin();
        await Task.Delay(Busy);
        report.Add($"{what}, {Rate} changes/s: change until the client has it", "ms", client.End());
    }

    private static async Task MeasureDeadAsync(Report report)
    {
        using var fleet = await SimulatedFleetProcess.StartAsync("--supervisors", "1000", "--processes", "1", "--dead", "1000");
        using var server = BenchServer.Watching(fleet);
        await server.WaitUntilReadyAsync();
        // Until each is tried as rarely as it is going to be.
        await Task.Delay(TimeSpan.FromSeconds(25));
        var cpu = await ProcFile.CpuPercentAsync([server.Pid], Task.Delay(TimeSpan.FromSeconds(30)));
        report.Add("1,000 dead hosts, of a core", "%", [cpu[0]], goal: new Goal(3));
        report.Add("  resident memory", "MB", [ProcFile.ResidentMegabytes(server.Pid)]);
    }
}
