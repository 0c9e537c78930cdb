using Multivisor.EndToEnd.Page.Support;
using static Microsoft.Playwright.Assertions;

namespace Multivisor.EndToEnd.Page;

/// <summary>The log of a process opens where one is, and grows by itself.</summary>
[Collection(PageCollection.Name)]
public sealed class LogTests(Browser browser, Workshop workshop)
{
    [Theory]
    [InlineData("desk")]
    [InlineData("phone")]
    public async Task Log_OfAProcess_FollowsItsFileAndCloses(string device)
    {
        await browser.VisitAsync(workshop.Server, Device.Named(device), "/?filter=group:talker", async window =>
        {
            await window.ActAsync("one:talker:talker", "Log");
            var panel = window.Page.GetByRole(AriaRole.Region, new() { Name = "Log of talker" });
            await Expect(panel).ToContainTextAsync("first line");

            var news = $"news for the {device}";
            await File.AppendAllTextAsync(workshop.TalkerLog, news + "\n");
            await Expect(panel).ToContainTextAsync(news);

            await panel.GetByRole(AriaRole.Button, new() { Name = "stderr" }).ClickAsync();
            await Expect(panel).ToContainTextAsync("warned");
            await Expect(panel).Not.ToContainTextAsync("first line");

            await panel.GetByRole(AriaRole.Button, new() { Name = "Close the log" }).ClickAsync();
            await Expect(panel).ToHaveCountAsync(0);
            await Expect(window.Row("one:talker:talker")).ToBeVisibleAsync();
        });
    }
}
