using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Multivisor.EndToEnd.Page.Support;
using Multivisor.EndToEnd.Support;
using static Microsoft.Playwright.Assertions;

namespace Multivisor.EndToEnd.Page;

/// <summary>The log of a process opens where one is, and grows by itself.</summary>
[Collection(PageCollection.Name)]
public sealed class LogTests(Browser browser, Workshop workshop)
{
    [Theory]
    [InlineData("desk")]
    [InlineData("phone")]
    public async Task Log_OfAProcess_FollowsItsFileAndCloses(string device)
    {
        await browser.VisitAsync(workshop.Server, Device.Named(device), "/?filter=group:talker", async window =>
        {
            await window.ActAsync("one:talker:talker", "Log");
            var panel = PaneOf(window, "talker");
            await Expect(panel).ToContainTextAsync("first line");
            await Expect(panel).ToContainTextAsync("The log begins here.");

            var news = $"news for the {device}";
            await File.AppendAllTextAsync(workshop.TalkerLog, news + "\n");
            await Expect(panel).ToContainTextAsync(news);

            await panel.GetByRole(AriaRole.Button, new() { Name = "stderr" }).ClickAsync();
            await Expect(panel).ToContainTextAsync("warned");
            await Expect(panel).Not.ToContainTextAsync("first line");
            await panel.GetByRole(AriaRole.Button, new() { Name = "both" }).ClickAsync();
            await Expect(panel).ToContainTextAsync("first line");
            await Expect(panel.Locator(".log-row", new() { HasText = "warned" }).Locator(".label")).ToHaveTextAsync("stderr");

            await panel.GetByRole(AriaRole.Button, new() { Name = "Close the log" }).ClickAsync();
            await Expect(panel).ToHaveCountAsync(0);
            await Expect(window.Row("one:talker:talker")).ToBeVisibleAsync();
        });
    }

    [Theory]
    [InlineData("desk")]
    [InlineData("desk-dark")]
    [InlineData("phone")]
    [InlineData("phone-dark")]
    public async Task Log_InAllItsForms_IsFitForEverybody(string device)
    {
        await File.WriteAllTextAsync(workshop.LogOf("colours"), Colours);
        // On a phone one log has the whole width, and a second one is a swipe away.
        var others = Device.Named(device).IsTouch ? "" : "&log=out-selection:one:colours:colours,one:talker:talker";
        await browser.VisitAsync(workshop.Server, Device.Named(device), $"/?pinned=out:one:colours:colours{others}", async window =>
        {
            var pane = PaneOf(window, "colours");
            await Expect(pane).ToContainTextAsync("the last line");
            await pane.GetByRole(AriaRole.Searchbox).FillAsync("timeout");
            await Expect(pane.Locator(".hit")).ToHaveCountAsync(2);
            await pane.Locator(".log-row", new() { HasText = "sensor" }).Locator(".gutter").ClickAsync();
            await pane.GetByRole(AriaRole.Button, new() { Name = "Show whole" }).ClickAsync();
            await Expect(pane.GetByRole(AriaRole.Region, new() { Name = "The whole line" })).ToContainTextAsync("\"sensor\": 7");
            await LookAsync("log");

            await pane.GetByRole(AriaRole.Button, new() { Name = "Options of the log" }).ClickAsync();
            await window.Page.GetByRole(AriaRole.Menuitemcheckbox, new() { Name = "Wrap long lines" }).ClickAsync();
            await window.Page.GetByRole(AriaRole.Menuitemcheckbox, new() { Name = "Show when lines came" }).ClickAsync();
            await LookAsync("log-menu");
            await window.Page.Keyboard.PressAsync("Escape");
            await window.OpenAsync("/view/log?log=both:one:talker:talker");
            await Expect(PaneOf(window, "talker")).ToContainTextAsync("warned");
            await LookAsync("log-page");

            async Task LookAsync(string name)
            {
                await window.PictureAsync(name);
                await window.ExpectFitForEverybodyAsync(name);
            }
        });
    }

