using System.Diagnostics;
using Multivisor.Testing;

namespace Multivisor.Bench;

/// <summary>Memory and start of each program, and what a client that keeps its connection waits for the state of the demo's size.</summary>
internal static class ProgramsBenchmark
{
    private const int Rounds = 7;

    public static async Task RunAsync(Report report)
    {
        await MeasureAgentStartAsync(report);
        await MeasureSiteAsync(report);
    }

    private static async Task MeasureAgentStartAsync(Report report)
    {
        await using var supervisord = await SupervisordInstance.StartAsync(new SupervisordOptions());
        var samples = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            var port = FreePort.Take();
            var start = new ProcessStartInfo(Binaries.Agent, ["--bind", $"127.0.0.1:{port}"])
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { ["SUPERVISOR_SERVER_URL"] = supervisord.UnixUrl },
            };
            var started = Stopwatch.GetTimestamp();
            using var agent = Process.Start(start)!;
            while (!await Listening.AcceptsAsync(port))
                await Task.Delay(1);
            samples.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            agent.Kill();
            await agent.WaitForExitAsync();
        }

        report.Add("multivisor-rpc: start until it listens", "ms", [.. samples], "350", new Goal(30));
    }

    private static async Task MeasureSiteAsync(Report report)
    {
        var names = (string[])["lid001", "lid002", "baslid001"];
        var supervisords = await Task.WhenAll(names.Select(name => SupervisordInstance.StartAsync(new SupervisordOptions
        {
            Identifier = name,
            Agent = new SupervisordAgent(Binaries.Agent),
            Sections = SupervisordOptions.Sleepers("web", 8),
        })));
        try
        {
            await MeasureServerAsync(report, [.. names.Select((name, i) => (name, supervisords[i].AgentPort))]);
        }
        finally
        {
            foreach (var supervisord in supervisords)
                await supervisord.DisposeAsync();
        }
    }

    private static async Task MeasureServerAsync(Report report, (string Name, int Port)[] site)
    {
        var starts = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            var started = Stopwatch.GetTimestamp();
            using var once = new BenchServer(site);
            await once.WaitForProcessesAsync(27);
            starts.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        report.Add("multivisor: start until 3 supervisors are shown with 27 processes", "ms", [.. starts], "560");
        var answers = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            var started = Stopwatch.GetTimestamp();
            using var once = new BenchServer(site);
            await once.WaitForProcessesAsync(0);
            answers.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        report.Add("multivisor: start until its first answer", "ms", [.. answers], goal: new Goal(80));

        using var server = new BenchServer(site);
        await server.WaitForProcessesAsync(27);
        var gets = new double[1000];
        for (var i = -100; i < gets.Length; i++)
        {
            var sent = Stopwatch.GetTimestamp();
            await server.Http.GetByteArrayAsync("/api/data");
            if (i >= 0)
                gets[i] = Stopwatch.GetElapsedTime(sent).TotalMilliseconds;
        }

        report.Add("GET /api/data, one client that keeps its connection", "ms", gets, "44");
        await Task.Delay(TimeSpan.FromSeconds(25));
        report.Add("multivisor: resident memory, 3 supervisors, idle", "MB", [ProcFile.ResidentMegabytes(server.Pid)], "49", new Goal(40));
        var agents = Process.GetProcessesByName("multivisor-rpc");
        report.Add("multivisor-rpc: resident memory, idle, each", "MB", [.. agents.Select(a => ProcFile.ResidentMegabytes(a.Id))], "41", new Goal(14));
    }
}
