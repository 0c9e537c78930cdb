using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Multivisor.Testing;

namespace Multivisor.Bench.Page;

/// <summary>The log of one process in a real browser: 100,000 lines and then a million read back, and 2,000 lines a second while it follows.</summary>
internal static class PageLogsBenchmark
{
    private const int LinesPerSecond = 2_000;

    /// <summary>What is there before the page is opened, and more than is read back.</summary>
    private const int Written = 1_010_000;

    private static readonly TimeSpan Watch = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(20);

    public static async Task RunAsync(Report report)
    {
        await using var supervisord = await SupervisordInstance.StartAsync(new()
        {
            Agent = new SupervisordAgent(Binaries.Agent),
            Sections = "[program:noisy]\ncommand=/bin/sleep 100000\nstartsecs=0\nstdout_logfile={dir}/noisy.log\nstderr_logfile=NONE\n",
        });
        using var server = new BenchServer(("one", supervisord.AgentPort));
        await server.WaitForProcessesAsync(2);
        var file = Path.Combine(supervisord.Folder, "noisy.log");
        await File.WriteAllLinesAsync(file, Enumerable.Range(0, Written).Select(Line));

        using var browser = await Browser.StartAsync();
        var probe = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "probe.js"));
        await using var page = await PageBenchmark.OpenAsync(browser, server, probe, "/view/log?log=out:one:noisy:noisy");
        await UntilAsync(page, $"document.querySelector('.log-lines')?.textContent.includes('{Written - 1} ')");
        report.Add("page, log: open until the last line is shown", "ms", [(await page.EvaluateAsync("performance.now()")).GetDouble()]);
        var end = await MeasureAsync(report, page, file, 100_000, Written);
        await MeasureAsync(report, page, file, 1_000_000, end);
    }

    /// <returns>The number of the first line that is not written yet.</returns>
    private static async Task<int> MeasureAsync(Report report, CdpSession page, string file, int lines, int end)
    {
        var what = FormattableString.Invariant($"page, log of {lines:N0} lines: ");
        var (reading, already) = (Stopwatch.StartNew(), await CountAsync(page));
        while (await CountAsync(page) is var before && before < lines)
        {
            await PressAsync(page, "Home");
            await UntilAsync(page, $"({Count}) > {before}");
        }

        report.Add($"{what}read back {lines - already:N0} of them", "ms", [reading.ElapsedMilliseconds]);
        report.Add("  lines that are loaded", "", [await CountAsync(page)]);
        report.Add("  frames per second while it is scrolled through", "1/s", await ScrollAsync(page));
        await PressAsync(page, "End");
        return await FollowAsync(report, page, file, what, end);
    }

    private static Task PressAsync(CdpSession page, string key) =>
        page.EvaluateAsync($"document.querySelector('.log-lines').dispatchEvent(new KeyboardEvent('keydown', {{ key: '{key}', bubbles: true }}))");

    private static async Task<int> FollowAsync(Report report, CdpSession page, string file, string what, int end)
    {
        var before = await page.MetricsAsync();
        var watching = page.EvaluateAsync($"probe.frameTimes({Watch.TotalMilliseconds:0})");
        var written = await WriteAsync(file, end, watching);
        var seen = await watching;
        var after = await page.MetricsAsync();
        double[] frames = [.. seen.GetProperty("frames").EnumerateArray().Select(f => f.GetDouble())];
        double[] longTasks = [.. seen.GetProperty("longTasks").EnumerateArray().Select(t => t.GetDouble())];
        var seconds = after["Timestamp"] - before["Timestamp"];
        var stopwatch = Stopwatch.StartNew();
        await UntilAsync(page, $"document.querySelector('.log-lines').textContent.includes('{end + written - 1} ')");
        report.Add($"{what}frames per second while 2,000 lines/s come, each second (goal > 30)", "1/s", PageBenchmark.PerSecond(frames));
        report.Add("  time between frames", "ms", [.. frames.Zip(frames.Skip(1), (one, next) => next - one)]);
        report.Add("  tasks longer than 50 ms", "", [longTasks.Length]);
        report.Add("  the longest", "ms", [longTasks.DefaultIfEmpty().Max()]);
        report.Add("  main thread busy", "%", [Math.Round((after["TaskDuration"] - before["TaskDuration"]) / seconds * 100, 1)]);
        report.Add("  lines written meanwhile", "", [written]);
        report.Add("  until the last of them was shown", "ms", [stopwatch.ElapsedMilliseconds]);
        report.Add($"{what}memory of the scripts at its end (goal < 200)", "MB", [Math.Round(after["JSHeapUsedSize"] / 1e6, 1)]);
        await page.CallAsync("HeapProfiler.collectGarbage");
        report.Add("  after garbage was collected", "MB", [Math.Round((await page.MetricsAsync())["JSHeapUsedSize"] / 1e6, 1)]);
        report.Add("  private memory of the page's process, browser included", "MB", [RendererMegabytes()]);
        report.Add("  lines that are loaded", "", [await CountAsync(page)]);
        return end + written;
    }

    /// <summary>Writes at the rate until the other is over.</summary>
    /// <returns>How many lines.</returns>
    private static async Task<int> WriteAsync(string file, int first, Task meanwhile)
    {
        await using var writer = new FileStream(file, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        using var timer = new PeriodicTimer(Beat);
        var since = Stopwatch.StartNew();
        var written = 0;
        while (!meanwhile.IsCompleted && await timer.WaitForNextTickAsync())
        {
            var due = (int)(since.Elapsed.TotalSeconds * LinesPerSecond);
            var lines = new StringBuilder();
            for (; written < due; written++)
                lines.Append(Line(first + written)).Append('\n');
            await writer.WriteAsync(Encoding.UTF8.GetBytes(lines.ToString()));
            await writer.FlushAsync();
        }

        return written;
    }

    private static async Task<double[]> ScrollAsync(CdpSession page)
    {
        var frames = await page.EvaluateAsync("""
            (async () => {
              const view = document.querySelector('.log-lines')
              const frames = []
              const begin = performance.now()
              await new Promise((done) => {
                const next = (now) => {
                  frames.push(now)
                  view.scrollTop = (view.scrollHeight * ((now - begin) % 2500)) / 2500
                  if (now < begin + 10000) requestAnimationFrame(next)
                  else done()
                }
                requestAnimationFrame(next)
              })
              return frames
            })()
            """);
        return PageBenchmark.PerSecond([.. frames.EnumerateArray().Select(f => f.GetDouble())]);
    }

    private const string Count = "Number((document.querySelector('.log-foot .numbers')?.textContent ?? '0').replace(/\\D/g, ''))";

    private static async Task<long> CountAsync(CdpSession page) => (long)(await page.EvaluateAsync(Count)).GetDouble();

    private static async Task UntilAsync(CdpSession page, string expression)
    {
        for (var attempt = 0; attempt < 3000; attempt++)
        {
            if ((await page.EvaluateAsync($"Boolean({expression})")).GetBoolean())
                return;
            await Task.Delay(10);
        }

        throw new TimeoutException($"The page never came to: {expression}; it shows: {await page.EvaluateAsync("document.body.innerText.slice(0, 2000)")}");
    }

    /// <summary>Of the renderer that takes most: it is the one page's.</summary>
    private static double RendererMegabytes() => Process.GetProcessesByName("chromium")
        .Where(process => File.ReadAllText($"/proc/{process.Id}/cmdline").Contains("--type=renderer", StringComparison.Ordinal))
        .Select(process => File.ReadLines($"/proc/{process.Id}/smaps_rollup").Where(l => l.StartsWith("Private_", StringComparison.Ordinal))
            .Sum(l => long.Parse(l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture)))
        .DefaultIfEmpty().Max() / 1000.0;

    private static string Line(int number) => number % 50 == 0
        ? $"2026-11-28 10:00:00,123 \u001b[31mERROR\u001b[0m reading {number} of sensor {number % 97} timed out after 2000 ms, giving up"
        : $"2026-11-28 10:00:00,123 INFO  reading {number} of sensor {number % 97}: {number * 7919 % 100_003} units, cycle ok in 11 ms";
}
