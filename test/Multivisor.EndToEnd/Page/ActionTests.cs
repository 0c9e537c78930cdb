using Multivisor.Testing;
using Multivisor.EndToEnd.Page.Support;
using static Microsoft.Playwright.Assertions;

namespace Multivisor.EndToEnd.Page;

/// <summary>What is done from the page is done on the hosts, and what became of it can be read.</summary>
[Collection(PageCollection.Name)]
public sealed class ActionTests(Browser browser, Workshop workshop)
{
    [Theory]
    [InlineData("desk")]
    [InlineData("phone")]
    public async Task StopAndStart_OfOneProcess_AskNothingAndTellTheResult(string device)
    {
        var label = $"stopone-{device}:stopone-{device}_00";
        var uid = $"one:{label}";
        await browser.VisitAsync(workshop.Server, Device.Named(device), $"/?filter=group:stopone-{device}", async window =>
        {
            await window.ActAsync(uid, "Stop");
            await window.ExpectStateAsync(uid, "STOPPED");
            await Expect(window.Dialog).ToHaveCountAsync(0);
            await Expect(window.Results.Locator("article").Filter(new() { HasText = $"Stop {label}" })).ToContainTextAsync("done");
            Assert.Equal("STOPPED", await workshop.StateOfAsync(uid));

            await window.ActAsync(uid, "Start");
            await window.ExpectStateAsync(uid, "RUNNING");
            Assert.Equal("RUNNING", await workshop.StateOfAsync(uid));

            await window.OpenRecentActionsAsync();
            await Expect(window.Run($"Stop {label}").Last).ToContainTextAsync("done");
            await Expect(window.Run($"Start {label}").Last).ToContainTextAsync("done");
        });
    }

