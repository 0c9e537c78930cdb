using System.Threading.Channels;
using Multivisor.Client.Tests.Support;
using Multivisor.Contract;
using Multivisor.EndToEnd.Support;
using Multivisor.Testing;

namespace Multivisor.Client.Tests;

public sealed class LiveSiteTests(OpenSite site) : IClassFixture<OpenSite>
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Start_ThenAStop_IsInTheState()
    {
        using var client = site.Connect();
        var changes = Channel.CreateUnbounded<LiveChange>();
        await using var live = new LiveSite(client) { OnChange = change => changes.Writer.TryWrite(change) };
        await live.StartAsync();
        var before = live.Counts;

        await client.RunAsync(SiteAction.OnProcesses(ProcessVerb.Stop, ["one:live:live_00"])).ToListAsync();
        using var limit = new CancellationTokenSource(Limit);
        await changes.Reader.ReadAllAsync(limit.Token).FirstAsync(
            change => change is LiveChange.Process { After: { Uid: "one:live:live_00", State: ProcessStates.Stopped } }, limit.Token);
        var notice = await changes.Reader.ReadAllAsync(limit.Token).OfType<LiveChange.Notification>().FirstAsync(limit.Token);

        Assert.Equal((1, 1), (before.Supervisors, before.SupervisorsUp));
        Assert.Equal(before.ProcessesUp - 1, live.Counts.ProcessesUp);
        Assert.Equal("STOPPED", live.FindProcess("one:live:live_00")!.StateName);
        Assert.Contains("live_00", notice.Value.Message, StringComparison.Ordinal);
        Assert.True(live.Status.IsLive);
    }

    [Fact]
    public async Task Start_NoServer_FailsAtOnce()
    {
        using var client = new MultivisorClient(new MultivisorClientOptions { Url = ServerUrl.Parse($"127.0.0.1:{FreePort.Take()}") });
        await using var live = new LiveSite(client);

        var error = await Assert.ThrowsAsync<MultivisorException>(() => live.StartAsync());

        Assert.Equal(MultivisorProblem.Unreachable, error.Problem);
    }

    [Fact]
    public async Task Follow_ServerGoesAndComesBack_KeepsTheStateAndCatchesUp()
    {
        var server = await ServerProcess.StartAsync(("one", site.Supervisord.AgentPort));
        var port = server.Port;
        using var client = new MultivisorClient(new MultivisorClientOptions { Url = ServerUrl.Parse($"127.0.0.1:{port}") });
        var statuses = Channel.CreateUnbounded<LiveStatus>();
        await using var live = new LiveSite(client)
        {
            OnChange = change =>
            {
                if (change is LiveChange.Connection connection)
                    statuses.Writer.TryWrite(connection.Status);
            },
        };
        await live.StartAsync();
        using var limit = new CancellationTokenSource(Limit);
        await statuses.Reader.ReadAllAsync(limit.Token).FirstAsync(status => status.IsLive, limit.Token);

        await server.DisposeAsync();
        var lost = await statuses.Reader.ReadAllAsync(limit.Token).FirstAsync(status => !status.IsLive, limit.Token);
        Assert.NotEmpty(lost.Error);
        Assert.NotEmpty(live.GetProcesses());

        // It knows one supervisor more, so that what the client has must be read again.
        await using var next = await ServerProcess.StartAsync(ServerProcess.Configuration("", ("one", site.Supervisord.AgentPort), ("two", FreePort.Take())), port: port);
        await statuses.Reader.ReadAllAsync(limit.Token).FirstAsync(status => status.IsLive, limit.Token);
        await Eventually.IsTrueAsync(() => live.Counts.Supervisors == 2, Limit);
    }
}
