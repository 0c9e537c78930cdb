using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Multivisor.Testing;

namespace Multivisor.Bench;

/// <summary>
/// How late a client of the event stream is: after <c>kill -9</c> of a child, beside the moment at which supervisord itself handed the event
/// to a listener; after a start with <c>startsecs</c>; after a stop. With an agent that wakes supervisord and with one that does not: left
/// alone, supervisord notices a quiet child's death when something else wakes it, and at the latest within its one-second turn.
/// </summary>
internal static class LatencyBenchmark
{
    private const string Child = "one:child:child";
    private const int Rounds = 100;

    /// <summary>Of what takes a second each.</summary>
    private const int SlowRounds = 20;
    /// <summary>Between two deaths: they come one by one, and the agent's limit on wakes is not what is measured.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);

    private const string Asleep = "--no-wake";
    private const string Quiet = "command=/bin/sleep 100000\n";

    public static async Task RunAsync(Report report)
    {
        var talker = $"command=/usr/bin/python3 {Path.Combine(AppContext.BaseDirectory, "talker.py")}\n";
        // Beside a writing child another one writes: a supervisord whose children write is never long asleep.
        var neighbour = $"[program:neighbour]\n{talker}stdout_logfile={{dir}}/neighbour.log\nstderr_logfile=NONE\n";
        await KillAsync(report, new("writing child", $"{talker}autorestart=false", Rounds) { Others = neighbour, Original = "37 in all, 30 behind" });
        await KillAsync(report, new("quiet child", $"{Quiet}autorestart=false", Rounds) { Goal = new Goal(5, 20) });
        await KillAsync(report, new("quiet child, agent with --no-wake", $"{Quiet}autorestart=false", SlowRounds) { Arguments = Asleep });
        await KillAsync(report, new("quiet child, plug-in", $"{Quiet}autorestart=false", Rounds) { PlugIn = "wake=true" });
        await KillAsync(report, new("quiet child, plug-in with wake=false", $"{Quiet}autorestart=false", Rounds) { PlugIn = "wake=false" });
        await RestartAsync(report, new("writing child", $"{talker}autorestart=true", Rounds) { Others = neighbour });
        await RestartAsync(report, new("quiet child", $"{Quiet}autorestart=true", Rounds));
        await RestartAsync(report, new("quiet child, agent with --no-wake", $"{Quiet}autorestart=true", SlowRounds) { Arguments = Asleep });
        await RestartAsync(report, new("quiet child, plug-in", $"{Quiet}autorestart=true", Rounds) { PlugIn = "wake=true" });
        await StartAndStopAsync(report, new("agent", $"{Quiet}startsecs=1", SlowRounds));
        await StartAndStopAsync(report, new("agent with --no-wake", $"{Quiet}startsecs=1", SlowRounds) { Arguments = Asleep });
    }

    private static async Task KillAsync(Report report, Case measured)
    {
        await using var chain = await Chain.StartAsync(measured);
        var (total, behind) = (new List<double>(), new List<double>());
        var pid = await chain.RunningPidAsync();
        for (var round = 0; round < measured.Rounds; round++)
        {
            await Task.Delay(Pause);
            var killed = Kill(pid);
            await chain.ReadUntilAsync((_, running) => running != pid);
            var shown = Nanoseconds();
            total.Add((shown - killed) / 1e6);
            if (measured.PlugIn is null)
                behind.Add((shown - await chain.HandedAsync(pid)) / 1e6);
            pid = await chain.StartAgainAsync(pid);
        }

        report.Add($"kill -9, {measured.Kind}: until the client has it", "ms", [.. total], measured.Original, measured.Goal);
        if (behind.Count > 0)
            report.Add("  of that behind supervisord (agent, server, stream)", "ms", [.. behind], goal: new Goal(3, 10));
    }

    private static async Task RestartAsync(Report report, Case measured)
    {
        await using var chain = await Chain.StartAsync(measured);
        var total = new List<double>();
        var pid = await chain.RunningPidAsync();
        for (var round = 0; round < measured.Rounds; round++)
        {
            await Task.Delay(Pause);
            var killed = Kill(pid);
            pid = await chain.ReadUntilRunningAsync(pid);
            total.Add((Nanoseconds() - killed) / 1e6);
        }

        report.Add($"kill -9, {measured.Kind}: until the client has it RUNNING again", "ms", [.. total]);
    }

    private static async Task StartAndStopAsync(Report report, Case measured)
    {
        await using var chain = await Chain.StartAsync(measured);
        var (started, stopped) = (new List<double>(), new List<double>());
        await chain.RunningPidAsync();
        for (var round = 0; round < measured.Rounds; round++)
        {
            await Task.Delay(Pause);
            stopped.Add(await chain.ActAsync("stop", "STOPPED"));
            started.Add(await chain.ActAsync("start", "RUNNING"));
        }

        report.Add($"start with startsecs=1, {measured.Kind}: until the client has it RUNNING", "ms", [.. started]);
        report.Add($"stop, {measured.Kind}: until the client has it STOPPED", "ms", [.. stopped], measured.Arguments.Length == 0 ? "9" : "");
    }

    /// <returns>The moment right before the signal.</returns>
    private static long Kill(long pid)
    {
        using var process = Process.GetProcessById((int)pid);
        var now = Nanoseconds();
        process.Kill();
        return now;
    }

