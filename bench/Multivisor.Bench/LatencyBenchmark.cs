using System.Globalization;
using System.Text.Json;
using Multivisor.Testing;

namespace Multivisor.Bench;

/// <summary>
/// <c>kill -9</c> of a child until a client of the event stream has it, beside the moment at which supervisord itself
/// handed the event to a listener. supervisord notices a death when something else wakes it, for example output of its
/// children, and at the latest within its one-second turn; a child that it restarts at once keeps it busy right then.
/// </summary>
internal static class LatencyBenchmark
{
    private const int Rounds = 40;

    public static async Task RunAsync(Report report)
    {
        var talker = $"command=/usr/bin/python3 {Path.Combine(AppContext.BaseDirectory, "talker.py")}\n";
        // Beside a writing child another one writes: a supervisord whose children write is never long asleep.
        var neighbour = $"[program:neighbour]\n{talker}stdout_logfile={{dir}}/neighbour.log\nstderr_logfile=NONE\n";
        const string Quiet = "command=/bin/sleep 100000\n";
        await MeasureAsync(report, "writing child", $"{talker}autorestart=false", neighbour, "37 in all, 30 behind");
        await MeasureAsync(report, "quiet child", $"{Quiet}autorestart=false", "", "");
        await MeasureAsync(report, "writing child, restarted at once", $"{talker}autorestart=true", neighbour, "");
        await MeasureAsync(report, "quiet child, restarted at once", $"{Quiet}autorestart=true", "", "");
    }

    private static async Task MeasureAsync(Report report, string kind, string program, string others, string original)
    {
        var listener = $"/usr/bin/python3 {Path.Combine(AppContext.BaseDirectory, "listener.py")} {{dir}}/events";
        await using var supervisord = await SupervisordInstance.StartAsync(new SupervisordOptions
        {
            Agent = new SupervisordAgent(Binaries.Agent),
            Sections = $"[eventlistener:yardstick]\ncommand={listener}\nevents=PROCESS_STATE\nbuffer_size=1000\n"
                + $"[program:child]\n{program}\nstartsecs=0\nstdout_logfile={{dir}}/child.log\nstderr_logfile=NONE\n{others}",
        });
        using var server = new BenchServer(("one", supervisord.AgentPort));
        await server.WaitForProcessesAsync(3);
        using var response = await server.Http.GetAsync("/api/stream", HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());

        var total = new double[Rounds];
        var behind = new double[Rounds];
        for (var round = 0; round < Rounds; round++)
        {
            var pid = await RunningPidAsync(server);
            var killed = Nanoseconds();
            SupervisordInstance.Signal(pid, "KILL");
            await ReadUntilAsync(lines, pid);
            var shown = Nanoseconds();
            var handed = await HandedAsync(Path.Combine(supervisord.Folder, "events"), pid);
            total[round] = (shown - killed) / 1e6;
            behind[round] = (shown - handed) / 1e6;
        }

        report.Add($"kill -9, {kind}: until the event-stream client has it", "ms", total, original);
        report.Add("  of that behind supervisord (agent, server, stream)", "ms", behind, goal: new Goal(3, 10));
    }

    private static async Task<long> RunningPidAsync(BenchServer server)
    {
        while (true)
        {
            var child = (await server.ProcessesAsync())["one:child:child"];
            if (child is { StateName: "RUNNING", Pid: > 0 })
                return child.Pid.Value;
            if (child.StateName == "EXITED")
            {
                using var form = new FormUrlEncodedContent([new("uid", "one:child:child")]);
                using var started = await server.Http.PostAsync("/api/process/start", form);
            }

            await Task.Delay(20);
        }
    }

    /// <summary>Until the first event that does not show that process running any more.</summary>
    private static async Task ReadUntilAsync(StreamReader lines, long pid)
    {
        while (await lines.ReadLineAsync() is { } line)
        {
            if (!line.StartsWith("data:", StringComparison.Ordinal) || !line.Contains("\"one:child:child\"", StringComparison.Ordinal))
                continue;
            using var document = JsonDocument.Parse(line[5..]);
            if (document.RootElement.GetProperty("payload").GetProperty("pid").GetInt64() != pid)
                return;
        }

        throw new InvalidOperationException("The event stream ended.");
    }

    private static async Task<long> HandedAsync(string file, long pid)
    {
        while (true)
        {
            using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            while (await reader.ReadLineAsync() is { } line)
            {
                if (line.Contains("PROCESS_STATE_EXITED", StringComparison.Ordinal) && line.EndsWith($"pid:{pid}", StringComparison.Ordinal))
                    return long.Parse(line.AsSpan(0, line.IndexOf(' ', StringComparison.Ordinal)), CultureInfo.InvariantCulture);
            }

            await Task.Delay(5);
        }
    }

    private static long Nanoseconds() => (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100;
}
