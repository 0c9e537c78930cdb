using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Multivisor.EndToEnd.Page.Support;
using static Microsoft.Playwright.Assertions;

namespace Multivisor.EndToEnd.Page;

/// <summary>What a reader made of a view stays: in the address, or in the browser.</summary>
[Collection(PageCollection.Name)]
public sealed partial class ViewTests(Browser browser, Workshop workshop)
{
    [Fact]
    public async Task Table_SortsByItsColumns_AndTheAddressHoldsIt()
    {
        const string Stopped = "two:sort:sort_01";
        await browser.VisitAsync(workshop.Server, Device.Desk, "/view/process?filter=group:sort", async window =>
        {
            await workshop.Api.ActAsync("process/stop", "uid", Stopped);
            await window.ExpectStateAsync(Stopped, "STOPPED");
            var rows = window.Page.Locator(".table-row [data-row]");
            var state = window.Page.GetByRole(AriaRole.Columnheader, new() { Name = "State" });

            await state.GetByRole(AriaRole.Button).ClickAsync();
            await Expect(window.Page).ToHaveURLAsync(SortedByState());
            await Expect(state).ToHaveAttributeAsync("aria-sort", "ascending");
            await Expect(rows.Last).ToHaveAttributeAsync("title", Stopped);

            await state.GetByRole(AriaRole.Button).ClickAsync();
            await Expect(state).ToHaveAttributeAsync("aria-sort", "descending");
            await Expect(rows.First).ToHaveAttributeAsync("title", Stopped);

            await window.OpenAsync(window.Page.Url);
            await Expect(state).ToHaveAttributeAsync("aria-sort", "descending");
            await Expect(rows.First).ToHaveAttributeAsync("title", Stopped);
            await workshop.Api.ActAsync("process/start", "uid", Stopped);
        });
    }

    [Fact]
    public async Task Columns_CanBeChosen_AndStayChosen()
    {
        await browser.VisitAsync(workshop.Server, Device.Desk, "/view/process?filter=group:sort", async window =>
        {
            var host = window.Page.GetByRole(AriaRole.Columnheader, new() { Name = "Host" });
            await Expect(host).ToHaveCountAsync(0);
            await window.ChooseAsync("Choose columns", "Host");
            await Expect(host).ToBeVisibleAsync();
            await window.ExpectFitForEverybodyAsync("menu of columns");

            await window.OpenAsync("/view/process?filter=group:sort");
            await Expect(host).ToBeVisibleAsync();
            await Expect(window.Row("one:sort:sort_00")).ToContainTextAsync("127.0.0.1");
            await window.ChooseAsync("Choose columns", "Usual columns");
            await Expect(host).ToHaveCountAsync(0);
        });
    }

    [Fact]
    public async Task Order_UnderThePointer_IsHeld()
    {
        string[] before = ["one:order:order_00", "two:order:order_00", "one:order:order_01", "two:order:order_01"];
        await browser.VisitAsync(workshop.Server, Device.Desk, "/view/process?filter=group:order&sort=state", async window =>
        {
            await Expect(window.Page.Locator(".table-row")).ToHaveCountAsync(4);
            Assert.Equal(before, await OrderAsync(window));
            await window.Row(before[1]).HoverAsync();
            await workshop.Api.ActAsync("process/stop", "uid", before[0]);
            await window.ExpectStateAsync(before[0], "STOPPED");
            // Longer than lists take to be made again.
            await window.Page.WaitForFunctionAsync("() => new Promise((resolve) => setTimeout(() => resolve(true), 1500))");
            Assert.Equal(before, await OrderAsync(window));

            await window.Page.Mouse.MoveAsync(640, 20);
            await Expect(window.Page.Locator(".table-row [data-row]").Last).ToHaveAttributeAsync("title", before[0]);
            await workshop.Api.ActAsync("process/start", "uid", before[0]);
        });
    }

    [Fact]
    public async Task SelectionMode_IsInTheAddress_AndGroupsCanBeDivided()
    {
        await browser.VisitAsync(workshop.Server, Device.Phone, "/?filter=group:mode", async window =>
        {
            await window.ChooseAsync("Options of this view", "Select several");
            await Expect(window.Page).ToHaveURLAsync(Selecting());
            await window.Page.Keyboard.PressAsync("Escape");
            await window.OpenAsync(window.Page.Url);
            await window.Name("one:mode:mode_00").TapAsync();
            await Expect(window.CheckBox("one:mode:mode_00")).ToBeCheckedAsync();

            var parts = window.Page.Locator(".group-card h3");
            await Expect(parts).ToHaveCountAsync(0);
            await window.ChooseAsync("Options of this view", "Divide groups by supervisor");
            await Expect(parts).ToHaveTextAsync(["one", "two"]);
            await window.OpenAsync("/?filter=group:mode");
            await Expect(parts).ToHaveTextAsync(["one", "two"]);
        });
    }