    private static long Nanoseconds() => (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100;

    /// <param name="Program">Settings of the child's section.</param>
    private sealed record Case(string Kind, string Program, int Rounds)
    {
        /// <summary>Further sections.</summary>
        public string Others { get; init; } = "";

        /// <summary>Of the agent.</summary>
        public string Arguments { get; init; } = "";

        /// <summary>Settings of the plug-in, when it is measured instead of the agent.</summary>
        public string? PlugIn { get; init; }

        public string Original { get; init; } = "";

        public Goal? Goal { get; init; }
    }

    /// <summary>A real supervisord with one child and a yardstick, the server, and a client of its event stream.</summary>
    private sealed class Chain(SupervisordInstance supervisord, BenchServer server, HttpResponseMessage response, StreamReader lines) : IAsyncDisposable
    {
        public static async Task<Chain> StartAsync(Case measured)
        {
            var listener = $"/usr/bin/python3 {Path.Combine(AppContext.BaseDirectory, "listener.py")} {{dir}}/events";
            var yardstick = measured.PlugIn is null ? $"[eventlistener:yardstick]\ncommand={listener}\nevents=PROCESS_STATE\nbuffer_size=1000\n" : "";
            var startSeconds = measured.Program.Contains("startsecs", StringComparison.Ordinal) ? "" : "startsecs=0\n";
            var supervisord = await SupervisordInstance.StartAsync(new SupervisordOptions
            {
                Agent = measured.PlugIn is null ? new SupervisordAgent(Binaries.Agent) { Arguments = measured.Arguments } : null,
                PlugIn = measured.PlugIn is { } settings ? new SupervisordPlugIn(settings) : null,
                Sections = $"{yardstick}[program:child]\n{measured.Program}\n{startSeconds}stdout_logfile={{dir}}/child.log\nstderr_logfile=NONE\n{measured.Others}",
            });
            var server = new BenchServer(("one", supervisord.AgentPort));
            await server.WaitForProcessesAsync((measured.PlugIn is null ? 3 : 1) + (measured.Others.Length > 0 ? 1 : 0));
            // supervisord keeps events back until a listener has run for a second.
            while ((await server.ProcessesAsync()).Values.Any(process => process.StateName != "RUNNING"))
                await Task.Delay(20);
            var response = await server.Http.GetAsync("/api/stream", HttpCompletionOption.ResponseHeadersRead);
            return new Chain(supervisord, server, response, new StreamReader(await response.Content.ReadAsStreamAsync()));
        }

        /// <summary>Asks the server alone, which does not wake supervisord for it.</summary>
        public async Task<long> RunningPidAsync()
        {
            while (true)
            {
                var child = (await server.ProcessesAsync())[Child];
                if (child is { StateName: "RUNNING", Pid: > 0 })
                    return child.Pid.Value;
                await Task.Delay(20);
            }
        }

        /// <summary>Starts it, and reads the stream up to where it runs, so that whatever comes next happened later.</summary>
        public async Task<long> StartAgainAsync(long before)
        {
            var started = PostAsync("start");
            var pid = await ReadUntilRunningAsync(before);
            await started;
            return pid;
        }

        public async Task<long> ReadUntilRunningAsync(long before)
        {
            long pid = 0;
            await ReadUntilAsync((state, now) => state == "RUNNING" && (pid = now) > 0 && now != before);
            return pid;
        }

        /// <param name="wanted">Is asked for each event of the child, with its state and its pid.</param>
        public async Task ReadUntilAsync(Func<string?, long, bool> wanted)
        {
            while (await lines.ReadLineAsync() is { } line)
            {
                if (!line.StartsWith("data:", StringComparison.Ordinal) || !line.Contains($"\"{Child}\"", StringComparison.Ordinal))
                    continue;
                using var document = JsonDocument.Parse(line[5..]);
                var child = document.RootElement.GetProperty("payload");
                if (wanted(child.GetProperty("statename").GetString(), child.GetProperty("pid").GetInt64()))
                    return;
            }

            throw new InvalidOperationException("The event stream ended.");
        }

        /// <summary>Asks for an action and waits until the child is shown in that state.</summary>
        /// <returns>How long that took, in milliseconds.</returns>
        public async Task<double> ActAsync(string action, string state)
        {
            var begun = Nanoseconds();
            var done = PostAsync(action);
            await ReadUntilAsync((now, _) => now == state);
            var shown = Nanoseconds();
            await done;
            return (shown - begun) / 1e6;
        }

        /// <summary>When supervisord handed the end of that process to the yardstick.</summary>
        public async Task<long> HandedAsync(long pid)
        {
            while (true)
            {
                using var reader = new StreamReader(new FileStream(Path.Combine(supervisord.Folder, "events"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
                while (await reader.ReadLineAsync() is { } line)
                {
                    if (line.Contains("PROCESS_STATE_EXITED", StringComparison.Ordinal) && line.EndsWith($"pid:{pid}", StringComparison.Ordinal))
                        return long.Parse(line.AsSpan(0, line.IndexOf(' ', StringComparison.Ordinal)), CultureInfo.InvariantCulture);
                }

                await Task.Delay(5);
            }
        }

        public async ValueTask DisposeAsync()
        {
            lines.Dispose();
            response.Dispose();
            server.Dispose();
            await supervisord.DisposeAsync();
        }

        private async Task PostAsync(string action)
        {
            using var form = new FormUrlEncodedContent([new("uid", Child)]);
            using var answer = await server.Http.PostAsync($"/api/process/{action}", form);
        }
    }
}
