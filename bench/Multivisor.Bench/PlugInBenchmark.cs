using System.Diagnostics;
using Multivisor.Supervisord;
using Multivisor.Testing;
using Multivisor.ZeroRpc;

namespace Multivisor.Bench;

/// <summary>What the plug-in costs the supervisord that it is in: memory, processor, and the longest turn of its loop while clients mean no good.</summary>
internal static class PlugInBenchmark
{
    private const int Rounds = 5;
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Hostile = TimeSpan.FromSeconds(20);

    private const string Watch = "[rpcinterface:turnwatch]\nsupervisor.rpcinterface_factory=turnwatch:make\n";

    private static readonly string Sleepers = SupervisordOptions.Sleepers("sleeper", 20);

    public static async Task RunAsync(Report report)
    {
        await MeasureMemoryAsync(report);
        await MeasureIdleAsync(report);
        await MeasureTurnsAsync(report);
    }

    private static async Task MeasureMemoryAsync(Report report)
    {
        var (without, with) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            await using var bare = await SupervisordInstance.StartAsync(new SupervisordOptions { Sections = Sleepers });
            await using var loaded = await SupervisordInstance.StartAsync(new SupervisordOptions { Sections = Sleepers, PlugIn = new SupervisordPlugIn() });
            await using var client = await SubscribeAsync(loaded);
            // The same questions to both: what they cost supervisord itself is not ours.
            await using var direct = new SupervisordClient(SupervisordUrl.Parse(bare.UnixUrl));
            for (var call = 0; call < 20; call++)
            {
                await client.Client.CallAsync("getAllProcessInfo", []);
                await direct.GetAllProcessInfoAsync();
            }

            await Task.Delay(Settle);
            without.Add(ProcFile.ResidentMegabytes(bare.Pid));
            with.Add(ProcFile.ResidentMegabytes(loaded.Pid));
        }

        report.Add("supervisord with 20 processes, without the plug-in: resident memory", "MB", [.. without]);
        report.Add("  with the plug-in, a subscriber, 20 calls", "MB", [.. with]);
        report.Add("  more", "MB", [.. with.Zip(without, (more, less) => Math.Round(more - less, 1))], "10");
    }

    private static async Task MeasureIdleAsync(Report report)
    {
        await using var bare = await SupervisordInstance.StartAsync(new SupervisordOptions { Sections = Sleepers });
        await using var loaded = await SupervisordInstance.StartAsync(new SupervisordOptions { Sections = Sleepers, PlugIn = new SupervisordPlugIn() });
        await using var client = await SubscribeAsync(loaded);
        await Task.Delay(Settle);
        var cpu = await ProcFile.CpuPercentAsync([bare.Pid, loaded.Pid], Task.Delay(Idle));
        report.Add("supervisord, idle, without the plug-in, of a core", "%", [cpu[0]]);
        report.Add("  with the plug-in and a subscriber", "%", [cpu[1]]);
        report.Add("  threads with the plug-in", "", [Directory.GetDirectories($"/proc/{loaded.Pid}/task").Length], "4");
    }

    private static async Task MeasureTurnsAsync(Report report)
    {
        await using var supervisord = await SupervisordInstance.StartAsync(new SupervisordOptions
        {
            Sections = Watch + Sleepers,
            PlugIn = new SupervisordPlugIn(),
            Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["PYTHONPATH"] = AppContext.BaseDirectory },
        });
        await using var client = await SubscribeAsync(supervisord);
        await using var direct = new SupervisordClient(SupervisordUrl.Parse(supervisord.UnixUrl));
        await MeasureTurnsAsync(report, direct, "one client that asks", async until =>
        {
            while (DateTime.UtcNow < until)
                await client.Client.CallAsync("getAllProcessInfo", []);
        });
        await using var clients = new HostileClients(supervisord.AgentPort);
        await Task.Delay(Settle);
        await MeasureTurnsAsync(report, direct, "a thousand hostile clients that take turns with it on its core", until => Task.Delay(until - DateTime.UtcNow));
        if (Environment.ProcessorCount < 2)
            return;

        // As if they came from another machine: what they take of the processor is not supervisord's.
        await Task.WhenAll(PinAsync(supervisord.Pid, "0"), PinAsync(Environment.ProcessId, $"1-{Environment.ProcessorCount - 1}"));
        await MeasureTurnsAsync(report, direct, "a thousand hostile clients on another core", until => Task.Delay(until - DateTime.UtcNow));
        await PinAsync(Environment.ProcessId, $"0-{Environment.ProcessorCount - 1}");
    }

    /// <summary>Keeps all threads of a process on these processors.</summary>
    private static async Task PinAsync(int pid, string processors)
    {
        using var taskset = Process.Start(new ProcessStartInfo("taskset", ["-a", "-p", "-c", processors, $"{pid}"]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        await taskset.StandardOutput.ReadToEndAsync();
        await taskset.WaitForExitAsync();
        if (taskset.ExitCode != 0)
            throw new InvalidOperationException($"taskset could not keep process {pid} on processors {processors}.");
    }

    private static async Task MeasureTurnsAsync(Report report, SupervisordClient direct, string how, Func<DateTime, Task> meanwhile)
    {
        await direct.CallAsync("turnwatch.reset", []);
        await meanwhile(DateTime.UtcNow + Hostile);
        var turns = (await direct.CallAsync("turnwatch.turns", [])).Items.Select(t => t.TryGetInt64(out var n) ? n : 0).ToArray();
        report.Add($"turn of supervisord's loop, {how}: turns per second", "", [Math.Round(turns[0] / Hostile.TotalSeconds)]);
        foreach (var (name, first) in new[] { ("by the clock", 1), ("of the processor", 5) })
        {
            report.Add($"  longest, {name}", "ms", [turns[first] / 1000.0]);
            report.Add($"  99.9 % are shorter than, {name}", "ms", [turns[first + 1] / 1000.0]);
            report.Add($"  half are shorter than, {name}", "ms", [turns[first + 3] / 1000.0]);
        }
    }

    private static async Task<Subscription> SubscribeAsync(SupervisordInstance supervisord)
    {
        await Eventually.BecomesAsync(() => Listening.AcceptsAsync(supervisord.AgentPort), accepts => accepts, TimeSpan.FromSeconds(20));
        var client = await ZeroRpcClient.ConnectAsync("127.0.0.1", supervisord.AgentPort);
        var events = client.StreamAsync("event_stream", []).GetAsyncEnumerator();
        await events.MoveNextAsync();
        return new Subscription(client, events);
    }

    private sealed record Subscription(ZeroRpcClient Client, IAsyncEnumerator<RpcValue> Events) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Client.DisposeAsync();
    }
}
