using Multivisor.EndToEnd.Page.Support;
using static Microsoft.Playwright.Assertions;

namespace Multivisor.EndToEnd.Page;

/// <summary>Each view of the demo's site: open to everybody, nothing cut, and a picture of it for people to judge.</summary>
[Collection(PageCollection.Name)]
public sealed class EveryViewTests(Browser browser, Showcase showcase) : IClassFixture<Showcase>
{
    [Theory]
    [InlineData("desk")]
    [InlineData("desk-dark")]
    [InlineData("phone")]
    [InlineData("phone-dark")]
    public async Task View_LightAndDark_IsFitForEverybody(string device)
    {
        await browser.VisitAsync(showcase.Server, Device.Named(device), "/", async window =>
        {
            await Expect(window.Row("lid001:PLC:wcid00a")).ToBeVisibleAsync();
            await LookAsync("groups");
            await window.PressAsync(window.Page.GetByRole(AriaRole.Button, new() { Name = "Actions for group PLC" }));
            await Expect(window.Page.GetByRole(AriaRole.Menu)).ToContainTextAsync("Restart…");
            await LookAsync("group-menu");

            await OpenAsync("/view/supervisor");
            await Expect(window.Row("lid001:PLC:wcid00a")).ToBeVisibleAsync();
            await LookAsync("supervisors");
            await OpenAsync("/view/process");
            await Expect(window.Page.Locator(".process-row, .table-row").First).ToBeVisibleAsync();
            await LookAsync("processes");
            if (!window.Device.IsTouch)
            {
                await window.SelectAsync("baslid001:BeamViewer:basler_mbv1");
                await window.SelectAsync("baslid001:BeamViewer:basler_mbv2");
                await window.Row("baslid001:BeamViewer:basler_wbv1").HoverAsync();
                await LookAsync("selection");
            }

            await OpenAsync("/?process=lid001:Vacuum:vacuum_OH1");
            await Expect(window.Page.GetByRole(AriaRole.Complementary).Locator(".history li").First).ToBeVisibleAsync();
            await LookAsync("process");
            await OpenAsync("/view/notices");
            await LookAsync("notices-view");
            await OpenAsync("/?kiosk");
            await Expect(window.Page.GetByRole(AriaRole.List, new() { Name = "Overview" })).ToContainTextAsync("running");
            await LookAsync("wall");

            Task OpenAsync(string address) => window.OpenAsync(address);

            async Task LookAsync(string name)
            {
                await window.PictureAsync(name);
                await window.ExpectFitForEverybodyAsync(name);
            }
        });
    }

    /// <summary>From the narrowest phone to a large screen nothing is wider than the window.</summary>
    [Theory]
    [InlineData("narrow", 360, 740)]
    [InlineData("tablet", 820, 1180)]
    [InlineData("4k", 3840, 2160)]
    public async Task View_OfAnyWidth_Fits(string name, int width, int height)
    {
        await browser.VisitAsync(showcase.Server, new Device(name, width, height), "/", async window =>
        {
            await Expect(window.Row("lid001:PLC:wcid00a")).ToBeVisibleAsync();
            foreach (var (view, address) in new[] { ("groups", "/"), ("supervisors", "/view/supervisor"), ("processes", "/view/process"), ("wall", "/?kiosk") })
            {
                await window.OpenAsync(address);
                await Expect(window.Page.GetByText("running").First).ToBeVisibleAsync();
                await window.PictureAsync(view);
                await window.ExpectFitForEverybodyAsync(view);
            }
        });
    }

    [Fact]
    public async Task Home_OfTheDemo_FitsOneScreen()
    {
        await browser.VisitAsync(showcase.Server, Device.Desk, "/", async window =>
        {
            foreach (var uid in (await showcase.Server.Api.SupervisorsAsync()).Values.SelectMany(s => s.Processes.Keys))
            {
                if (!uid.Contains("multivisor-rpc", StringComparison.Ordinal))
                    await Expect(window.Row(uid)).ToBeInViewportAsync(new() { Ratio = 1 });
            }

            Assert.True(await window.Page.EvaluateAsync<bool>("() => document.documentElement.scrollHeight <= innerHeight"));
        });
    }
}
