using Multivisor.EndToEnd.Page.Support;
using static Microsoft.Playwright.Assertions;

namespace Multivisor.EndToEnd.Page;

/// <summary>What happens on the hosts shows by itself, wherever it came from.</summary>
[Collection(PageCollection.Name)]
public sealed class LiveStateTests(Browser browser, Workshop workshop)
{
    [Theory]
    [InlineData("desk", "/")]
    [InlineData("desk", "/view/supervisor")]
    [InlineData("desk", "/view/process")]
    [InlineData("phone", "/")]
    [InlineData("phone", "/view/supervisor")]
    [InlineData("phone", "/view/process")]
    public async Task StoppedAndStartedByRest_ShowsInEveryView(string device, string view)
    {
        var uid = $"two:outside-{device}:outside-{device}_00";
        await browser.VisitAsync(workshop.Server, Device.Named(device), $"{view}?filter=group:outside-{device}", async window =>
        {
            await Expect(window.Row(uid)).ToBeVisibleAsync();
            await Expect(window.Row(uid)).Not.ToContainTextAsync("STOPPED");
            var before = await window.Row(uid).InnerTextAsync();
            await Expect(window.Row(uid)).Not.ToHaveTextAsync(before, new() { UseInnerText = true });

            await workshop.Api.ActAsync("process/stop", "uid", uid);
            await Expect(window.Row(uid)).ToContainTextAsync("STOPPED");

            await workshop.Api.ActAsync("process/start", "uid", uid);
            await Expect(window.Row(uid)).Not.ToContainTextAsync("STOPPED");
        });
    }

    [Theory]
    [InlineData("desk")]
    [InlineData("phone")]
    public async Task KilledProcess_NeedsAttention_UntilItIsStartedThere(string device)
    {
        var uid = $"one:killed-{device}:killed-{device}_00";
        await browser.VisitAsync(workshop.Server, Device.Named(device), "/", async window =>
        {
            await workshop.KillAsync(uid);
            await Expect(window.AttentionRow(uid)).ToContainTextAsync("EXITED");

            await window.AttentionRow(uid).GetByRole(AriaRole.Button, new() { Name = "Start" }).ClickAsync();

            await Expect(window.AttentionRow(uid)).ToHaveCountAsync(0);
            Assert.Equal("RUNNING", await workshop.StateOfAsync(uid));
        });
    }

    [Theory]
    [InlineData("desk")]
    [InlineData("phone")]
    public async Task ProcessThatEndsAtItsStart_NeedsAttention_WithTheWordsOfSupervisord(string device)
    {
        var uid = $"one:fatal-{device}:fatal-{device}";
        await browser.VisitAsync(workshop.Server, Device.Named(device), "/", async window =>
        {
            await workshop.Api.ActAsync("process/start", "uid", uid);

            await Expect(window.AttentionRow(uid)).ToContainTextAsync("FATAL");
            await Expect(window.AttentionRow(uid)).ToContainTextAsync("exited too quickly", new() { IgnoreCase = true });
        });
    }

    [Fact]
    public async Task Views_OfAWholeSite_ShowWhatTheServerTells()
    {
        var all = (await workshop.Api.SupervisorsAsync()).Values.SelectMany(s => s.Processes.Values).ToList();
        await browser.VisitAsync(workshop.Server, Device.Desk, "/view/process", async window =>
        {
            await Expect(window.Page.GetByText($"{all.Count} processes", new() { Exact = true })).ToBeVisibleAsync();
            await window.View("Supervisors").ClickAsync();
            foreach (var supervisor in (await workshop.Api.SupervisorsAsync()).Values)
            {
                var card = window.Page.Locator(".supervisor-card").Filter(
                    new() { Has = window.Page.GetByRole(AriaRole.Button, new() { Name = $"{supervisor.Name}, connected" }) });
                await Expect(card).ToContainTextAsync($"{supervisor.Pid}");
                await Expect(card).ToContainTextAsync(supervisor.SupervisorVersion!);
                await Expect(card).ToContainTextAsync("multivisor-rpc");
                await Expect(card).ToContainTextAsync("unprotected");
            }
        });
    }
}
