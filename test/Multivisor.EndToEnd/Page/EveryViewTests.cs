using Multivisor.EndToEnd.Page.Support;
using static Microsoft.Playwright.Assertions;

namespace Multivisor.EndToEnd.Page;

/// <summary>Each view of a site on a bad day: open to everybody, nothing cut, and a picture of it for people to judge.</summary>
[Collection(PageCollection.Name)]
public sealed class EveryViewTests(Browser browser, Laboratory laboratory) : IClassFixture<Laboratory>
{
    [Theory]
    [InlineData("desk")]
    [InlineData("desk-dark")]
    [InlineData("phone")]
    [InlineData("phone-dark")]
    public async Task View_LightAndDark_IsFitForEverybody(string device)
    {
        await browser.VisitAsync(laboratory.Server, Device.Named(device), "/", async window =>
        {
            await Expect(window.Row("lid001:PLC:wcid00a")).ToBeVisibleAsync();
            await Expect(window.Attention).ToContainTextAsync("lid003");
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
                await window.SelectAsync("baslid001:bliss:config_beacon");
                await window.SelectAsync("baslid001:bliss:config_redis");
                await window.Row("lid002:motion:motion_icepap").HoverAsync();
                await LookAsync("selection");
            }

            await OpenAsync("/?process=lid002:xray_shutter:xray_shutter");
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

    [Fact]
    public async Task Attention_OnAPhone_LeavesTheGroupsInSightUntilAllIsAskedFor()
    {
        await browser.VisitAsync(laboratory.Server, Device.Phone, "/", async window =>
        {
            var rows = window.Attention.Locator(".attention-row");
            await Expect(rows).ToHaveCountAsync(3);
            await Expect(window.Page.Locator(".group-card").First).ToBeInViewportAsync();
            await window.Attention.GetByRole(AriaRole.Button, new() { Name = "Show all 4" }).TapAsync();
            await Expect(rows).ToHaveCountAsync(4);
            await window.Attention.GetByRole(AriaRole.Button, new() { Name = "Show fewer" }).TapAsync();
            await Expect(rows).ToHaveCountAsync(3);
        });
    }

    /// <summary>From the narrowest phone to a large screen nothing is wider than the window.</summary>
    [Theory]
    [InlineData("narrow", 360, 740)]
    [InlineData("tablet", 820, 1180)]
    [InlineData("4k", 3840, 2160)]
    public async Task View_OfAnyWidth_Fits(string name, int width, int height)
    {
        await browser.VisitAsync(laboratory.Server, new Device(name, width, height), "/", async window =>
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
}
