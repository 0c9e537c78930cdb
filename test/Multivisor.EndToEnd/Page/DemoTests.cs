using Multivisor.EndToEnd.Page.Support;
using static Microsoft.Playwright.Assertions;

namespace Multivisor.EndToEnd.Page;

/// <summary>What a newcomer sees first.</summary>
[Collection(PageCollection.Name)]
public sealed class DemoTests(Browser browser, Showcase showcase) : IClassFixture<Showcase>
{
    [Fact]
    public async Task Home_OfTheDemo_FitsOneScreen()
    {
        await browser.VisitAsync(showcase.Server, Device.Desk, "/", async window =>
        {
            var uids = (await showcase.Server.Api.SupervisorsAsync()).Values.SelectMany(s => s.Processes.Keys).ToList();
            Assert.Equal(26, uids.Count);
            foreach (var uid in uids.Where(uid => !uid.Contains("multivisor-rpc", StringComparison.Ordinal)))
                await Expect(window.Row(uid)).ToBeInViewportAsync(new() { Ratio = 1 });
            Assert.True(await window.Page.EvaluateAsync<bool>("() => document.documentElement.scrollHeight <= innerHeight"));
            await window.PictureAsync("demo");
        });
    }
}
