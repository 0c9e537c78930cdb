using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Multivisor.EndToEnd.Page.Support;
using Multivisor.Testing;
using static Microsoft.Playwright.Assertions;

namespace Multivisor.EndToEnd.Page;

/// <summary>The main flows without a pointer.</summary>
[Collection(PageCollection.Name)]
public sealed partial class KeyboardTests(Browser browser, Workshop workshop)
{
    [Fact]
    public async Task Keys_WalkSelectOpenAndComeBack()
    {
        await browser.VisitAsync(workshop.Server, Device.Desk, "/", async window =>
        {
            var keyboard = window.Page.Keyboard;
            await keyboard.PressAsync("?");
            await Expect(window.Page.GetByRole(AriaRole.Dialog, new() { Name = "Keys" })).ToBeVisibleAsync();
            await Expect(window.Dialog).ToContainTextAsync("In a log");
            await window.ExpectFitForEverybodyAsync("keys");
            await window.PictureAsync("keys");
            await keyboard.PressAsync("Escape");
            await Expect(window.Dialog).ToHaveCountAsync(0);

            await keyboard.PressAsync("/");
            await Expect(window.FilterBox).ToBeFocusedAsync();
            await keyboard.TypeAsync("group:keys");
            await keyboard.PressAsync("Escape");
            await keyboard.PressAsync("Enter");
            await Expect(window.FilterBox).ToHaveValueAsync("group:keys");
            await window.FilterBox.BlurAsync();
            await keyboard.PressAsync("3");
            await Expect(window.Page).ToHaveURLAsync(ProcessesOfKeys());
            await Expect(window.Page.Locator(".table-row")).ToHaveCountAsync(4);

            await keyboard.PressAsync("j");
            await Expect(window.Name("one:keys:keys_00")).ToBeFocusedAsync();
            await keyboard.PressAsync("ArrowDown");
            await Expect(window.Name("two:keys:keys_00")).ToBeFocusedAsync();
            await keyboard.PressAsync("Space");
            await Expect(window.Selection).ToContainTextAsync("1 selected");
            await keyboard.PressAsync("Space");
            await Expect(window.Selection).ToHaveCountAsync(0);
            await keyboard.PressAsync("End");
            await Expect(window.Name("two:keys:keys_01")).ToBeFocusedAsync();
            await keyboard.PressAsync("k");
            await Expect(window.Name("one:keys:keys_01")).ToBeFocusedAsync();

            await keyboard.PressAsync("Enter");
            await Expect(window.Page.GetByRole(AriaRole.Heading, new() { Name = "Details of keys:keys_01" })).ToBeFocusedAsync();
            await keyboard.PressAsync("Escape");
            await Expect(window.Page.GetByRole(AriaRole.Complementary)).ToHaveCountAsync(0);
            await Expect(window.Name("one:keys:keys_01")).ToBeFocusedAsync();
        });
    }

    [Fact]
    public async Task Restart_ByKeyboard_KeepsTheFocusWhereItIs()
    {
        const string Uid = "one:restart:restart_00";
        await browser.VisitAsync(workshop.Server, Device.Desk, "/?filter=group:restart", async window =>
        {
            var pid = await PidAsync(Uid);
            await Expect(window.Row(Uid)).ToBeVisibleAsync();
            await window.Page.Keyboard.PressAsync("j");
            await Expect(window.Name(Uid)).ToBeFocusedAsync();
            var restart = window.Row(Uid).Locator(".act-restart");
            for (var tabs = 0; tabs < 3; tabs++)
                await window.Page.Keyboard.PressAsync("Tab");
            await Expect(restart).ToBeFocusedAsync();

            await window.Page.Keyboard.PressAsync("Enter");
            await Eventually.BecomesAsync(async () => await PidAsync(Uid), now => now is not null && now != pid, TimeSpan.FromSeconds(30));
            await window.ExpectStateAsync(Uid, "RUNNING");
            await Expect(restart).ToBeFocusedAsync();

            await window.Page.Keyboard.PressAsync("Tab");
            await window.Page.Keyboard.PressAsync("Enter");
            await window.ExpectStateAsync(Uid, "STOPPED");
            await Expect(window.Row(Uid).GetByRole(AriaRole.Button, new() { NameRegex = Start() })).ToBeFocusedAsync();
            await window.Page.Keyboard.PressAsync("Enter");
            await window.ExpectStateAsync(Uid, "RUNNING");
        });
    }

