using System.Net;
using Multivisor.ZeroRpc.Tests.Support;

namespace Multivisor.ZeroRpc.Tests;

/// <summary>Counts of the whole process, so these run alone.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

/// <summary>What long use leaves behind: nothing.</summary>
[Collection(nameof(Alone))]
public sealed class LeakTests
{
    /// <summary>Descriptors and timers of the runtime come and go (a DNS socket, a timer of the test runner).</summary>
    private const int Slack = 3;

    [Fact]
    public async Task ConnectCallDisconnect_10000Times_LeavesNothingBehind()
    {
        await using var server = new TestServer();
        await RoundAsync(server);
        await IdleAsync(server);
        var before = Counts.Now();

        await Parallel.ForAsync(0, 10_000, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (_, _) => await RoundAsync(server));

        await IdleAsync(server);
        Assert.Equal(10_001, server.Calls);
        await Counts.BackAtAsync(before);
    }

    [Fact]
    public async Task Reconnects_OfADayToADeadHost_LeaveNothingBehind()
    {
        int port;
        using (var listener = RawPeer.Listen())
            port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        await RefusedAsync(port);
        var before = Counts.Now();

        // One attempt each 10 s for 24 h.
        for (var attempt = 0; attempt < 8_640; attempt++)
            await RefusedAsync(port);

        await Counts.BackAtAsync(before);
    }

    [Fact]
    public async Task BrokenHandshakesAndAbandonedStreams_LeaveNothingBehind()
    {
        await using var server = new TestServer(new ZeroRpcOptions { ConnectTimeout = TimeSpan.FromMilliseconds(50) });
        await using var client = await server.ConnectAsync();
        await client.CallAsync("add", [1, 2]);
        var before = Counts.Now();

        for (var i = 0; i < 200; i++)
        {
            using var half = await RawPeer.ConnectAsync(server.Port);
            await half.SendAsync(RawPeer.Greeting.AsMemory(0, 20));
        }

        for (var i = 0; i < 200; i++)
        {
            await foreach (var _ in client.StreamAsync("count", [1000]))
                break;
        }

        Assert.Equal(0, client.ChannelCount);
        await client.DisposeAsync();
        await IdleAsync(server);
        await Counts.BackAtAsync(before);
    }

    [Fact]
    public async Task ShortCalls_ArmNoTimerEach()
    {
        await using var server = new TestServer();
        await using var client = await server.ConnectAsync();
        await client.CallAsync("add", [1, 2]);
        var before = Timer.ActiveCount;

        for (var i = 0; i < 1000; i++)
            await client.CallAsync("add", [i, i]);

        Assert.InRange(Timer.ActiveCount, 0, before + Slack);
    }

    [Fact]
    public async Task AThousandLinks_CostOneDescriptorEachAndLittleMemory()
    {
        const int links = 1000;
        await using var server = new TestServer();
        await using (var warm = await server.ConnectAsync())
            await warm.CallAsync("add", [1, 2]);
        await IdleAsync(server);
        var before = Counts.Now();
        var memory = GC.GetTotalMemory(forceFullCollection: true);

        var clients = new List<ZeroRpcClient>();
        for (var i = 0; i < links; i++)
        {
            clients.Add(await server.ConnectAsync());
            Assert.Equal(i + 1, await clients[i].CallAsync("add", [i, 1]));
        }

        // One here and one at the server, which is in this process too; no timer but the heartbeats' that the calls have armed. What earlier
        // tests still had open at the start may have been closed since, so only more would be wrong.
        Assert.InRange(Counts.Now().Descriptors - before.Descriptors, links, (2 * links) + Slack);
        Assert.InRange(Counts.Now().Timers - before.Timers, 0, (2 * links) + Slack);
        var each = (GC.GetTotalMemory(forceFullCollection: true) - memory) / links;
        // Both ends of a link, idle: no read or write buffers, only the objects.
        Assert.InRange(each, 0, 20_000);

        foreach (var client in clients)
            await client.DisposeAsync();
        await IdleAsync(server);
        await Counts.BackAtAsync(before);
    }

    private static async Task RoundAsync(TestServer server)
    {
        await using var client = await server.ConnectAsync();
        Assert.Equal(5, await client.CallAsync("add", [2, 3]));
    }

    private static async Task RefusedAsync(int port)
    {
        try
        {
            await using var client = await ZeroRpcClient.ConnectAsync("127.0.0.1", port);
            Assert.Fail("somebody listens");
        }
        catch (LostRemoteException e) when (e.Message.StartsWith("connection refused", StringComparison.Ordinal))
        {
            // As it must be.
        }
    }

    private static async Task IdleAsync(TestServer server)
    {
        await Eventually.TrueAsync(() => server.Server.ConnectionCount == 0, "connections stay");
        Assert.Equal(0, server.Server.ChannelCount);
    }

    private sealed record Counts(int Descriptors, long Timers)
    {
        public static Counts Now() => new(Directory.GetFiles("/proc/self/fd").Length, Timer.ActiveCount);

        public static Task BackAtAsync(Counts before) => Eventually.TrueAsync(
            () => Now() is var now && now.Descriptors <= before.Descriptors + Slack && now.Timers <= before.Timers + Slack,
            $"descriptors and timers stay above {before}: {Now()}");
    }
}