    [Theory]
    [InlineData("/?kiosk")]
    [InlineData("/view/process?kiosk&filter=group:mode")]
    public async Task Wall_ShowsTotalsAndWhatIsWrong_AndNothingToPress(string address)
    {
        await browser.VisitAsync(workshop.Server, Device.Desk, address, async window =>
        {
            await Expect(window.Page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
            await Expect(window.Page.GetByRole(AriaRole.List, new() { Name = "Overview" })).ToContainTextAsync("running");
            await Expect(window.Page.Locator("button, a, input")).ToHaveCountAsync(0);
            if (address.Contains("filter", StringComparison.Ordinal))
            {
                await Expect(window.Page.GetByText("Nothing is wrong")).ToBeVisibleAsync();
                return;
            }

            await workshop.Api.ActAsync("process/start", "uid", "one:fatal-desk:fatal-desk");
            await Expect(window.Page.GetByRole(AriaRole.List, new() { Name = "Needs attention" })).ToContainTextAsync("fatal-desk");
            await window.ExpectFitForEverybodyAsync("wall");
        });
    }

    [Fact]
    public async Task SavedFilter_IsOfferedAgain()
    {
        await browser.VisitAsync(workshop.Server, Device.Desk, "/", async window =>
        {
            await window.FilterBox.FillAsync("group:mode supervisor:two");
            await Expect(window.Page.Locator(".process-row")).ToHaveCountAsync(2);
            await window.Page.GetByRole(AriaRole.Button, new() { Name = "Save this filter" }).ClickAsync();
            await window.OpenAsync("/");

            await window.FilterBox.ClickAsync();
            var saved = window.Page.GetByRole(AriaRole.Option, new() { NameRegex = Saved() });
            await Expect(saved).ToBeVisibleAsync();
            await saved.ClickAsync();
            await Expect(window.FilterBox).ToHaveValueAsync("group:mode supervisor:two");
            await Expect(window.Page.Locator(".process-row")).ToHaveCountAsync(2);

            await window.FilterBox.FillAsync("group:mode sta");
            await Expect(window.Page.GetByRole(AriaRole.Option, new() { NameRegex = State() })).ToBeVisibleAsync();
            await window.ExpectFitForEverybodyAsync("suggestions");
        });
    }

    [Theory]
    [InlineData("desk")]
    [InlineData("phone")]
    public async Task Settings_ThemeDensityAndLanguage_AreKept(string device)
    {
        await browser.VisitAsync(workshop.Server, Device.Named(device), "/?filter=group:mode", async window =>
        {
            var root = window.Page.Locator("html");
            await Expect(root).ToHaveAttributeAsync("data-theme", "light");
            await window.PressAsync(window.Page.GetByRole(AriaRole.Button, new() { Name = "Settings" }));
            var settings = window.Page.GetByRole(AriaRole.Dialog, new() { Name = "Settings" });
            await settings.GetByLabel("Dark").CheckAsync();
            await settings.GetByLabel("Compact").CheckAsync();
            await window.ExpectFitForEverybodyAsync("settings");
            await window.PictureAsync("settings");
            var api = await window.Page.Context.RunAndWaitForPageAsync(() => settings.GetByRole(AriaRole.Link, new() { Name = "API for programs" }).ClickAsync());
            await Expect(api.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("The API of Multivisor");
            // Only its own style makes its letters those of the system.
            await Expect(api.Locator("body")).ToHaveCSSAsync("max-width", "1120px");
            await api.CloseAsync();
            await settings.GetByLabel("Language").SelectOptionAsync("de");
            await Expect(root).ToHaveAttributeAsync("lang", "de");

            await window.OpenAsync("/?filter=group:mode");
            await Expect(root).ToHaveAttributeAsync("data-theme", "dark");
            await Expect(root).ToHaveAttributeAsync("data-density", "compact");
            await Expect(root).ToHaveAttributeAsync("lang", "de");
            await Expect(window.Page.GetByRole(AriaRole.Navigation, new() { Name = "Ansichten" }).GetByRole(AriaRole.Link, new() { Name = "Gruppen" }))
                .ToBeVisibleAsync();
            var row = await window.Row("one:mode:mode_00").BoundingBoxAsync();
            Assert.Equal(window.Device.IsTouch ? 48 : 26, row!.Height, 1.0);
        });
    }

    /// <summary>In other languages words are longer or shorter; each view with its menus still has room for them.</summary>
    [Theory]
    [InlineData("de", "desk")]
    [InlineData("de", "phone")]
    [InlineData("zh", "desk")]
    [InlineData("zh", "phone")]
    public async Task Labels_InOtherLanguages_Fit(string language, string device)
    {
        await browser.VisitAsync(workshop.Server, Device.Named(device), "/login", async window =>
        {
            await window.Page.EvaluateAsync("language => localStorage.setItem('multivisor.language', JSON.stringify(language))", language);
            foreach (var (name, address) in new[]
            {
                ("groups", "/"), ("supervisors", "/view/supervisor"), ("processes", "/view/process"), ("notices", "/view/notices"),
                ("details", "/view/process?process=one:details-desk:details-desk_00"),
            })
            {
                await window.OpenAsync(address);
                await Expect(window.Page.Locator("html")).ToHaveAttributeAsync("lang", language);
                await window.ExpectFitForEverybodyAsync($"{name} in {language}");
                await window.PictureAsync($"{name}-{language}");
            }
        });
    }

    private static async Task<string?[]> OrderAsync(PageWindow window) =>
        await window.Page.Locator(".table-row [data-row]").EvaluateAllAsync<string?[]>("rows => rows.map((row) => row.title)");

    [GeneratedRegex("sort=state", RegexOptions.None, 1000)]
    private static partial Regex SortedByState();

    [GeneratedRegex("select=1", RegexOptions.None, 1000)]
    private static partial Regex Selecting();

    [GeneratedRegex("^group:mode supervisor:two", RegexOptions.None, 1000)]
    private static partial Regex Saved();

    [GeneratedRegex("^state:starting", RegexOptions.None, 1000)]
    private static partial Regex State();
}
