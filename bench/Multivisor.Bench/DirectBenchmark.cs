using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Multivisor.Supervisord;
using Multivisor.Testing;

namespace Multivisor.Bench;

/// <summary>
/// Supervisors without an agent: how late a change is known, watched and unwatched, with a log of supervisord's own to follow and without; what asking
/// costs both sides; what a frozen host does to the others.
/// </summary>
internal static class DirectBenchmark
{
    private const int Supervisors = 300;
    private const int ProcessesEach = 30;
    private const double Rate = 60;
    private const string Prefix = "300 x 30 direct: ";
    private static readonly TimeSpan Busy = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LongestPeriod = TimeSpan.FromSeconds(14);

    public static async Task RunAsync(Report report)
    {
        foreach (var (options, what) in new[] { (Array.Empty<string>(), "with its log"), (["--no-main-log"], "without its log") })
        {
            using var fleet = await SimulatedFleetProcess.StartAsync(
                [.. options, "--supervisors", $"{Supervisors}", "--direct", $"{Supervisors}", "--processes", $"{ProcessesEach}", "--stamp"]);
            using var server = BenchServer.Watching(fleet);
            await server.WaitForProcessesAsync(Supervisors * ProcessesEach);
            // All hosts were asked just now, because all were new.
            await Task.Delay(LongestPeriod);
            await MeasureIdleAsync(report, server, fleet, $"unwatched, {what}");
            await MeasureUnwatchedAsync(report, server, fleet, what);
            await MeasureWatchedAsync(report, server, fleet, $"watched, {what}");
            fleet.Command("hang 1 600");
            await MeasureWatchedAsync(report, server, fleet, $"watched, {what}, one host frozen");
            if (options.Length == 0)
                report.Add($"{Prefix}resident memory", "MB", [ProcFile.ResidentMegabytes(server.Pid)]);
        }

        await MeasureRealAsync(report);
    }

    private static async Task MeasureIdleAsync(Report report, BenchServer server, SimulatedFleetProcess fleet, string how)
    {
        var before = await fleet.StatisticAsync("calls");
        var cpu = await ProcFile.CpuPercentAsync([server.Pid], Task.Delay(Busy));
        report.Add($"{Prefix}idle {how}, server, of a core", "%", [cpu[0]]);
        report.Add("  questions per second, all hosts together", "", [Math.Round((await fleet.StatisticAsync("calls") - before) / Busy.TotalSeconds, 1)]);
    }

    private static async Task MeasureWatchedAsync(Report report, BenchServer server, SimulatedFleetProcess fleet, string how)
    {
        using var client = await ChangeReader.StartAsync(server.Http);
        fleet.Command($"rate {Rate}");
        await Task.Delay(TimeSpan.FromSeconds(5));
        var before = await fleet.StatisticAsync("calls");
        client.Begin();
        var cpu = await ProcFile.CpuPercentAsync([server.Pid], Task.Delay(Busy));
        var delays = client.End();
        var calls = await fleet.StatisticAsync("calls") - before;
        fleet.Command("rate 0");
        report.Add($"{Prefix}{how}: change until the client has it", "ms", delays);
        report.Add("  questions per second, all hosts together", "", [Math.Round(calls / Busy.TotalSeconds, 1)]);
        report.Add("  server, of a core", "%", [cpu[0]]);
        await Task.Delay(TimeSpan.FromSeconds(5));
    }

    /// <summary>Nobody reads events; the history of each process tells afterwards when the server knew of its exit.</summary>
    private static async Task MeasureUnwatchedAsync(Report report, BenchServer server, SimulatedFleetProcess fleet, string what)
    {
        var crashed = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0;
        fleet.Command($"crash {Supervisors}");
        await Task.Delay(LongestPeriod);
        var delays = new List<double>();
        // It was the first of its host that ran; the stamp in its description tells which.
        foreach (var (uid, process) in await server.ProcessesAsync())
        {
            if (process.Description.Contains(" changed ", StringComparison.Ordinal) && await FirstAfterAsync(server, uid, crashed) is { } at)
                delays.Add((at - crashed) * 1000);
        }

        report.Add($"{Prefix}unwatched, {what}: exit until the server knows", "ms", [.. delays]);
    }

    private static async Task<double?> FirstAfterAsync(BenchServer server, string uid, double time)
    {
        using var history = JsonDocument.Parse(await server.Http.GetStringAsync($"/api/process/history/{uid}"));
        foreach (var entry in history.RootElement.EnumerateArray())
        {
            if (entry.TryGetProperty("at", out var at) && at.ValueKind == JsonValueKind.Number && at.GetDouble() >= time)
                return at.GetDouble();
        }

        return null;
    }

