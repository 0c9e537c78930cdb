using System.Net.Sockets;
using System.Text;
using Multivisor.Fleet.Feed;
using Multivisor.Server.EventStream;
using Multivisor.Server.Page;
using Multivisor.Server.Tests.Support;
using Multivisor.Supervisord;

namespace Multivisor.Server.Tests;

/// <summary><c>/api/stream</c>.</summary>
public sealed class StreamTests
{
    [Fact]
    public async Task Open_QuietSystem_HeadComesAtOnceAndKeepsProxiesFromBuffering()
    {
        // The original sends no head before the first event: an EventSource stays "connecting" for ever (D8).
        await using var server = await TestServer.StartAsync("[global]\n");
        using var stream = await SseClient.OpenAsync(server);

        Assert.Equal("text/event-stream; charset=utf-8", stream.Response.Content.Headers.ContentType?.ToString());
        Assert.Equal("no", Assert.Single(stream.Response.Headers.GetValues("X-Accel-Buffering")));
        Assert.Contains("no-cache", stream.Response.Headers.CacheControl?.ToString(), StringComparison.Ordinal);
        Assert.Contains("no-transform", stream.Response.Headers.CacheControl?.ToString(), StringComparison.Ordinal);
        Assert.NotNull((await stream.ReadAsync())?.Comment);
    }

    [Fact]
    public async Task Open_QuietSystem_SendsKeepAliveComments()
    {
        await using var server = await TestServer.StartAsync("[global]\n", new StreamOptions { KeepAlivePeriod = TimeSpan.FromMilliseconds(20) });
        using var stream = await SseClient.OpenAsync(server);
        for (var i = 0; i < 3; i++)
            await stream.UntilAsync(block => block.Comment == "keep-alive");
    }

    [Fact]
    public async Task Open_AskedForHello_BeginsWithItWithoutAnId()
    {
        var page = new PageFiles(new Dictionary<string, Func<byte[]>>(StringComparer.Ordinal) { ["index.html"] = () => "<head></head>"u8.ToArray() });
        await using var server = await TestServer.StartAsync("[global]\n", page: page);
        using var stream = await SseClient.OpenAsync(server, "/api/stream?hello=1");

        var hello = await stream.UntilAsync(block => block.Comment is null);

        Assert.Equal(("hello", "hello", null), (hello.Name, hello.Event, hello.Id));
        Assert.Equal(page.Build, hello.Payload.GetProperty("page").GetString());
        Assert.Contains($"content=\"{page.Build}\"", await server.Client.GetStringAsync("/"), StringComparison.Ordinal);
        Assert.Equal(Multivisor.Server.Http.ProgramVersion.Text, hello.Payload.GetProperty("version").GetString());
        Assert.True(hello.Payload.GetProperty("time").GetDouble() > 1.6e9);
    }

    [Fact]
    public async Task Open_NotAskedForHello_BeginsWithAChange()
    {
        // A client of the original takes whatever comes first for one.
        await using var agent = ScriptedAgent.Start("s1", ScriptedAgent.Process("g:p"));
        await using var server = await TestServer.StartAsync(agent);
        using var stream = await SseClient.OpenAsync(server);
        agent.ChangeState("g:p", ProcessState.Exited);
        Assert.Equal("process_changed", (await stream.UntilAsync(block => block.Comment is null)).Event);
    }

    [Fact]
    public async Task Open_BuildWithoutPage_SaysSo()
    {
        await using var server = await TestServer.StartAsync("[global]\n");
        using var stream = await SseClient.OpenAsync(server, "/api/stream?hello=1");
        var hello = await stream.UntilAsync(block => block.Name == "hello");
        Assert.Equal(System.Text.Json.JsonValueKind.Null, hello.Payload.GetProperty("page").ValueKind);
    }

    [Fact]
    public async Task Event_BytesOnTheWire_AreThoseOfTheOriginalWithAnId()
    {
        await using var agent = ScriptedAgent.Start("s1", ScriptedAgent.Process("g:p"));
        await using var server = await TestServer.StartAsync(agent);
        using var stream = await SseClient.OpenAsync(server);

        agent.ChangeState("g:p", ProcessState.Exited);
        var events = await stream.TakeAsync(2);

        Assert.All(events, e => Assert.StartsWith("{\"payload\":{", e.Text, StringComparison.Ordinal));
        Assert.EndsWith("},\"event\":\"process_changed\"}", events[0].Text, StringComparison.Ordinal);
        Assert.EndsWith("},\"event\":\"notification\"}", events[1].Text, StringComparison.Ordinal);
        Assert.Equal(events[0].Number + 1, events[1].Number);
        Assert.Equal("p on s1 changed from RUNNING to EXITED", events[1].Message);
    }

    [Fact]
    public async Task Reconnect_WithLastEventId_GetsEachMissedEventOnceAndInOrder()
    {
        await using var agent = ScriptedAgent.Start("s1", ScriptedAgent.Process("g:p"));
        await using var server = await TestServer.StartAsync(agent);
        using var witness = await SseClient.OpenAsync(server);
        IReadOnlyList<SseBlock> seen;
        using (var first = await SseClient.OpenAsync(server))
        {
            agent.ChangeState("g:p", ProcessState.Stopping);
            agent.ChangeState("g:p", ProcessState.Stopped);
            seen = await first.TakeAsync(3);
        }

        agent.ChangeState("g:p", ProcessState.Starting);
        agent.ChangeState("g:p", ProcessState.Running);
        var all = (await witness.TakeAsync(8)).ToList();
        using var second = await SseClient.OpenAsync(server, lastEventId: seen[^1].Id);
        agent.ChangeState("g:p", ProcessState.Exited);
        all.AddRange(await witness.TakeAsync(2));

        Assert.Equal(all.Skip(3), await second.TakeAsync(7));
        Assert.Equal(all.Count, all.DistinctBy(e => e.Id).Count());
    }

