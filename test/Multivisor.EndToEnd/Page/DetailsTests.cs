using System.Text.RegularExpressions;
using Multivisor.EndToEnd.Page.Support;
using static Microsoft.Playwright.Assertions;

namespace Multivisor.EndToEnd.Page;

/// <summary>All about one process, beside the view on a desk and instead of it on a phone.</summary>
[Collection(PageCollection.Name)]
public sealed partial class DetailsTests(Browser browser, Workshop workshop)
{
    [Theory]
    [InlineData("desk")]
    [InlineData("phone")]
    public async Task Details_TellWhatIsKnown_AndFollowIt(string device)
    {
        var name = $"details-{device}_00";
        var label = $"details-{device}:{name}";
        var uid = $"two:{label}";
        await browser.VisitAsync(workshop.Server, Device.Named(device), $"/?filter=group:details-{device}", async window =>
        {
            await window.ActAsync(uid, "Details");
            var details = window.Page.GetByRole(AriaRole.Complementary);
            await Expect(window.Page.GetByRole(AriaRole.Heading, new() { Name = $"Details of {label}" })).ToBeFocusedAsync();
            await Expect(window.Page).ToHaveURLAsync(WithProcess());
            await Expect(window.Row(uid)).ToBeVisibleAsync(new() { Visible = !window.Device.IsTouch });
            var process = (await workshop.Api.SupervisorAsync("two")).Processes[uid];
            await Expect(details).ToContainTextAsync("RUNNING");
            await Expect(Fact("Process id")).ToHaveTextAsync($"{process.Pid}");
            await Expect(Fact("Started")).ToContainTextAsync("ago");
            await Expect(Fact("Group")).ToHaveTextAsync($"details-{device}");
            await Expect(Fact("Supervisor")).ToHaveTextAsync("two");
            await Expect(Fact("Name for the API")).ToHaveTextAsync(uid);
            await Expect(Fact("Output log")).ToHaveTextAsync("not written to a file");

            await workshop.Api.ActAsync("process/stop", "uid", uid);
            await Expect(details.Locator(".state")).ToContainTextAsync("STOPPED");
            await Expect(details.Locator(".history li").First).ToContainTextAsync("STOPPED");
            await window.PressAsync(details.GetByRole(AriaRole.Button, new() { Name = $"Start {label}" }));
            await Expect(details.Locator(".history li").First).ToContainTextAsync("RUNNING");
            await Expect(details.Locator(".history")).ToContainTextAsync("STOPPED");

            await window.OpenAsync(window.Page.Url);
            await Expect(details.Locator(".history li").First).ToContainTextAsync("RUNNING");
            await window.ExpectFitForEverybodyAsync("details");
            await window.PictureAsync("details");

            await window.PressAsync(details.GetByRole(AriaRole.Button, new() { Name = window.Device.IsTouch ? "Back to the list" : "Close the details" }));
            await Expect(details).ToHaveCountAsync(0);
            await Expect(window.Row(uid)).ToBeVisibleAsync();

            Microsoft.Playwright.ILocator Fact(string fact) =>
                details.Locator("dl > div").Filter(new() { Has = window.Page.GetByText(fact, new() { Exact = true }) }).Locator("dd");
        });
    }

    [Fact]
    public async Task Details_OfWhatDoesNotStartOrIsNotThere_SayWhy()
    {
        await browser.VisitAsync(workshop.Server, Device.Desk, "/?process=one:fatal-desk:fatal-desk", async window =>
        {
            await workshop.Api.ActAsync("process/start", "uid", "one:fatal-desk:fatal-desk");
            var details = window.Page.GetByRole(AriaRole.Complementary);
            await Expect(details).ToContainTextAsync("Why it did not start");
            await Expect(details).ToContainTextAsync("Exited too quickly");

            await window.OpenAsync("/?process=one:no:such");
            await Expect(details).ToContainTextAsync("There is no process one:no:such (any more).");

            await window.OpenAsync("/?process=one:talker:talker");
            await Expect(details).ToContainTextAsync(workshop.TalkerLog);
            await details.GetByRole(AriaRole.Button, new() { Name = "Open the error log of talker" }).ClickAsync();
            await Expect(window.Page.GetByRole(AriaRole.Region, new() { Name = "Log of talker" })).ToContainTextAsync("warned");
        });
    }

    [GeneratedRegex("process=two:details-", RegexOptions.None, 1000)]
    private static partial Regex WithProcess();
}
