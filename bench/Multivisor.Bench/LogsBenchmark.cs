using System.Globalization;
using System.Text.Json;
using Multivisor.Testing;

namespace Multivisor.Bench;

/// <summary>From a write until a client of a followed log has the line, for each way in which a server reads logs of a host.</summary>
internal static class LogsBenchmark
{
    private const int Lines = 400;
    private static readonly Random Random = new(7);

    private static string Sections { get; } =
        $"[program:stamps]\ncommand=/usr/bin/python3 {Path.Combine(AppContext.BaseDirectory, "stamps.py")}\nstartsecs=0\n"
        + "stdout_logfile={dir}/stamps.log\nstderr_logfile=NONE\n"
        + "[program:still]\ncommand=/bin/sleep 100000\nstartsecs=0\nstdout_logfile={dir}/still.log\nstderr_logfile=NONE\n";

    public static async Task RunAsync(Report report)
    {
        await using (var supervisord = await SupervisordInstance.StartAsync(new() { Agent = new SupervisordAgent(Binaries.Agent), Sections = Sections }))
        {
            using var server = new BenchServer(("one", supervisord.AgentPort));
            await server.WaitForProcessesAsync(3);
            report.Add("our agent: append to the file until the client has it (goal < 50)", "ms", await AppendAsync(server, Path.Combine(supervisord.Folder, "still.log")));
            report.Add("our agent: write of a child until the client has it", "ms", await FollowAsync(server));
        }

        foreach (var (name, options) in new (string, SupervisordOptions)[]
        {
            ("supervisord's unix socket", new() { Sections = Sections }), ("supervisord's HTTP server", new() { Sections = Sections, UnixSocket = false, Inet = true }),
        })
        {
            await using var supervisord = await SupervisordInstance.StartAsync(options);
            var url = options.Inet ? supervisord.InetUrl : supervisord.UnixUrl;
            using var server = new BenchServer($"[global]\nname=Bench\n[supervisor:one]\nurl={url}\n");
            await server.WaitForProcessesAsync(2);
            report.Add($"{name}: write of a child until the client has it", "ms", await FollowAsync(server));
        }
    }

    private static async Task<double[]> FollowAsync(BenchServer server)
    {
        using var log = await LogFollow.OpenAsync(server, "stamps");
        // What the first answer brings was written before anybody looked.
        await log.NextAsync();
        await Task.Delay(TimeSpan.FromSeconds(2));
        log.Forget();
        var delays = new List<double>();
        while (delays.Count < Lines)
            delays.AddRange(await log.NextAsync());
        return [.. delays];
    }

    private static async Task<double[]> AppendAsync(BenchServer server, string file)
    {
        await File.WriteAllTextAsync(file, "first\n");
        using var log = await LogFollow.OpenAsync(server, "still");
        await log.UntilAsync("first");
        var delays = new double[Lines];
        for (var i = 0; i < Lines; i++)
        {
            await Task.Delay(Random.Next(5, 60));
            await File.AppendAllTextAsync(file, $"{Nanoseconds()}\n");
            delays[i] = (await log.NextAsync()).Single();
        }

        return delays;
    }

    private static long Nanoseconds() => (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100;

    private sealed class LogFollow(HttpResponseMessage response, StreamReader lines) : IDisposable
    {
        private DateTime _from = DateTime.MinValue;

        public static async Task<LogFollow> OpenAsync(BenchServer server, string program)
        {
            while (true)
            {
                var response = await server.Http.GetAsync($"/api/process/log/out/follow/one:{program}:{program}?lines=1", HttpCompletionOption.ResponseHeadersRead);
                if (response.IsSuccessStatusCode)
                    return new LogFollow(response, new StreamReader(await response.Content.ReadAsStreamAsync()));
                // Not started yet.
                response.Dispose();
                await Task.Delay(50);
            }
        }

        /// <summary>Lines that were written before now do not count.</summary>
        public void Forget() => _from = DateTime.UtcNow;

        /// <summary>How late each line of the next event is, in milliseconds.</summary>
        public async Task<double[]> NextAsync()
        {
            while (await lines.ReadLineAsync() is { } line)
            {
                var now = Nanoseconds();
                if (!line.StartsWith("data:", StringComparison.Ordinal) || !line.Contains("\"text\"", StringComparison.Ordinal))
                    continue;
                var text = JsonElement.Parse(line[5..]).GetProperty("text").GetString()!;
                double[] delays =
                [
                    .. from stamp in text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                       where stamp.Length == 19
                       let written = long.Parse(stamp, CultureInfo.InvariantCulture)
                       where DateTime.UnixEpoch.AddTicks(written / 100) >= _from
                       select (now - written) / 1e6,
                ];
                if (delays.Length > 0)
                    return delays;
            }

            throw new InvalidOperationException("The log ended.");
        }

        public async Task UntilAsync(string text)
        {
            while (await lines.ReadLineAsync() is { } line && !line.Contains(text, StringComparison.Ordinal))
            {
            }
        }

        public void Dispose()
        {
            lines.Dispose();
            response.Dispose();
        }
    }
}