    [Theory]
    [InlineData("1")]
    [InlineData("99999999999999999999")]
    [InlineData("-5")]
    [InlineData("yesterday")]
    public async Task Reconnect_WithAnIdThatIsNotKeptOrNotOurs_IsToldToResync(string id)
    {
        await using var agent = ScriptedAgent.Start("s1", ScriptedAgent.Process("g:p"));
        await using var server = await TestServer.StartAsync(agent);
        using var stream = await SseClient.OpenAsync(server, lastEventId: id);

        var first = await stream.NextAsync();
        agent.ChangeState("g:p", ProcessState.Exited);

        Assert.Equal("resync", first.Event);
        Assert.NotEmpty(first.Payload.GetProperty("reason").GetString()!);
        Assert.True((await stream.NextAsync()).IsProcess("s1:g:p", "EXITED"));
    }

    [Fact]
    public async Task Reconnect_WithTheNewestId_GetsNothingOld()
    {
        await using var agent = ScriptedAgent.Start("s1", ScriptedAgent.Process("g:p"));
        await using var server = await TestServer.StartAsync(agent);
        using var stream = await SseClient.OpenAsync(server, lastEventId: server.Fleet.Feed.LastId.ToString());
        agent.ChangeState("g:p", ProcessState.Exited);
        Assert.True((await stream.NextAsync()).IsProcess("s1:g:p", "EXITED"));
    }

    [Fact]
    public async Task HundredClientsThatLeave_AreForgotten()
    {
        // The original keeps the queue of everybody who ever came (D2).
        await using var server = await TestServer.StartAsync("[global]\n");
        var sockets = new List<Socket>();
        for (var i = 0; i < 100; i++)
        {
            sockets.Add(await server.ConnectAsync());
            await sockets[^1].SendAsync(Request);
        }

        await Limits.EventuallyAsync(() => server.Fleet.Feed.SubscriberCount == 100, "100 clients");
        foreach (var socket in sockets)
            socket.Dispose();
        await Limits.EventuallyAsync(() => server.Fleet.Feed.SubscriberCount == 0, "nobody");
    }

    [Fact]
    public async Task ClientThatDoesNotRead_CostsBoundedMemoryAndIsToldToResync()
    {
        // In the original 10 clients that never read cost 260 MB after 20,000 events (D12).
        const int Count = 12_000, Size = 4096;
        await using var server = await TestServer.StartAsync("[global]\n");
        using var slow = await server.ConnectAsync();
        await slow.SendAsync(Request);
        await Limits.EventuallyAsync(() => server.Fleet.Feed.SubscriberCount == 1, "the slow client is there");
        using var reader = await SseClient.OpenAsync(server);

        await PublishAsync(server, reader, Count, Size);

        Assert.Equal(1, server.Fleet.Feed.ResyncCount);
        var kept = await ReadUntilAsync(slow, "\"event\":\"resync\"");
        Assert.InRange(kept, 1, Count / 2 * (long)Size);
    }

    [Fact]
    public async Task ClientThatDoesNotRead_ForTooLong_IsClosedAndForgotten()
    {
        await using var server = await TestServer.StartAsync("[global]\n", new StreamOptions { WriteLimit = TimeSpan.FromSeconds(2) });
        using var slow = await server.ConnectAsync();
        slow.ReceiveBufferSize = 4096;
        await slow.SendAsync(Request);
        await Limits.EventuallyAsync(() => server.Fleet.Feed.SubscriberCount == 1, "the slow client is there");
        using var reader = await SseClient.OpenAsync(server);

        await PublishAsync(server, reader, 6000, 4096);

        await Limits.EventuallyAsync(() => server.Fleet.Feed.SubscriberCount == 1, "only the one who reads");
    }

    [Fact]
    public async Task Metrics_CountTheClientsOfTheStream()
    {
        await using var server = await TestServer.StartAsync("[global]\n");
        using var stream = await SseClient.OpenAsync(server);
        await stream.ReadAsync();
        Assert.Contains("\nmultivisor_stream_clients 1\n", await server.Client.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }

    private static byte[] Request => "GET /api/stream HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray();

    /// <summary>Events for everybody, no faster than somebody who reads can take.</summary>
    private static async Task PublishAsync(TestServer server, SseClient reader, int count, int size)
    {
        var text = new string('x', size);
        for (var i = 0; i < count; i += 200)
        {
            for (var j = 0; j < 200; j++)
                server.Fleet.Feed.Publish(new FleetChange.Notification(text, NotificationLevel.Info, DateTimeOffset.UnixEpoch));
            Assert.All(await reader.TakeAsync(200), e => Assert.EndsWith("\"event\":\"notification\"}", e.Text, StringComparison.Ordinal));
        }
    }

    /// <returns>How many octets came before the text.</returns>
    private static async Task<long> ReadUntilAsync(Socket socket, string text)
    {
        var buffer = new byte[64 * 1024];
        var (total, tail) = (0L, "");
        while (!tail.Contains(text, StringComparison.Ordinal))
        {
            var read = await socket.ReceiveAsync(buffer, SocketFlags.None).Soon();
            Assert.NotEqual(0, read);
            total += read;
            tail = tail[Math.Max(0, tail.Length - 100)..] + Encoding.UTF8.GetString(buffer, 0, read);
        }

        return total;
    }
}
