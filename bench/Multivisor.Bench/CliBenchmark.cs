using System.Diagnostics;
using System.Globalization;
using Multivisor.Testing;

namespace Multivisor.Bench;

/// <summary>How long a person waits for the prompt and a script for a command, and what the prompt takes; the site has the demo's size.</summary>
internal static class CliBenchmark
{
    private const int Rounds = 20;

    public static async Task RunAsync(Report report)
    {
        await using var supervisord = await SupervisordInstance.StartAsync(new SupervisordOptions
        {
            Identifier = "lid001",
            Agent = new SupervisordAgent(Binaries.Agent),
            Sections = SupervisordOptions.Sleepers("web", 25),
        });
        using var server = new BenchServer([("lid001", supervisord.AgentPort)]);
        await server.WaitForProcessesAsync(26);
        var state = Directory.CreateTempSubdirectory("mvb-");
        try
        {
            var url = server.Http.BaseAddress!.Authority;
            var prompts = new List<double>();
            var memory = new List<double>();
            var commands = new List<double>();
            for (var round = 0; round < Rounds; round++)
            {
                var fields = (await RunAsync("/usr/bin/python3", state, Path.Combine(AppContext.BaseDirectory, "prompt.py"), Binaries.Cli, "--url", url)).Split(' ');
                prompts.Add(double.Parse(fields[0], CultureInfo.InvariantCulture));
                memory.Add(double.Parse(fields[1], CultureInfo.InvariantCulture) / 1000);
                var started = Stopwatch.GetTimestamp();
                await RunAsync(Binaries.Cli, state, "--url", url, "status");
                commands.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            }

            report.Add("multivisor-cli: start until the prompt with its toolbar", "ms", [.. prompts], "520");
            report.Add("multivisor-cli status: start to end", "ms", [.. commands]);
            report.Add("multivisor-cli: resident memory at the prompt", "MB", [.. memory], "48");
        }
        finally
        {
            state.Delete(recursive: true);
        }

        await MeasureTopAsync(report);
    }

    /// <summary><c>top</c> before 50,000 processes of which 1,000 change each second: what it costs, and how soon it answers a key.</summary>
    private static async Task MeasureTopAsync(Report report)
    {
        using var fleet = await SimulatedFleetProcess.StartAsync("--supervisors", "1000", "--processes", "50");
        using var server = BenchServer.Watching(fleet);
        await server.WaitUntilReadyAsync();
        fleet.Command("rate 1000");
        var state = Directory.CreateTempSubdirectory("mvb-");
        try
        {
            var url = server.Http.BaseAddress!.Authority;
            var fields = (await RunAsync("/usr/bin/python3", state, Path.Combine(AppContext.BaseDirectory, "top.py"), Binaries.Cli, "--url", url, "top")).Split(' ');
            double[] numbers = [.. fields.Select(f => double.Parse(f, CultureInfo.InvariantCulture))];
            report.Add("top, 50,000 processes, 1,000 changes/s: a key until its answer", "ms", numbers[2..]);
            report.Add("top, 50,000 processes, 1,000 changes/s: of a core", "%", [numbers[0]]);
            report.Add("top, 50,000 processes, 1,000 changes/s: resident memory", "MB", [numbers[1] / 1000]);
        }
        finally
        {
            state.Delete(recursive: true);
        }
    }

    private static async Task<string> RunAsync(string program, DirectoryInfo state, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            Environment = { ["XDG_STATE_HOME"] = state.FullName, ["TERM"] = "xterm-256color" },
        };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output.Trim() : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {output}");
    }
}
