using System.Text.RegularExpressions;
using Multivisor.EndToEnd.Page.Support;
using static Microsoft.Playwright.Assertions;

namespace Multivisor.EndToEnd.Page;

/// <summary>One filter for all views, in the box and in the address.</summary>
[Collection(PageCollection.Name)]
public sealed partial class FilterTests(Browser browser, Workshop workshop)
{
    [Theory]
    [InlineData("desk")]
    [InlineData("phone")]
    public async Task TypedFilter_NarrowsEveryView_AndMakesABookmark(string device)
    {
        await browser.VisitAsync(workshop.Server, Device.Named(device), "/", async window =>
        {
            await window.FilterBox.FillAsync("group:filter -name:*_01");
            await Expect(window.Page.Locator(".process-row")).ToHaveCountAsync(2);
            await Expect(window.Page).ToHaveURLAsync(FilterInAddress());

            await window.View("Processes").ClickAsync();
            await Expect(window.Page).ToHaveURLAsync(ProcessesWithFilter());
            await Expect(window.Page.Locator(".process-row, .table-row")).ToHaveCountAsync(2);
            await Expect(window.FilterBox).ToHaveValueAsync("group:filter -name:*_01");

            await window.OpenAsync(window.Page.Url);
            await Expect(window.FilterBox).ToHaveValueAsync("group:filter -name:*_01");
            await Expect(window.Page.Locator(".process-row, .table-row")).ToHaveCountAsync(2);
            await Expect(window.Row("two:filter:filter_00")).ToBeVisibleAsync();
        });
    }

    [Fact]
    public async Task Slash_GoesToTheBox_AndTheCrossEmptiesIt()
    {
        await browser.VisitAsync(workshop.Server, Device.Desk, "/?filter=group:filter", async window =>
        {
            await Expect(window.Page.Locator(".process-row")).ToHaveCountAsync(4);

            await window.Page.Keyboard.PressAsync("/");
            await Expect(window.FilterBox).ToBeFocusedAsync();
            await window.Page.Keyboard.TypeAsync("nothing-is-called-so");
            await Expect(window.Page.GetByText("No process matches this filter.")).ToBeVisibleAsync();

            await window.Page.GetByRole(AriaRole.Button, new() { Name = "Clear the filter" }).ClickAsync();
            await Expect(window.FilterBox).ToHaveValueAsync("");
            await Expect(window.Page.Locator(".process-row").First).ToBeVisibleAsync();
        });
    }

    [Theory]
    [InlineData("desk")]
    [InlineData("phone")]
    public async Task Counter_FiltersByItsState_AndLetsGoAgain(string device)
    {
        await browser.VisitAsync(workshop.Server, Device.Named(device), "/view/process?filter=group:filter", async window =>
        {
            var running = window.Page.GetByRole(AriaRole.Region, new() { Name = "Overview" })
                .GetByRole(AriaRole.Button, new() { NameRegex = Running() });
            await running.ClickAsync();
            await Expect(window.FilterBox).ToHaveValueAsync("group:filter state:running");
            await Expect(running).ToHaveAttributeAsync("aria-pressed", "true");
            await Expect(window.Page.Locator(".process-row, .table-row")).ToHaveCountAsync(4);

            await running.ClickAsync();
            await Expect(window.FilterBox).ToHaveValueAsync("group:filter");
            await Expect(running).ToHaveAttributeAsync("aria-pressed", "false");
        });
    }

    [GeneratedRegex(@"/\?filter=group:filter", RegexOptions.None, 1000)]
    private static partial Regex FilterInAddress();

    [GeneratedRegex(@"/view/process\?filter=group:filter", RegexOptions.None, 1000)]
    private static partial Regex ProcessesWithFilter();

    [GeneratedRegex("running$", RegexOptions.None, 1000)]
    private static partial Regex Running();
}
