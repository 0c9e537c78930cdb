using System.Collections.Concurrent;
using Microsoft.Playwright;
using Multivisor.EndToEnd.Page.Support;
using Multivisor.EndToEnd.Support;
using static Microsoft.Playwright.Assertions;

namespace Multivisor.EndToEnd.Page;

/// <summary>A page without its server shows the last state as the last state, and catches up by itself.</summary>
[Collection(PageCollection.Name)]
public sealed class LostServerTests(Browser browser, Workshop workshop)
{
    [Theory]
    [InlineData("desk")]
    [InlineData("phone")]
    public async Task LostServer_DimsWhatIsShown_AndItsSuccessorIsFollowedWithoutAReload(string device)
    {
        var uid = $"two:lost-{device}:lost-{device}_00";
        var server = await ServerProcess.StartAsync(workshop.Supervisors);
        ServerProcess? successor = null;
        try
        {
            await browser.VisitAsync(server, Device.Named(device), $"/?filter=group:lost-{device}", async window =>
            {
                window.ExpectErrors("ERR_|Failed to load");
                await window.ExpectStateAsync(uid, "RUNNING");
                await window.Page.EvaluateAsync("() => { window.isTheSamePage = true }");

                await server.TerminateAsync(TimeSpan.FromSeconds(30));
                var banner = window.Page.Locator(".connection.lost");
                await Expect(banner).ToContainTextAsync("Connection to the server lost. This is the state of");
                await Expect(banner).ToContainTextAsync("Reconnecting…");
                await Expect(window.Page.Locator("main.old")).ToBeVisibleAsync();
                await Expect(window.Row(uid)).ToBeVisibleAsync();
                var stop = await window.ActionAsync(uid, "Stop");
                await Expect(stop).ToHaveAttributeAsync("aria-disabled", "true");
                await window.PressInVainAsync(stop);
                await Expect(window.Notice).ToContainTextAsync("There is no connection to the server.");
                await window.ExpectFitForEverybodyAsync("lost server");
                await window.PictureAsync("lost-server");

                await workshop.Api.ActAsync("process/stop", "uid", uid);
                successor = await ServerProcess.StartAsync(ServerProcess.Configuration("", workshop.Supervisors), port: server.Port);
                await window.PressAsync(banner.GetByRole(AriaRole.Button, new() { Name = "Try now" }).Or(window.Name(uid)).First);
                await Expect(banner).ToHaveCountAsync(0);
                await Expect(window.Page.Locator("main.old")).ToHaveCountAsync(0);
                await window.ExpectStateAsync(uid, "STOPPED");

                await workshop.Api.ActAsync("process/start", "uid", uid);
                await window.ExpectStateAsync(uid, "RUNNING");
                Assert.True(await window.Page.EvaluateAsync<bool>("() => window.isTheSamePage === true"));
            });
        }
        finally
        {
            if (successor is not null)
                await successor.DisposeAsync();
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task LostNetwork_GoesOnBehindTheLastEvent()
    {
        const string Uid = "two:network:network_00";
        await using var network = new FragileRelay(workshop.Server.Port);
        await browser.VisitAsync($"http://127.0.0.1:{network.Port}", Device.Desk, "/?filter=group:network", async window =>
        {
            window.ExpectErrors("ERR_|Failed to load");
            await window.ExpectStateAsync(Uid, "RUNNING");
            // An event that the stream can go on behind.
            await workshop.Api.ActAsync("process/stop", "uid", Uid);
            await window.ExpectStateAsync(Uid, "STOPPED");
            var requests = new ConcurrentQueue<IRequest>();
            window.Page.Request += (_, request) => requests.Enqueue(request);

            network.Cut();
            await Expect(window.Page.Locator(".connection.lost")).ToBeVisibleAsync();
            await workshop.Api.ActAsync("process/start", "uid", Uid);
            network.Mend();

            await Expect(window.Page.Locator(".connection.lost")).ToHaveCountAsync(0);
            await window.ExpectStateAsync(Uid, "RUNNING");
            var streams = requests.Where(request => request.Url.Contains("/api/stream", StringComparison.Ordinal)).ToList();
            Assert.NotEmpty(streams);
            Assert.All(streams, request => Assert.True(request.Headers.ContainsKey("last-event-id")));
            Assert.DoesNotContain(requests, request => request.Url.EndsWith("/api/data", StringComparison.Ordinal));
        });
    }
}
