using Multivisor.Contract;
using Multivisor.EndToEnd.Page.Support;
using Multivisor.EndToEnd.Support;
using Multivisor.Testing;
using static Microsoft.Playwright.Assertions;

namespace Multivisor.EndToEnd.Page;

/// <summary>
/// One supervisord by our agent, one by the plug-in, one over TCP, one over its unix socket, one by an agent as the original's: nobody who looks at the page,
/// reads events or acts can tell which is which.
/// </summary>
[Collection(PageCollection.Name)]
public sealed class MixedSiteTests(Browser browser)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(40);

    [Fact]
    public async Task SamePageSameEventsSameActions()
    {
        var programs = SupervisordOptions.Sleepers("web", 2);
        await using var agent = await Site.StartAsync("agent", programs);
        await using var plugIn = await Site.StartPlugInAsync("plugin", programs);
        await using var tcp = await SupervisordInstance.StartAsync(new() { Sections = programs, Inet = true });
        await using var unix = await SupervisordInstance.StartAsync(new() { Sections = programs });
        await using var original = await SimulatedFleetProcess.StartAsync("--supervisors", "1", "--original", "1", "--processes", "3");
        await using var server = await ServerProcess.StartAsync(
            $"""
            [global]
            [supervisor:agent]
            url=127.0.0.1:{agent.AgentPort}
            [supervisor:plugin]
            url=127.0.0.1:{plugIn.AgentPort}
            [supervisor:tcp]
            url={tcp.InetUrl}
            [supervisor:unix]
            url=unix://{unix.SocketPath}

            """
            + original.Configuration.Replace("[global]", "# global", StringComparison.Ordinal));
        using var stream = await server.Api.StreamAsync();

        var all = await Eventually.BecomesAsync(() => server.Api.SupervisorsAsync(), s => s.Values.All(one => one.Running), Soon);
        Assert.Equal(["agent", "agent", "direct", "direct", "original"], all.Values.Select(s => s.Link!.Kind).Order(StringComparer.Ordinal));
        Assert.Single(all.Values.Select(s => string.Join(',', s.Processes.Values.First().GetType().GetProperties().Select(p => p.Name))).Distinct(StringComparer.Ordinal));

        await browser.VisitAsync(server, Device.Desk, "/view/process", async window =>
        {
            foreach (var supervisor in all.Values)
            {
                foreach (var uid in supervisor.Processes.Keys)
                    await Expect(window.Row(uid)).ToBeVisibleAsync();
                await StopAndStartAsync(window, stream, supervisor);
            }

            await window.View("Supervisors").ClickAsync();
            foreach (var supervisor in all.Values)
            {
                var card = window.Page.Locator(".supervisor-card").Filter(
                    new() { Has = window.Page.GetByRole(AriaRole.Button, new() { Name = $"{supervisor.Name}, connected" }) });
                await Expect(card).ToContainTextAsync($"{supervisor.Pid}");
            }
        });
    }

    private static async Task StopAndStartAsync(PageWindow window, StreamClient stream, SupervisorJson supervisor)
    {
        var uid = supervisor.Processes.First(p => p.Value.Running && p.Value.Group != "multivisor-rpc").Key;
        await window.ActAsync(uid, "Stop");
        await stream.ProcessAsync(uid, "STOPPED", Soon);
        await Expect(window.Row(uid)).ToContainTextAsync("STOPPED");

        await window.ActAsync(uid, "Start");
        await stream.ProcessAsync(uid, "RUNNING", Soon);
        await Expect(window.Row(uid)).Not.ToContainTextAsync("STOPPED");
    }
}
