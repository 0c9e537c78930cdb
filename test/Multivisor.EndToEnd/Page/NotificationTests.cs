using System.Text.RegularExpressions;
using Multivisor.EndToEnd.Page.Support;
using static Microsoft.Playwright.Assertions;

namespace Multivisor.EndToEnd.Page;

/// <summary>What the page tells of by itself: in the bell, in the title of the window, and about itself.</summary>
[Collection(PageCollection.Name)]
public sealed partial class NotificationTests(Browser browser, Workshop workshop)
{
    /// <summary>Chromium without a head sees every page; the page is told what another would be told.</summary>
    private const string Hide = """
        (hidden) => {
          Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden })
          Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => (hidden ? 'hidden' : 'visible') })
          document.dispatchEvent(new Event('visibilitychange'))
        }
        """;

    [Theory]
    [InlineData("desk")]
    [InlineData("phone")]
    public async Task Notices_CanBeNarrowedToWhatIsBad(string device)
    {
        var uid = device == "desk" ? "one:bell:bell_00" : "one:bell:bell_01";
        var name = uid[4..];
        await browser.VisitAsync(workshop.Server, Device.Named(device), "/", async window =>
        {
            await Expect(window.Row(uid)).ToBeVisibleAsync();
            await workshop.Api.ActAsync("process/restart", "uid", uid);
            await workshop.KillAsync(uid);
            var toast = window.Page.Locator(".alert");
            await Expect(toast).ToContainTextAsync(name);

            if (window.Device.IsTouch)
                await window.View("Notices").TapAsync();
            else
                await window.Page.GetByRole(AriaRole.Button, new() { NameRegex = Bell() }).ClickAsync();
            var list = window.Page.Locator(".notice-list");
            var mine = list.Locator("li").Filter(new() { HasText = name });
            await Expect(mine.Filter(new() { HasText = "→ EXITED" })).ToHaveCountAsync(1);
            await Expect(mine.Filter(new() { HasText = "→ STOPPED" })).ToHaveCountAsync(1);
            await window.PictureAsync("notices");
            await window.ExpectFitForEverybodyAsync("notices");

            await window.PressAsync(list.GetByRole(AriaRole.Button, new() { Name = "Errors", Exact = true }));
            await Expect(mine).ToHaveCountAsync(1);
            await Expect(mine).ToContainTextAsync("→ EXITED");
            await window.PressAsync(mine.GetByRole(AriaRole.Link));
            await Expect(window.Page.GetByRole(AriaRole.Complementary)).ToContainTextAsync("EXITED");
            await workshop.Api.ActAsync("process/start", "uid", uid);
            await Expect(window.Page.GetByRole(AriaRole.Complementary).Locator(".state")).ToContainTextAsync("RUNNING");
        });
    }

    [Fact]
    public async Task HiddenPage_CountsProblemsInItsTitleAndIcon()
    {
        const string Uid = "two:hidden:hidden_00";
        await browser.VisitAsync(workshop.Server, Device.Desk, "/?filter=group:hidden", async window =>
        {
            await window.ExpectStateAsync(Uid, "RUNNING");
            var icon = window.Page.Locator("link[rel=icon]");
            await Expect(window.Page).ToHaveTitleAsync("End to end");
            await Expect(icon).ToHaveAttributeAsync("href", "/favicon.svg");
            await workshop.KillAsync(Uid);
            await window.ExpectStateAsync(Uid, "EXITED");
            await window.Page.EvaluateAsync(Hide, true);
            await Expect(window.Page).ToHaveTitleAsync(Counted());
            await Expect(icon).ToHaveAttributeAsync("href", DataUrl());

            await window.Page.EvaluateAsync(Hide, false);
            await Expect(window.Page).ToHaveTitleAsync("End to end");
            await Expect(icon).ToHaveAttributeAsync("href", "/favicon.svg");
            await workshop.Api.ActAsync("process/start", "uid", Uid);
        });
    }

    [Fact]
    public async Task HiddenPage_NotifiesThroughTheBrowser_WhenAskedTo()
    {
        const string Uid = "two:hidden:hidden_01";
        await browser.VisitAsync(workshop.Server, Device.Desk, "/?filter=group:hidden", async window =>
        {
            await window.Page.Context.GrantPermissionsAsync(["notifications"]);
            await window.ExpectStateAsync(Uid, "RUNNING");
            await window.Page.EvaluateAsync("""
                () => {
                  window.told = []
                  window.Notification = class { static permission = 'granted'; constructor(title) { window.told.push(title) } }
                }
                """);
            await window.Page.GetByRole(AriaRole.Button, new() { NameRegex = Bell() }).ClickAsync();
            await window.Page.GetByLabel("Notify me while this page is not visible").ClickAsync();
            await window.Page.Keyboard.PressAsync("Escape");
            await window.Page.EvaluateAsync(Hide, true);
            await workshop.KillAsync(Uid);

            await window.Page.WaitForFunctionAsync("() => window.told.length > 0");
            Assert.Equal(["hidden:hidden_01 on two: EXITED"], await window.Page.EvaluateAsync<string[]>("() => window.told"));
            await workshop.Api.ActAsync("process/start", "uid", Uid);
        });
    }

    [Fact]
    public async Task PageOlderThanItsServer_OffersToReload()
    {
        await browser.VisitAsync(workshop.Server, Device.Desk, "/login", async window =>
        {
            await window.Page.RouteAsync("**/?filter=group:mode", async route =>
            {
                var response = await route.FetchAsync();
                var page = BuildNumber().Replace(await response.TextAsync(), "${start}another");
                await route.FulfillAsync(new() { Response = response, Body = page });
            });
            await window.OpenAsync("/?filter=group:mode");
            var offer = window.Page.GetByText("The server has a newer version of this page.");
            await Expect(offer).ToBeVisibleAsync();
            await window.ExpectFitForEverybodyAsync("newer version");

            await window.Page.UnrouteAllAsync();
            await window.Page.GetByRole(AriaRole.Button, new() { Name = "Reload" }).ClickAsync();
            await Expect(window.Row("one:mode:mode_00")).ToBeVisibleAsync();
            await Expect(offer).ToHaveCountAsync(0);
        });
    }

    [Fact]
    public async Task Page_CanBeInstalled()
    {
        await browser.VisitAsync(workshop.Server, Device.Phone, "/", async window =>
        {
            var session = await window.Page.Context.NewCDPSessionAsync(window.Page);
            var manifest = (await session.SendAsync("Page.getAppManifest"))!.Value;
            Assert.EndsWith("/manifest.webmanifest", manifest.GetProperty("url").GetString(), StringComparison.Ordinal);
            Assert.Empty(manifest.GetProperty("errors").EnumerateArray());
            var errors = (await session.SendAsync("Page.getInstallabilityErrors"))!.Value.GetProperty("installabilityErrors")
                .EnumerateArray().Select(error => error.GetProperty("errorId").GetString()!);
            // Windows of a test share nothing, and such windows install nothing: all else would do.
            Assert.Empty(errors.Except(["in-incognito"]));
        });
    }

    [GeneratedRegex("^Notices", RegexOptions.None, 1000)]
    private static partial Regex Bell();

    [GeneratedRegex(@"^\([0-9]+\) End to end$", RegexOptions.None, 1000)]
    private static partial Regex Counted();

    [GeneratedRegex("^data:image/svg", RegexOptions.None, 1000)]
    private static partial Regex DataUrl();

    [GeneratedRegex("(?<start>name=\"multivisor-page\" content=\")[^\"]*", RegexOptions.None, 1000)]
    private static partial Regex BuildNumber();
}
