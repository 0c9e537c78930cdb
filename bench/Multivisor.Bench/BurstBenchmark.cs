using System.Diagnostics;
using Multivisor.Supervisord;
using Multivisor.Testing;

namespace Multivisor.Bench;

/// <summary>
/// Stops and starts a group of 100 processes, ten times, behind the listener configuration of the README: how many
/// are shown in a wrong state one second after the last change, and how long until none is.
/// </summary>
internal static class BurstBenchmark
{
    private const int Rounds = 10;
    private const int Size = 100;

    public static async Task RunAsync(Report report)
    {
        await using var supervisord = await SupervisordInstance.StartAsync(new SupervisordOptions
        {
            Agent = new SupervisordAgent(Binaries.Agent),
            Sections = SupervisordOptions.Sleepers("many", Size),
        });
        using var server = new BenchServer(("one", supervisord.AgentPort));
        await server.WaitForProcessesAsync(Size + 1);
        await using var truth = new SupervisordClient(SupervisordUrl.Parse(supervisord.UnixUrl));

        var wrong = new List<double>();
        var settled = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            await truth.StopProcessGroupAsync("many");
            await MeasureAsync(server, truth, ProcessState.Stopped, wrong, settled);
            await truth.StartProcessGroupAsync("many");
            await MeasureAsync(server, truth, ProcessState.Running, wrong, settled);
        }

        report.Add("group of 100 stopped or started: wrong states after 1 s", "proc", [.. wrong], "90 of 100");
        report.Add("  until no state is wrong", "ms", [.. settled], "never");
    }

    private static async Task MeasureAsync(
        BenchServer server, SupervisordClient truth, ProcessState state, List<double> wrong, List<double> settled)
    {
        while ((await truth.GetAllProcessInfoAsync()).Count(p => p.Group == "many" && p.State == state) < Size)
            await Task.Delay(5);
        var lastChange = Stopwatch.GetTimestamp();
        double? right = null;
        while (Stopwatch.GetElapsedTime(lastChange) < TimeSpan.FromSeconds(1))
        {
            right ??= await WrongAsync(server, state) == 0 ? Stopwatch.GetElapsedTime(lastChange).TotalMilliseconds : null;
            await Task.Delay(5);
        }

        wrong.Add(await WrongAsync(server, state));
        settled.Add(right ?? double.PositiveInfinity);
    }

    private static async Task<int> WrongAsync(BenchServer server, ProcessState state) =>
        (await server.ProcessesAsync()).Values.Count(p => p.Group == "many" && p.State != (int)state);
}