    [Fact]
    public async Task Log_ReaderScrollsAndSearches_IsPausedCountedAndFound()
    {
        var log = workshop.LogOf("logbook");
        await File.WriteAllLinesAsync(log, Enumerable.Range(0, 3000).Select(n => n % 1000 == 500 ? $"line {n} Needle" : $"line {n}"));
        await browser.VisitAsync(workshop.Server, Device.Desk, "/?filter=logbook&log=out:one:logbook:logbook", async window =>
        {
            var pane = PaneOf(window, "logbook");
            var rows = pane.GetByRole(AriaRole.Group, new() { Name = "Log of logbook" });
            await Expect(rows).ToContainTextAsync("line 2999");
            await Expect(pane).ToContainTextAsync("following");

            await rows.HoverAsync();
            await window.Page.Mouse.WheelAsync(0, -400);
            await Expect(pane).ToContainTextAsync("paused");
            await File.AppendAllLinesAsync(log, Enumerable.Range(3000, 25).Select(n => $"line {n}"));
            await Expect(pane).ToContainTextAsync("25 lines arrived");
            await Expect(rows).Not.ToContainTextAsync("line 3024");
            await window.Page.Keyboard.PressAsync("End");
            await Expect(rows).ToContainTextAsync("line 3024");
            await Expect(pane).ToContainTextAsync("following");

            // Of the last thousand lines, and then of the whole file.
            var box = pane.GetByRole(AriaRole.Searchbox, new() { Name = "Search in the log" });
            await window.Page.Keyboard.PressAsync("/");
            await Expect(box).ToBeFocusedAsync();
            await box.FillAsync("needle");
            await Expect(pane.GetByRole(AriaRole.Search)).ToContainTextAsync("1 line matches");
            await box.PressAsync("Enter");
            await Expect(rows.Locator(".hit")).ToHaveTextAsync("Needle");
            await Expect(pane).ToContainTextAsync("1 / 1");
            await pane.GetByRole(AriaRole.Button, new() { Name = "Search the whole log" }).ClickAsync();
            var results = pane.GetByRole(AriaRole.Region, new() { Name = "Search the whole log" });
            await Expect(results.GetByRole(AriaRole.Listitem)).ToHaveTextAsync(["line 500 Needle", "line 1500 Needle", "line 2500 Needle"]);
            await results.GetByText("line 1500 Needle").ClickAsync();
            await Expect(rows.Locator(".chosen")).ToContainTextAsync("line 1500 Needle");

            await pane.GetByRole(AriaRole.Button, new() { Name = "Show only lines that match" }).ClickAsync();
            await Expect(rows.Locator(".log-row")).ToHaveTextAsync([NeedleAt(500), NeedleAt(1500), NeedleAt(2500)]);
            await File.AppendAllTextAsync(log, "line 3025\nanother needle\n");
            await Expect(rows.Locator(".log-row")).ToHaveCountAsync(4);
            await pane.GetByRole(AriaRole.Button, new() { Name = "Upper and lower case differ" }).ClickAsync();
            await Expect(rows.Locator(".log-row")).ToHaveTextAsync([new Regex("another needle$", RegexOptions.None, TimeSpan.FromSeconds(1))]);

            // An expression that would hang a page is ended and says so.
            await File.AppendAllTextAsync(log, new string('a', 60) + "!\n");
            await pane.GetByRole(AriaRole.Button, new() { Name = "Regular expression" }).ClickAsync();
            await box.FillAsync("(a+)+$");
            await Expect(pane.GetByRole(AriaRole.Search)).ToContainTextAsync("takes too long");
            await box.FillAsync("^line 30[12]\\d$");
            await Expect(pane.GetByRole(AriaRole.Search)).ToContainTextAsync("16 lines match");
        });
    }