    /// <summary>What being asked costs a real supervisord, and how soon a quiet child's death is known there.</summary>
    private static async Task MeasureRealAsync(Report report)
    {
        await using var supervisord = await SupervisordInstance.StartAsync(new SupervisordOptions
        {
            Identifier = "real",
            Inet = true,
            Sections = SupervisordOptions.Sleepers("sleeper", ProcessesEach, "autorestart=true\nstartsecs=0"),
        });
        await MeasureCallsAsync(report, supervisord);
        var alone = await ProcFile.CpuPercentAsync([supervisord.Pid], Task.Delay(Busy));
        report.Add("real supervisord with 30 processes, nobody asks, of a core", "%", [alone[0]]);
        using var server = new BenchServer($"[global]\nname=Bench\n[supervisor:real]\nurl={supervisord.InetUrl}\n");
        await server.WaitForProcessesAsync(ProcessesEach);
        await Task.Delay(LongestPeriod);
        var unwatched = await ProcFile.CpuPercentAsync([supervisord.Pid], Task.Delay(Busy));
        report.Add("  asked while nobody watches", "%", [unwatched[0]]);
        using var events = await server.Http.GetAsync("/api/stream", HttpCompletionOption.ResponseHeadersRead);
        var watched = await ProcFile.CpuPercentAsync([supervisord.Pid], Task.Delay(Busy));
        report.Add("  asked while somebody watches", "%", [watched[0]]);
        report.Add("  kill -9 of a quiet child until the client has its successor", "ms", await KillAsync(server, await events.Content.ReadAsStreamAsync()));
    }

    /// <summary>
    /// supervisord writes a large answer in pieces with Nagle on: who does not acknowledge at once waits 40 ms for the next. And who sends head and body of a
    /// small question apart waits as long for supervisord's acknowledgement.
    /// </summary>
    private static async Task MeasureCallsAsync(Report report, SupervisordInstance supervisord)
    {
        await using var client = new SupervisordClient(SupervisordUrl.Parse(supervisord.InetUrl));
        using var plain = new HttpClient { BaseAddress = new Uri(supervisord.InetUrl) };
        report.Add("supervisord over TCP, a kept connection: getState", "ms", await TimesAsync(300, () => client.GetStateAsync()));
        report.Add("  getAllProcessInfo of 30 processes", "ms", await TimesAsync(300, () => client.GetAllProcessInfoAsync()));
        report.Add("  the same without TCP_QUICKACK", "ms", await TimesAsync(100, () => PostAsync(plain, "getAllProcessInfo")));
        using var apart = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await apart.ConnectAsync(IPAddress.Loopback, supervisord.InetPort);
        report.Add("  getState, head and body sent apart, as Python's client does", "ms", await TimesAsync(100, () => AskApartAsync(apart)), "45");
    }

    private static async Task PostAsync(HttpClient client, string method)
    {
        using var body = new StringContent($"<methodCall><methodName>supervisor.{method}</methodName></methodCall>");
        using var answer = await client.PostAsync("/RPC2", body);
        await answer.Content.ReadAsByteArrayAsync();
    }

    private static async Task AskApartAsync(Socket socket)
    {
        var body = "<methodCall><methodName>supervisor.getState</methodName></methodCall>"u8.ToArray();
        await socket.SendAsync(Encoding.ASCII.GetBytes($"POST /RPC2 HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nContent-Length: {body.Length}\r\n\r\n"));
        await socket.SendAsync(body);
        var answer = new byte[4096];
        for (var length = 0; !answer.AsSpan(0, length).EndsWith("</methodResponse>\n"u8);)
            length += await socket.ReceiveAsync(answer.AsMemory(length));
    }

    private static async Task<double[]> TimesAsync(int count, Func<Task> callAsync)
    {
        var times = new double[count];
        for (var i = -10; i < count; i++)
        {
            var started = Stopwatch.GetTimestamp();
            await callAsync();
            if (i >= 0)
                times[i] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }

        return times;
    }

    private static async Task<double[]> KillAsync(BenchServer server, Stream events)
    {
        using var lines = new StreamReader(events);
        var delays = new List<double>();
        for (var i = 0; i < 30; i++)
        {
            var name = $"real:sleeper:sleeper_{i % ProcessesEach:00}";
            var pid = (await server.ProcessesAsync())[name].Pid!.Value;
            var killed = Stopwatch.GetTimestamp();
            using (var process = Process.GetProcessById((int)pid))
                process.Kill();
            while (await lines.ReadLineAsync() is { } line)
            {
                if (line.Contains($"\"uid\":\"{name}\"", StringComparison.Ordinal) && !line.Contains(pid.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal))
                    break;
            }

            delays.Add(Stopwatch.GetElapsedTime(killed).TotalMilliseconds);
            // supervisord and the server come to rest, so that no kill profits from the one before.
            await Task.Delay(TimeSpan.FromMilliseconds(300 + (i * 37 % 700)));
        }

        return [.. delays];
    }
}