    [Theory]
    [InlineData("desk")]
    [InlineData("phone")]
    public async Task StopOfASelection_AcrossViews_NamesWhatItTouchesAndKeepsEachResult(string device)
    {
        var group = $"stopmany-{device}";
        string[] all = [$"one:{group}:{group}_00", $"one:{group}:{group}_01", $"two:{group}:{group}_00", $"two:{group}:{group}_01"];
        await browser.VisitAsync(workshop.Server, Device.Named(device), $"/?filter=group:{group}", async window =>
        {
            if (window.Device.IsTouch)
                await window.ChooseAsync("Options of this view", "Select several");
            await window.SelectAsync(all[0]);
            await Expect(window.Selection).ToContainTextAsync("1 selected on 1 supervisor");

            await window.View("Processes").ClickAsync();
            await Expect(window.CheckBox(all[0])).ToBeCheckedAsync();
            await window.PressAsync(window.Selection.GetByRole(AriaRole.Button, new() { Name = "Select all 4 that match" }));
            await Expect(window.Selection).ToContainTextAsync("4 selected on 2 supervisors");
            await window.PressAsync(window.CheckBox(all[3]));
            await Expect(window.Selection).ToContainTextAsync("3 selected on 2 supervisors");

            var stop = window.Selection.GetByRole(AriaRole.Button, new() { Name = "Stop…" });
            await window.PressAsync(stop);
            await Expect(window.Dialog).ToContainTextAsync("Stop 3 processes?");
            await Expect(window.Dialog).ToContainTextAsync("3 processes on 2 supervisors · 3 of them run now");
            var hosts = window.Dialog.Locator("dl > div");
            await Expect(hosts).ToHaveCountAsync(2);
            await Expect(hosts.Nth(0).Locator("dt")).ToHaveTextAsync("one");
            await Expect(hosts.Nth(0).Locator("dd > span")).ToHaveTextAsync([$"{group}:{group}_00", $"{group}:{group}_01"]);
            await Expect(hosts.Nth(1).Locator("dt")).ToHaveTextAsync("two");
            await Expect(hosts.Nth(1).Locator("dd > span")).ToHaveTextAsync([$"{group}:{group}_00"]);
            await window.ExpectFitForEverybodyAsync("stop dialog");
            await window.PictureAsync("stop-dialog");

            await window.PressAsync(window.Dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" }));
            await Expect(window.Dialog).ToHaveCountAsync(0);
            await Expect(window.Selection).ToContainTextAsync("3 selected");
            Assert.Equal("RUNNING", await workshop.StateOfAsync(all[0]));

            await window.PressAsync(stop);
            await window.PressAsync(window.Dialog.GetByRole(AriaRole.Button, new() { Name = "Stop", Exact = true }));
            foreach (var uid in all[..3])
                await window.ExpectStateAsync(uid, "STOPPED");
            await Expect(window.Selection).ToHaveCountAsync(0);
            Assert.Equal("STOPPED", await workshop.StateOfAsync(all[0]));
            Assert.Equal("RUNNING", await workshop.StateOfAsync(all[3]));

            // The corner empties itself when all went well; the results stay.
            await Expect(window.Results).ToHaveCountAsync(0);
            await window.OpenRecentActionsAsync();
            var run = window.Run("Stop 3 processes");
            await window.PressAsync(run.GetByRole(AriaRole.Button, new() { Name = "Show each result" }));
            await Expect(run.Locator("li")).ToHaveCountAsync(3);
            await Expect(run.Locator("li.done")).ToHaveCountAsync(3);
        });
    }

    [Theory]
    [InlineData("desk")]
    [InlineData("phone")]
    public async Task FailedStart_StaysWithTheWordsOfSupervisordAndAHint(string device)
    {
        await browser.VisitAsync(workshop.Server, Device.Named(device), "/?filter=name:fails", async window =>
        {
            await window.ActAsync("one:fails:fails", "Start");

            var run = window.Run("Start fails");
            await Expect(run).ToContainTextAsync("can't find command '/does/not/exist'");
            await Expect(run).ToContainTextAsync("The command of the program does not exist on that host");
            await window.ExpectFitForEverybodyAsync("failed action");
            await window.PictureAsync("failed-action");

            await window.PressAsync(run.GetByRole(AriaRole.Button, new() { Name = "Dismiss" }));
            await Expect(window.Results).ToHaveCountAsync(0);
        });
    }

    [Fact]
    public async Task RestartOfAGroup_AsksAndGivesEachProcessAnotherPid()
    {
        string[] uids = ["one:group:group_00", "one:group:group_01", "two:group:group_00", "two:group:group_01"];
        await browser.VisitAsync(workshop.Server, Device.Desk, "/?filter=group:group", async window =>
        {
            var before = await PidsAsync(uids);
            await window.ChooseAsync("Actions for group group", "Restart…");
            await Expect(window.Dialog).ToContainTextAsync("Restart 4 processes?");
            await window.PressAsync(window.Dialog.GetByRole(AriaRole.Button, new() { Name = "Restart", Exact = true }));

            var run = window.Run("Restart 4 processes");
            await Expect(run).ToContainTextAsync("done");
            // Some are done before the others.
            await Eventually.BecomesAsync(() => PidsAsync(uids), after => before.Zip(after).All(pids => pids.First != pids.Second), TimeSpan.FromSeconds(60));
            foreach (var uid in uids)
                await window.ExpectStateAsync(uid, "RUNNING");
        });
    }

    [Fact]
    public async Task Signal_AsksForItsName_AndAWrongOneIsToldInWords()
    {
        const string Uid = "two:signal:signal_00";
        await browser.VisitAsync(workshop.Server, Device.Desk, $"/?filter=group:signal&process={Uid}", async window =>
        {
            var signal = window.Page.GetByRole(AriaRole.Complementary).GetByRole(AriaRole.Button, new() { Name = "Signal… signal:signal_00" });
            await signal.ClickAsync();
            await Expect(window.Dialog).ToContainTextAsync("Send a signal to 1 process?");
            var box = window.Dialog.GetByLabel("Signal, a name or a number");
            await Expect(box).ToBeFocusedAsync();
            await box.FillAsync("NOSUCH");
            await window.Page.Keyboard.PressAsync("Enter");
            await Expect(window.Run("Signal signal:signal_00")).ToContainTextAsync("NOSUCH");
            await Expect(window.Run("Signal signal:signal_00")).ToContainTextAsync("Choose a signal that the host knows");
            Assert.Equal("RUNNING", await workshop.StateOfAsync(Uid));

            await signal.ClickAsync();
            await box.FillAsync("KILL");
            await window.Page.Keyboard.PressAsync("Enter");
            await window.ExpectStateAsync(Uid, "EXITED");
            await window.ActAsync(Uid, "Start");
            await window.ExpectStateAsync(Uid, "RUNNING");
        });
    }

    [Fact]
    public async Task WhatCannotBeDone_SaysWhy()
    {
        await browser.VisitAsync(workshop.Server, Device.Desk, "/?filter=group:why", async window =>
        {
            var start = await window.MenuEntryAsync("Actions for group why", "Start");
            await Expect(start).ToHaveAttributeAsync("aria-disabled", "true");
            await Expect(start).ToContainTextAsync("There is nothing here to do this to.");
            await window.Page.Keyboard.PressAsync("Escape");

            await window.OpenAsync("/view/process?filter=group:multivisor-rpc supervisor:one");
            var stop = await window.ActionAsync("one:multivisor-rpc:multivisor-rpc", "Stop");
            await Expect(stop).ToHaveAttributeAsync("aria-disabled", "true");
            await window.PressInVainAsync(stop);
            await Expect(window.Notice).ToContainTextAsync("without it the host would be lost");
            Assert.Equal("RUNNING", await workshop.StateOfAsync("one:multivisor-rpc:multivisor-rpc"));

            await window.OpenAsync("/?filter=group:multivisor-rpc");
            await Expect(window.Page.GetByText("No process matches this filter.")).ToBeVisibleAsync();
            await window.ChooseAsync("Options of this view", "Show agents and event listeners");
            await Expect(window.Row("one:multivisor-rpc:multivisor-rpc")).ToBeVisibleAsync();
        });
    }

    [Fact]
    public async Task NameThatDeceives_IsSeenAsItIs()
    {
        const string Shown = "pump_‹U+202E›exe.txt";
        var uid = $"one:{Workshop.DeceptiveName}:{Workshop.DeceptiveName}";
        await browser.VisitAsync(workshop.Server, Device.Desk, "/view/process?filter=name:pump*", async window =>
        {
            await Expect(window.Name(uid)).ToHaveTextAsync(Shown);
            await window.SelectAsync(uid);
            await window.Selection.GetByRole(AriaRole.Button, new() { Name = "Signal…" }).ClickAsync();
            await Expect(window.Dialog.Locator("dd > span")).ToHaveTextAsync(Shown);
            Assert.DoesNotContain('\u202E', await window.Page.Locator("body").InnerTextAsync());
        });
    }

    private async Task<long[]> PidsAsync(string[] uids)
    {
        var supervisors = await workshop.Api.SupervisorsAsync();
        return [.. uids.Select(uid => supervisors[uid.Split(':')[0]].Processes[uid].Pid!.Value)];
    }
}
