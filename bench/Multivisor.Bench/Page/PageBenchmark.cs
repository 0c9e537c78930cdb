using System.Text.Json;
using System.Text.Json.Nodes;
using Multivisor.Testing;

namespace Multivisor.Bench.Page;

/// <summary>The page in a real browser, on the list of all processes, while 1,000 of 50,000 change each second.</summary>
internal static class PageBenchmark
{
    private const string Prefix = "page, 1,000 x 50, 1,000 changes/s: ";
    private const string Typed = "vacuum-w";
    private const int Loads = 5;
    private const int TypingRounds = 4;
    private static readonly TimeSpan Watch = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan BetweenKeys = TimeSpan.FromMilliseconds(300);

    public static async Task RunAsync(Report report)
    {
        using var fleet = await SimulatedFleetProcess.StartAsync("--supervisors", "1000", "--processes", "50");
        using var server = BenchServer.Watching(fleet);
        await server.WaitUntilReadyAsync();
        fleet.Command("rate 1000");
        using var browser = await Browser.StartAsync();
        var probe = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "probe.js"));

        var paints = new double[Loads];
        for (var round = 0; round < Loads; round++)
        {
            await using var once = await OpenAsync(browser, server, probe);
            paints[round] = await WaitForRowsAsync(once);
            await CloseAsync(once);
        }

        report.Add($"{Prefix}first useful paint (goal < 2,000)", "ms", paints);

        await using var page = await OpenAsync(browser, server, probe);
        await WaitForRowsAsync(page);
        // What the load itself costs is over then.
        await Task.Delay(TimeSpan.FromSeconds(5));
        await MeasureFramesAsync(report, page, server, fleet);
        await MeasureTypingAsync(report, page);
        await ProfileAsync(page);
    }

    /// <param name="path">Of the page's address.</param>
    public static async Task<CdpSession> OpenAsync(Browser browser, BenchServer server, string probe, string path = "/view/process")
    {
        var page = await browser.OpenAsync();
        await page.CallAsync("Page.enable");
        await page.CallAsync("Performance.enable", new JsonObject { ["timeDomain"] = "timeTicks" });
        await page.CallAsync("Network.enable");
        await page.CallAsync("Network.setCacheDisabled", new JsonObject { ["cacheDisabled"] = true });
        await page.CallAsync("Page.addScriptToEvaluateOnNewDocument", new JsonObject { ["source"] = probe });
        await page.CallAsync("Page.bringToFront");
        await page.CallAsync("Page.navigate", new JsonObject { ["url"] = $"http://127.0.0.1:{server.Port}{path}" });
        return page;
    }

    private static Task<JsonElement> CloseAsync(CdpSession page) => page.CallAsync("Page.close");

    private static async Task<double> WaitForRowsAsync(CdpSession page)
    {
        for (var attempt = 0; attempt < 600; attempt++)
        {
            var rows = await page.EvaluateAsync("window.probe?.firstRows ?? 0");
            if (rows.ValueKind == JsonValueKind.Number && rows.GetDouble() > 0)
                return rows.GetDouble();
            await Task.Delay(100);
        }

        throw new TimeoutException($"The page shows no rows, but: {await page.EvaluateAsync("document.documentElement.outerHTML.slice(0, 3000)")}");
    }

    private static async Task MeasureFramesAsync(Report report, CdpSession page, BenchServer server, SimulatedFleetProcess fleet)
    {
        var before = await page.MetricsAsync();
        var watching = page.EvaluateAsync($"probe.frameTimes({Watch.TotalMilliseconds:0})");
        var cpu = await ProcFile.CpuPercentAsync([server.Pid, fleet.Pid], watching);
        var after = await page.MetricsAsync();

        var seen = await watching;
        double[] frames = [.. seen.GetProperty("frames").EnumerateArray().Select(f => f.GetDouble())];
        double[] longTasks = [.. seen.GetProperty("longTasks").EnumerateArray().Select(t => t.GetDouble())];
        var seconds = after["Timestamp"] - before["Timestamp"];
        report.Add($"{Prefix}frames per second, each second (goal > 30)", "1/s", PerSecond(frames));
        report.Add("  time between frames", "ms", [.. frames.Zip(frames.Skip(1), (one, next) => next - one)]);
        report.Add($"{Prefix}main thread busy (goal < 50)", "%", [Math.Round((after["TaskDuration"] - before["TaskDuration"]) / seconds * 100, 1)]);
        report.Add("  of that scripts", "%", [Math.Round((after["ScriptDuration"] - before["ScriptDuration"]) / seconds * 100, 1)]);
        report.Add("  of that style and layout", "%",
            [Math.Round((after["LayoutDuration"] + after["RecalcStyleDuration"] - before["LayoutDuration"] - before["RecalcStyleDuration"]) / seconds * 100, 1)]);
        report.Add("  tasks longer than 50 ms", "", [longTasks.Length]);
        report.Add("  the longest", "ms", [longTasks.DefaultIfEmpty().Max()]);
        report.Add($"{Prefix}memory of the scripts", "MB", [Math.Round(after["JSHeapUsedSize"] / 1e6, 1)]);
        report.Add("  server, of a core", "%", [cpu[0]]);
        report.Add("  simulated agents together, of a core", "%", [cpu[1]]);
    }

    /// <summary>How many frames there were in each whole second.</summary>
    public static double[] PerSecond(double[] frames) =>
        [.. frames.GroupBy(f => (int)((f - frames[0]) / 1000)).OrderBy(g => g.Key).SkipLast(1).Select(g => (double)g.Count())];

    private static async Task MeasureTypingAsync(Report report, CdpSession page)
    {
        await page.EvaluateAsync("probe.box().focus()");
        // First slowly, to learn what each text leaves.
        var shown = new List<string> { await CountAsync(page) };
        foreach (var letter in Typed)
        {
            await PressAsync(page, $"{letter}");
            await Task.Delay(TimeSpan.FromSeconds(2));
            shown.Add(await CountAsync(page));
        }

        var adding = new List<double>();
        var removing = new List<double>();
        for (var round = 0; round < TypingRounds; round++)
        {
            for (var length = Typed.Length - 1; length >= 0; length--)
                removing.Add(await TimeAsync(page, "Backspace", shown[length]));
            for (var length = 1; length <= Typed.Length; length++)
                adding.Add(await TimeAsync(page, $"{Typed[length - 1]}", shown[length]));
        }

        report.Add($"{Prefix}key in the filter until its rows are shown (goal < 100)", "ms", [.. adding]);
        report.Add("  the same, a key that takes a letter away", "ms", [.. removing]);
    }

    private static async Task<string> CountAsync(CdpSession page) => (await page.EvaluateAsync("probe.count()")).GetString()!;

    private static async Task<double> TimeAsync(CdpSession page, string key, string expected)
    {
        await page.EvaluateAsync($"void (window.keyTime = probe.nextKey({JsonSerializer.Serialize(expected)}))");
        await PressAsync(page, key);
        var time = (await page.EvaluateAsync("window.keyTime")).GetDouble();
        await Task.Delay(BetweenKeys);
        return time;
    }

    private static async Task PressAsync(CdpSession page, string key)
    {
        var isText = key.Length == 1;
        var down = new JsonObject { ["type"] = isText ? "keyDown" : "rawKeyDown", ["key"] = key };
        if (isText)
            down["text"] = key;
        else
            down["windowsVirtualKeyCode"] = 8;
        await page.CallAsync("Input.dispatchKeyEvent", down);
        await page.CallAsync("Input.dispatchKeyEvent", new JsonObject { ["type"] = "keyUp", ["key"] = key });
    }

    /// <summary>Where the time goes, for whoever wants to know: a file for a browser's developer tools.</summary>
    private static async Task ProfileAsync(CdpSession page)
    {
        await page.CallAsync("Profiler.enable");
        await page.CallAsync("Profiler.start");
        await Task.Delay(TimeSpan.FromSeconds(5));
        var profile = (await page.CallAsync("Profiler.stop")).GetProperty("profile");
        var file = Path.Combine(TestData.RepositoryRoot, "artifacts", "page.cpuprofile");
        await File.WriteAllTextAsync(file, profile.GetRawText());
        Console.Error.WriteLine($"a profile of 5 s of it is in {file}");
    }
}