    [Fact]
    public async Task Palette_GoesToAProcessAndRunsAnAction()
    {
        const string Uid = "two:keys:keys_01";
        await browser.VisitAsync(workshop.Server, Device.Desk, "/", async window =>
        {
            var keyboard = window.Page.Keyboard;
            await Expect(window.Row(Uid)).ToBeVisibleAsync();
            var pid = await PidAsync(Uid);
            await keyboard.PressAsync("Control+k");
            var box = window.Page.GetByRole(AriaRole.Combobox, new() { Name = "Go to or do" });
            await Expect(box).ToBeFocusedAsync();
            await keyboard.TypeAsync($"rest {Uid}");
            await Expect(window.Page.GetByRole(AriaRole.Option).First).ToContainTextAsync("Restart keys:keys_01");
            await window.ExpectFitForEverybodyAsync("palette");
            await window.PictureAsync("palette");
            await keyboard.PressAsync("Enter");
            await Expect(window.Run("Restart keys:keys_01")).ToContainTextAsync("done");
            Assert.NotEqual(pid, await PidAsync(Uid));

            await keyboard.PressAsync("Control+k");
            await Expect(box).ToBeFocusedAsync();
            await keyboard.TypeAsync("keys_00");
            await keyboard.PressAsync("ArrowDown");
            await keyboard.PressAsync("Enter");
            await Expect(window.Page.GetByRole(AriaRole.Heading, new() { Name = "Details of keys:keys_00" })).ToBeVisibleAsync();
            await Expect(window.Page).ToHaveURLAsync(SecondOfKeys());
        });
    }

    [Fact]
    public async Task Dialog_HoldsTheFocus_AndGivesItBack()
    {
        string[] uids = ["one:dialogkeys:dialogkeys_00", "two:dialogkeys:dialogkeys_00"];
        await browser.VisitAsync(workshop.Server, Device.Desk, "/view/process?filter=group:dialogkeys", async window =>
        {
            var keyboard = window.Page.Keyboard;
            await Expect(window.Row(uids[0])).ToBeVisibleAsync();
            await keyboard.PressAsync("j");
            await keyboard.PressAsync("Space");
            await keyboard.PressAsync("j");
            await keyboard.PressAsync("Space");
            await Expect(window.Selection).ToContainTextAsync("2 selected");
            var stop = window.Selection.GetByRole(AriaRole.Button, new() { Name = "Stop…" });
            await stop.FocusAsync();

            await keyboard.PressAsync("Enter");
            var cancel = window.Dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" });
            var confirm = window.Dialog.GetByRole(AriaRole.Button, new() { Name = "Stop", Exact = true });
            await Expect(cancel).ToBeFocusedAsync();
            await keyboard.PressAsync("Tab");
            await Expect(confirm).ToBeFocusedAsync();
            for (var tabs = 0; tabs < 5; tabs++)
            {
                await keyboard.PressAsync("Tab");
                Assert.True(await window.Page.EvaluateAsync<bool>("() => document.activeElement.closest('[role=dialog]') !== null"));
            }

            await keyboard.PressAsync("Escape");
            await Expect(window.Dialog).ToHaveCountAsync(0);
            await Expect(stop).ToBeFocusedAsync();
            Assert.Equal("RUNNING", await workshop.StateOfAsync(uids[0]));

            await keyboard.PressAsync("Enter");
            await Expect(cancel).ToBeFocusedAsync();
            await keyboard.PressAsync("Tab");
            await keyboard.PressAsync("Enter");
            foreach (var uid in uids)
                await window.ExpectStateAsync(uid, "STOPPED");
        });
    }

    private async Task<long?> PidAsync(string uid) => (await workshop.Api.SupervisorAsync(uid.Split(':')[0])).Processes[uid].Pid;

    [GeneratedRegex(@"/view/process\?filter=group:keys", RegexOptions.None, 1000)]
    private static partial Regex ProcessesOfKeys();

    [GeneratedRegex("process=(?:one|two):keys:keys_00", RegexOptions.None, 1000)]
    private static partial Regex SecondOfKeys();

    [GeneratedRegex("^Start ", RegexOptions.None, 1000)]
    private static partial Regex Start();
}
