using System.Text.RegularExpressions;
using Multivisor.EndToEnd.Page.Support;
using static Microsoft.Playwright.Assertions;

namespace Multivisor.EndToEnd.Page;

/// <summary>What happened can be read afterwards, and leads to what it happened to.</summary>
[Collection(PageCollection.Name)]
public sealed partial class BellTests(Browser browser, Workshop workshop)
{
    [Fact]
    public async Task KilledProcess_IsToldByTheBell_AndLeadsToItsDetails()
    {
        const string Uid = "two:bell:bell_00";
        await browser.VisitAsync(workshop.Server, Device.Desk, "/", async window =>
        {
            await Expect(window.Row(Uid)).ToBeVisibleAsync();
            await workshop.KillAsync(Uid);
            await Expect(window.AttentionRow(Uid)).ToBeVisibleAsync();

            await window.Page.GetByRole(AriaRole.Button, new() { NameRegex = Bell() }).ClickAsync();
            var notices = window.Page.GetByRole(AriaRole.Dialog, new() { Name = "Notices" });
            var notice = notices.GetByRole(AriaRole.Link, new() { NameRegex = Process() });
            await Expect(notice).ToBeVisibleAsync();
            await notice.ClickAsync();

            await Expect(window.Page.GetByRole(AriaRole.Complementary)).ToContainTextAsync("EXITED");
            await workshop.Api.ActAsync("process/start", "uid", Uid);
            await Expect(window.AttentionRow(Uid)).ToHaveCountAsync(0);
        });
    }

    [GeneratedRegex("^Notices", RegexOptions.None, 1000)]
    private static partial Regex Bell();

    [GeneratedRegex("bell_00", RegexOptions.None, 1000)]
    private static partial Regex Process();
}