    [Fact]
    public async Task Log_HostileText_ChangesNothingOutsideItsLine()
    {
        string[] hostile =
        [
            "<img src=x onerror=\"window.evil=1\"><script>window.evil=2</script></div></section>",
            "\u001b]0;evil title\u0007\u001b[2J\u001b[1;1Hcleared\u001b[8mhidden\u001b[?25l",
            "\u202eevil\u2066turned",
            "nul\0bell\u0007return\rback",
            "\u001b[31;1mred and bold",
            string.Concat(Enumerable.Repeat("z\u0334\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308", 40)),
            "two\u2028in one",
        ];
        await File.WriteAllTextAsync(workshop.LogOf("hostile"), string.Concat(hostile.Select(line => $"before\n{line}\nafter\n")));
        await browser.VisitAsync(workshop.Server, Device.Desk, "/view/log?log=out:one:hostile:hostile", async window =>
        {
            var rows = PaneOf(window, "hostile").Locator(".log-row");
            await Expect(rows).ToHaveCountAsync(hostile.Length * 3);
            var shown = await rows.Locator(".text").AllTextContentsAsync();
            Assert.All(shown.Where((_, i) => i % 3 == 0), text => Assert.Equal("before", text));
            Assert.All(shown.Where((_, i) => i % 3 == 2), text => Assert.Equal("after", text));
            Assert.Equal(hostile[0], shown[1]);
            Assert.Equal("␛]0;evil title␇clearedhidden", shown[4]);
            Assert.Equal("<U+202E>evil<U+2066>turned", shown[7]);
            Assert.Equal("nul␀bell␇return␍back", shown[10]);
            Assert.Equal("two<U+2028>in one", shown[19]);
            await Expect(rows.Nth(13).Locator(".fg-1.bold")).ToHaveTextAsync("red and bold");
            await Expect(rows.Nth(14).Locator(".text span")).Not.ToHaveClassAsync(new Regex("fg-1", RegexOptions.None, TimeSpan.FromSeconds(1)));

            // Nothing ran, and each row is as high as the others and draws nothing beyond itself.
            Assert.Equal("undefined", await window.Page.EvaluateAsync<string>("typeof window.evil"));
            Assert.DoesNotContain("evil", await window.Page.TitleAsync(), StringComparison.Ordinal);
            var heights = await rows.EvaluateAllAsync<double[]>("rows => rows.map(row => row.getBoundingClientRect().height)");
            Assert.Single(heights.Distinct());
            Assert.All(await rows.EvaluateAllAsync<string[]>("rows => rows.map(row => getComputedStyle(row).overflowY)"), overflow => Assert.Equal("clip", overflow));
        });
    }

