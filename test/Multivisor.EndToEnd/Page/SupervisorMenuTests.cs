using Multivisor.EndToEnd.Page.Support;
using Multivisor.EndToEnd.Support;
using Multivisor.Testing;
using static Microsoft.Playwright.Assertions;

namespace Multivisor.EndToEnd.Page;

/// <summary>What can be done to a supervisord as a whole.</summary>
[Collection(PageCollection.Name)]
public sealed class SupervisorMenuTests(Browser browser, Workshop workshop)
{
    private const string Menu = "Actions for supervisor north";

    [Fact]
    public async Task Menu_RereadsUpdatesRestartsAndShutsDown()
    {
        await using var north = await Site.StartAsync("north", SupervisordOptions.Sleepers("web", 2));
        await using var server = await ServerProcess.StartAsync(("north", north.AgentPort));
        await browser.VisitAsync(server, Device.Desk, "/view/supervisor", async window =>
        {
            north.WriteConfig(SupervisordOptions.Sleepers("web", 2) + SupervisordOptions.Sleepers("extra", 1));
            await window.ChooseAsync(Menu, "Reread");
            await Expect(window.Dialog).ToHaveCountAsync(0);
            await Expect(window.Run("Reread north")).ToContainTextAsync("1 added; 0 changed; 0 disappeared");
            await Expect(window.Row("north:extra:extra")).ToHaveCountAsync(0);

            await window.ChooseAsync(Menu, "Update…");
            await Expect(window.Dialog).ToContainTextAsync("Update 1 supervisor?");
            await window.Dialog.GetByRole(AriaRole.Button, new() { Name = "Update", Exact = true }).ClickAsync();
            await Expect(window.Row("north:extra:extra")).ToBeVisibleAsync();
            await Expect(window.Run("Update north")).ToContainTextAsync("done");

            var before = await server.Api.SupervisorAsync("north");
            await window.ChooseAsync(Menu, "Restart…");
            await Expect(window.Dialog).ToContainTextAsync("Restart 1 supervisor?");
            await Expect(window.Dialog).ToContainTextAsync("4 processes on 1 supervisor · 4 of them run now");
            await Expect(window.Dialog.Locator("dd > span")).ToHaveTextAsync(["extra", "multivisor-rpc", "web:web_00", "web:web_01"], new() { UseInnerText = true });
            await window.Dialog.GetByRole(AriaRole.Button, new() { Name = "Restart", Exact = true }).ClickAsync();
            await Expect(window.Run("Restart supervisor north")).ToContainTextAsync("done");
            await Eventually.BecomesAsync(
                async () => await server.Api.SupervisorAsync("north"),
                now => now.Running && now.Processes.Count == 4 && now.Processes["north:web:web_00"].Pid is { } pid && pid != before.Processes["north:web:web_00"].Pid,
                TimeSpan.FromSeconds(60));
            var card = window.Page.Locator(".supervisor-card");
            await Expect(card).ToContainTextAsync("connected");
            await window.ExpectStateAsync("north:web:web_00", "RUNNING");

            await window.ChooseAsync(Menu, "Shut down…");
            await Expect(window.Dialog).ToContainTextAsync("It cannot be started from here again.");
            await window.Dialog.GetByRole(AriaRole.Button, new() { Name = "Shut down", Exact = true }).ClickAsync();
            await Expect(card).ToContainTextAsync("out of reach");
            await Expect(await window.MenuEntryAsync(Menu, "Restart…")).ToContainTextAsync("north is out of reach");
        });
    }

    [Fact]
    public async Task MenuOnAPhone_AsksBeforeAnythingOfASupervisorEnds()
    {
        await browser.VisitAsync(workshop.Server, Device.Phone, "/view/supervisor?filter=supervisor:two", async window =>
        {
            await window.ChooseAsync("Actions for supervisor two", "Shut down…");
            await Expect(window.Dialog).ToContainTextAsync("Shut down 1 supervisor?");
            await Expect(window.Dialog.Locator("dt")).ToHaveTextAsync("two");
            await window.ExpectFitForEverybodyAsync("shutdown dialog");
            await window.PictureAsync("shutdown-dialog");
            await window.Dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).TapAsync();
            await Expect(window.Dialog).ToHaveCountAsync(0);
            Assert.True((await workshop.Api.SupervisorAsync("two")).Running);
        });
    }
}
