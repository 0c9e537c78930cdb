using System.Text.RegularExpressions;
using Multivisor.EndToEnd.Page.Support;
using Multivisor.EndToEnd.Support;
using Multivisor.Testing;
using static Microsoft.Playwright.Assertions;

namespace Multivisor.EndToEnd.Page;

/// <summary>A host out of reach keeps its last known processes, which look like it and cannot be acted on.</summary>
[Collection(PageCollection.Name)]
public sealed partial class LostSupervisorTests(Browser browser)
{
    private const string Uid = "north:web:web";

    [Theory]
    [InlineData("desk")]
    [InlineData("phone")]
    public async Task LostSupervisor_IsDimmedWithItsAge_AndIsBackByItself(string device)
    {
        await using var north = await Site.StartAsync("north", SupervisordOptions.Sleepers("web", 1));
        await using var server = await ServerProcess.StartAsync(("north", north.AgentPort));
        await browser.VisitAsync(server, Device.Named(device), "/", async window =>
        {
            await Expect(window.Row(Uid)).Not.ToHaveClassAsync(Stale());
            var supervisors = window.Page.GetByRole(AriaRole.Link, new() { Name = "1 / 1 supervisor connected" });
            await Expect(supervisors).ToBeVisibleAsync();

            north.Kill();

            await Expect(window.Row(Uid)).ToHaveClassAsync(Stale());
            await Expect(window.Row(Uid)).ToContainTextAsync("last seen");
            await Expect(supervisors).ToHaveCountAsync(0);
            await Expect(window.Attention).ToContainTextAsync("north");
            await Expect(window.Attention).ToContainTextAsync("out of reach");
            var stop = await window.ActionAsync(Uid, "Stop");
            await Expect(stop).ToHaveAttributeAsync("aria-disabled", "true");
            await window.PressInVainAsync(stop);
            await Expect(window.Notice).ToContainTextAsync("north is out of reach");

            await window.View("Supervisors").ClickAsync();
            var card = window.Page.Locator(".supervisor-card");
            await Expect(card).ToContainTextAsync("out of reach");
            var why = (await server.Api.SupervisorAsync("north")).Link!.Error!;
            await Expect(card).ToContainTextAsync(why);

            await north.LaunchAsync();

            await Expect(card).ToContainTextAsync("connected");
            await Expect(window.Row(Uid)).Not.ToHaveClassAsync(Stale());
            await window.View("Groups").ClickAsync();
            await Expect(window.Row(Uid)).Not.ToHaveClassAsync(Stale());
            await Expect(window.Attention).ToHaveCountAsync(0);
        });
    }

    [GeneratedRegex(@"\bstale\b", RegexOptions.None, 1000)]
    private static partial Regex Stale();
}