    [Fact]
    public async Task Log_RotatedFiles_AreReadBackToTheBeginningAndDownloaded()
    {
        var log = workshop.LogOf("history");
        // As supervisord leaves them: the oldest has the highest number. More than one page each.
        foreach (var (suffix, name) in ((string, string)[])[(".2", "oldest"), (".1", "older"), ("", "newest")])
            await File.WriteAllLinesAsync(log + suffix, Enumerable.Range(0, 4000).Select(n => $"{name} {n} {new string('.', 70)}"));
        await browser.VisitAsync(workshop.Server, Device.Desk, "/view/log?log=out:one:history:history", async window =>
        {
            var pane = PaneOf(window, "history");
            var rows = pane.GetByRole(AriaRole.Group, new() { Name = "Log of history" });
            await Expect(rows).ToContainTextAsync("newest 3999");

            // Each press reads one page: three files of 324 KB are no more than six.
            var head = rows.Locator(".log-head");
            for (var presses = 0; presses < 8; presses++)
            {
                await rows.PressAsync("Home");
                await Expect(head).ToHaveTextAsync(new Regex("Load earlier lines|The log begins here", RegexOptions.None, TimeSpan.FromSeconds(1)));
                if (await head.TextContentAsync() == "The log begins here.")
                    break;
            }

            await rows.PressAsync("Home");
            await Expect(head).ToHaveTextAsync("The log begins here.");
            await Expect(rows.Locator(".log-row").First).ToContainTextAsync("oldest 0 ");
            // Every line of all files once: 12,000 and the mark between the newest file and those before.
            await Expect(pane).ToContainTextAsync("12,001 lines");
            await window.Page.Keyboard.PressAsync("End");
            await Expect(rows).ToContainTextAsync("newest 3999");

            await pane.GetByRole(AriaRole.Button, new() { Name = "Options of the log" }).ClickAsync();
            var download = await window.Page.RunAndWaitForDownloadAsync(() =>
                window.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Download with rotated files" }).ClickAsync());
            var expected = new StringBuilder();
            foreach (var suffix in (string[])[".2", ".1", ""])
                expected.Append(await File.ReadAllTextAsync(log + suffix));
            Assert.Equal(expected.ToString(), await File.ReadAllTextAsync(await download.PathAsync()));
        });
    }

    [Fact]
    public async Task Log_Clear_AsksFirstThenTheFileBeginsAnew()
    {
        var log = workshop.LogOf("swept");
        await File.WriteAllTextAsync(log, "a line of before\n");
        await browser.VisitAsync(workshop.Server, Device.Desk, "/view/log?log=out:one:swept:swept", async window =>
        {
            var pane = PaneOf(window, "swept");
            await Expect(pane).ToContainTextAsync("a line of before");
            await ClearAsync("Cancel");
            Assert.Equal("a line of before\n", await File.ReadAllTextAsync(log));

            await ClearAsync("Clear");
            await Expect(window.Notice).ToContainTextAsync("The logs were cleared.");
            await Expect(pane).ToContainTextAsync("cleared: the file begins anew");
            Assert.Equal("", await File.ReadAllTextAsync(log));
            await File.AppendAllTextAsync(log, "a line of after\n");
            await Expect(pane).ToContainTextAsync("a line of after");

            async Task ClearAsync(string answer)
            {
                await pane.GetByRole(AriaRole.Button, new() { Name = "Options of the log" }).ClickAsync();
                await window.Page.GetByRole(AriaRole.Menuitem, new() { Name = "Clear…", Exact = true }).ClickAsync();
                await Expect(window.Dialog).ToContainTextAsync("Clear the logs of swept?");
                await window.Dialog.GetByRole(AriaRole.Button, new() { Name = answer, Exact = true }).ClickAsync();
                await Expect(window.Dialog).ToHaveCountAsync(0);
            }
        });
    }

    [Fact]
    public async Task Log_AddressOfALine_ShowsItAndFollowsFromTheEnd()
    {
        var log = workshop.LogOf("linked");
        await File.WriteAllLinesAsync(log, Enumerable.Range(0, 20_000).Select(n => $"entry {n:00000} {{\"number\": {n}}}"));
        await browser.VisitAsync(workshop.Server, Device.Desk, "/view/log?log=out:one:linked:linked", async window =>
        {
            // Link to the last line, taken from the page; then the same for one far before.
            var pane = PaneOf(window, "linked");
            await Expect(pane).ToContainTextAsync("entry 19999");
            await pane.Locator(".log-row", new() { HasText = "entry 19998" }).Locator(".gutter").ClickAsync();
            await Expect(pane).ToContainTextAsync("1 line selected");
            await window.Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
            await pane.GetByRole(AriaRole.Button, new() { Name = "Copy a link to this line" }).ClickAsync();
            await Expect(window.Notice).ToContainTextAsync("The address was copied.");
            var link = await window.Page.EvaluateAsync<string>("navigator.clipboard.readText()");
            var place = Regex.Match(link, @"line=(?<offset>\d+)@", RegexOptions.None, TimeSpan.FromSeconds(1));
            var length = "entry 00000 {\"number\": 00000}\n".Length;
            Assert.Equal(new FileInfo(log).Length - (2 * length), long.Parse(place.Groups["offset"].Value));

            // JSON is printed on demand.
            await pane.GetByRole(AriaRole.Button, new() { Name = "Show whole" }).ClickAsync();
            await Expect(pane.GetByRole(AriaRole.Region, new() { Name = "The whole line" })).ToContainTextAsync("{\n  \"number\": 19998\n}");

            var offset = string.Concat(Enumerable.Range(0, 5000).Select(n => $"entry {n:00000} {{\"number\": {n}}}\n")).Length;
            await window.OpenAsync(link.Replace(place.Value, $"line={offset}@", StringComparison.Ordinal));
            await Expect(pane.Locator(".chosen")).ToContainTextAsync("entry 05000");
            await Expect(pane).ToContainTextAsync("Newer lines are not loaded");
            await pane.GetByRole(AriaRole.Button, new() { Name = "To the end" }).ClickAsync();
            await Expect(pane).ToContainTextAsync("entry 19999");
            await File.AppendAllTextAsync(log, "entry that came\n");
            await Expect(pane).ToContainTextAsync("entry that came");
        });
    }

    [Fact]
    public async Task Logs_OfASelection_AreShownAsOneAndStaySideBySide()
    {
        await File.WriteAllTextAsync(workshop.LogOf("pair-a"), "from a\n");
        await File.WriteAllTextAsync(workshop.LogOf("pair-b"), "from b\n");
        await browser.VisitAsync(workshop.Server, Device.Desk, "/view/process?filter=pair-", async window =>
        {
            await window.SelectAsync("one:pair-a:pair-a");
            await window.SelectAsync("one:pair-b:pair-b");
            await window.Selection.GetByRole(AriaRole.Button, new() { Name = "Logs" }).ClickAsync();
            var merged = PaneOf(window, "2 processes");
            await Expect(merged).ToContainTextAsync("from b");
            await File.AppendAllTextAsync(workshop.LogOf("pair-a"), "more from a\n");
            var line = merged.Locator(".log-row", new() { HasText = "more from a" });
            await Expect(line.Locator(".label")).ToHaveTextAsync("pair-a");
            var other = merged.Locator(".log-row", new() { HasText = "from b" }).Locator(".label");
            Assert.NotEqual(await ColorOf(line.Locator(".label")), await ColorOf(other));

            await merged.GetByRole(AriaRole.Button, new() { NameRegex = new("^Pin", RegexOptions.None, TimeSpan.FromSeconds(1)) }).ClickAsync();
            await window.ActAsync("one:pair-a:pair-a", "Log");
            var single = PaneOf(window, "pair-a");
            await Expect(single).ToContainTextAsync("more from a");
            await Expect(merged).ToBeVisibleAsync();
            var (left, right) = ((await merged.BoundingBoxAsync())!, (await single.BoundingBoxAsync())!);
            Assert.True(left.X + left.Width <= right.X + 1, "they are not side by side");

            // The address has both; and a page of its own shows them too.
            await window.Page.ReloadAsync();
            await Expect(merged).ToContainTextAsync("from b");
            await Expect(single).ToContainTextAsync("more from a");
            await window.OpenAsync("/view/log?pinned=out-filter:pair-&log=main:one");
            await Expect(PaneOf(window, "filter: pair-")).ToContainTextAsync("from b");
            await Expect(PaneOf(window, "supervisord")).ToContainTextAsync("entered RUNNING state");
        });
    }

    [Fact]
    public async Task Log_NothingToShow_SaysWhyAndWhatToDo()
    {
        var host = await Site.StartAsync("lost", "[program:writer]\ncommand=/bin/cat\nstdout_logfile={dir}/writer.out\nstderr_logfile=NONE\n");
        await using var server = await ServerProcess.StartAsync(("lost", host.AgentPort));
        try
        {
            await File.WriteAllTextAsync(Path.Combine(host.Folder, "writer.out"), "");
            await browser.VisitAsync(server, Device.Desk, "/view/log?log=out:lost:writer:writer", async window =>
            {
                var pane = PaneOf(window, "writer");
                await Expect(pane).ToContainTextAsync("The log is empty.");
                await File.AppendAllTextAsync(Path.Combine(host.Folder, "writer.out"), "last words\n");
                await Expect(pane).ToContainTextAsync("last words");
                await host.DisposeAsync();
                await Expect(pane).ToContainTextAsync("lost is out of reach.");
                await Expect(pane).ToContainTextAsync("goes on by itself");
                await Expect(pane).ToContainTextAsync("last words");

                await window.OpenAsync("/view/log?log=err:lost:writer:writer");
                await Expect(pane).ToContainTextAsync("supervisord writes no stderr of writer to a file.");
                await Expect(pane).ToContainTextAsync("stderr_logfile=AUTO");
                await window.OpenAsync("/view/log?log=out:lost:nobody:nobody");
                await Expect(window.Page.Locator("main")).ToContainTextAsync("There is no process lost:nobody:nobody (any more).");
            });
        }
        finally
        {
            await host.DisposeAsync();
        }
    }

    private static string Colours { get; } = string.Join('\n', (string[])
    [
        "14:02:10   INFO  wago wcid00b 8123 cycle ok in 11 ms",
        "14:02:14   WARN  modbus 10.0.3.7: read timeout after 2000 ms, retry 1",
        "14:02:15   ERROR modbus 10.0.3.7: read timeout after 2000 ms, giving up",
        "14:02:16   DEBUG state machine: idle -> polling",
        "{\"level\": \"error\", \"sensor\": 7, \"value\": [1, 2]}",
        string.Concat(Enumerable.Range(0, 16).Select(n => $"\u001b[{(n < 8 ? 30 + n : 82 + n)}mcolour {n}\u001b[0m ")),
        string.Concat(Enumerable.Range(0, 16).Select(n => $"\u001b[{(n < 8 ? 40 + n : 92 + n)}mground {n}\u001b[0m ")),
        "\u001b[1mbold \u001b[3mitalic \u001b[4munderlined\u001b[0m \u001b[7minverse\u001b[0m \u001b[2mfaint\u001b[0m",
        "日本語のログ und größere Zeichen \u202e turned",
        "a long line " + string.Concat(Enumerable.Range(0, 60).Select(n => $"word{n} ")),
        "the last line\n",
    ]);

    private static ILocator PaneOf(PageWindow window, string title) =>
        window.Page.GetByRole(AriaRole.Region, new() { Name = $"Log of {title}", Exact = true });

    private static Regex NeedleAt(int line) => new($"line {line} Needle$", RegexOptions.None, TimeSpan.FromSeconds(1));

    private static Task<string> ColorOf(ILocator part) => part.First.EvaluateAsync<string>("part => getComputedStyle(part).color");
}
