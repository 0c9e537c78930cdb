using System.Text;
using System.Text.Json;
using Multivisor.Server.Tests.Support;

namespace Multivisor.Server.Tests;

/// <summary><c>/api/process/log/…/tail/…</c> against supervisord's own arithmetic.</summary>
public sealed class LogTests
{
    [Fact]
    public async Task Tail_LogThatGrows_SendsEachOctetOnce()
    {
        // The original repeats the last 4096 octets with every piece (D1).
        await using var agent = ScriptedAgent.Start("s1", ScriptedAgent.Process("g:p"));
        agent.Logs["g:p"] = Encoding.UTF8.GetBytes(new string('x', 5000));
        await using var server = await TestServer.StartAsync(agent);
        using var stream = await SseClient.OpenAsync(server, "/api/process/log/out/tail/s1:g:p");

        var first = (await stream.NextAsync()).Data;
        Assert.Equal((new string('x', 4096), 5000), (first.GetProperty("message").GetString(), first.GetProperty("size").GetInt32()));
        foreach (var text in (string[])["NEW", "größer €\n", new string('y', 9000)])
        {
            agent.Logs["g:p"] = [.. agent.Logs["g:p"], .. Encoding.UTF8.GetBytes(text)];
            Assert.Equal(text, await NewTextAsync(stream));
        }

        // Rotated: what is there now is new.
        agent.Logs["g:p"] = "again"u8.ToArray();
        Assert.Equal("again", await NewTextAsync(stream));
    }

    [Fact]
    public async Task Follow_TwoHundredViewers_AskSupervisordAsOneDoes()
    {
        await using var agent = ScriptedAgent.Start("s1", ScriptedAgent.Process("g:p"));
        agent.Logs["g:p"] = "one\n"u8.ToArray();
        await using var server = await TestServer.StartAsync(agent);
        var viewers = new List<SseClient>();
        try
        {
            var all = Enumerable.Range(0, 200).Select(async _ =>
            {
                var viewer = await SseClient.OpenAsync(server, "/api/process/log/out/follow/s1:g:p");
                lock (viewers)
                    viewers.Add(viewer);
                await viewer.UntilAsync(b => b.Text.Contains("one", StringComparison.Ordinal));
            });
            await Task.WhenAll(all);
            Assert.Equal(1, server.Fleet.FollowedLogs);
            agent.Calls.Clear();
            agent.Logs["g:p"] = "one\ntwo\n"u8.ToArray();
            foreach (var viewer in viewers)
                await viewer.UntilAsync(b => b.Text.Contains("two", StringComparison.Ordinal));

            // The size is asked once a second; what is new is asked for once in all, together with what is before it.
            Assert.Single(agent.Calls, "tailProcessStdoutLog g:p 4 8");
        }
        finally
        {
            viewers.ForEach(v => v.Dispose());
        }

        await Limits.EventuallyAsync(() => server.Fleet.FollowedLogs == 0, "nobody looks any more");
    }

    [Fact]
    public async Task Follow_AnyOctets_HaveExactOffsetsAndResume()
    {
        await using var agent = ScriptedAgent.Start("s1", ScriptedAgent.Process("g:p"));
        agent.Logs["g:p"] = "a\0\u001b[31mé"u8.ToArray();
        await using var server = await TestServer.StartAsync(agent);
        string? id;
        using (var stream = await SseClient.OpenAsync(server, "/api/process/log/out/follow/s1:g:p?bytes=100"))
        {
            Assert.Equal("{\"file\":\"\",\"offset\":0,\"lost\":0}", (await stream.UntilAsync(b => b.Name == "opened")).Text);
            var lines = await stream.UntilAsync(b => b.Name == "lines");
            Assert.Equal(("a\0\u001b[31mé", 0, 9), (lines.Data.GetProperty("text").GetString(), lines.Data.GetProperty("from").GetInt64(), lines.Data.GetProperty("to").GetInt64()));
            id = lines.Id;
        }

        agent.Logs["g:p"] = [.. agent.Logs["g:p"], .. "rest"u8];
        using var resumed = await SseClient.OpenAsync(server, "/api/process/log/out/follow/s1:g:p", lastEventId: id);
        Assert.Equal("{\"file\":\"\",\"offset\":9,\"lost\":0}", (await resumed.UntilAsync(b => b.Name == "opened")).Text);
        Assert.Equal("{\"text\":\"rest\",\"from\":9,\"to\":13,\"file\":\"\"}", (await resumed.UntilAsync(b => b.Name == "lines")).Text);
    }

    [Fact]
    public async Task Tail_EndsWithHalfACharacter_DoesNotEndTheStream()
    {
        // supervisord answers 500 when its slice begins inside a character (D15).
        await using var agent = ScriptedAgent.Start("s1", ScriptedAgent.Process("g:p"));
        agent.Logs["g:p"] = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("€", 3000)));
        await using var server = await TestServer.StartAsync(agent);
        using var stream = await SseClient.OpenAsync(server, "/api/process/log/out/tail/s1:g:p");
        Assert.Equal(new string('€', 1365), (await stream.NextAsync()).Data.GetProperty("message").GetString());
    }

    [Theory]
    [InlineData("err")]
    [InlineData("anything")]
    public async Task Tail_AnyStreamButOut_IsStderr(string name)
    {
        await using var agent = ScriptedAgent.Start("s1", ScriptedAgent.Process("g:p"));
        agent.Logs["g:p:err"] = "trouble"u8.ToArray();
        await using var server = await TestServer.StartAsync(agent);
        using var stream = await SseClient.OpenAsync(server, $"/api/process/log/{name}/tail/s1:g:p");
        Assert.Equal("{\"message\":\"trouble\",\"size\":7}", (await stream.NextAsync()).Text);
        Assert.Equal("{\"message\":\"\",\"size\":7}", (await stream.NextAsync()).Text);
    }

    [Fact]
    public async Task Tail_UnknownOrOfflineOrRefused_IsSaidWithAStatus()
    {
        await using var agent = ScriptedAgent.Start("s1", ScriptedAgent.Process("g:p"));
        await using var server = await TestServer.StartAsync(agent);
        await AssertAsync(server, "/api/process/log/out/tail/s1:g:nope", 404);
        await AssertAsync(server, "/api/process/log/out/tail/nope", 404);
        agent.Failures["tailProcessStdoutLog"] = new ZeroRpc.RemoteException("Fault", "<Fault 20: 'NO_FILE'>");
        await AssertAsync(server, "/api/process/log/out/tail/s1:g:p", 503);

        using var events = await SseClient.OpenAsync(server);
        await agent.StopAsync();
        await events.UntilAsync(b => b.IsSupervisor("s1", running: false));
        await AssertAsync(server, "/api/process/log/out/tail/s1:g:p", 503);
    }

    [Fact]
    public async Task Tail_ClientLeaves_NothingIsReadAnyMore()
    {
        await using var agent = ScriptedAgent.Start("s1", ScriptedAgent.Process("g:p"));
        agent.Logs["g:p"] = "x"u8.ToArray();
        await using var server = await TestServer.StartAsync(agent);
        using (var stream = await SseClient.OpenAsync(server, "/api/process/log/out/tail/s1:g:p"))
            await stream.TakeAsync(2);
        // A second follower is the clock: while it gets two pieces, the first would have asked twice as well.
        using var other = await SseClient.OpenAsync(server, "/api/process/log/err/tail/s1:g:p");
        // One question more may be on its way when the client is found to be gone.
        await other.TakeAsync(1);
        agent.Calls.Clear();
        await other.TakeAsync(2);

        Assert.DoesNotContain(agent.Calls, c => c.StartsWith("tailProcessStdoutLog", StringComparison.Ordinal));
    }

    private static async Task<string> NewTextAsync(SseClient stream) =>
        (await stream.UntilAsync(b => b.IsEvent && b.Data.GetProperty("message").GetString() != "")).Data.GetProperty("message").GetString()!;

    private static async Task AssertAsync(TestServer server, string path, int status)
    {
        using var response = await server.SendAsync(HttpMethod.Get, path, null);
        Assert.Equal((status, "application/json"), ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        Assert.NotEmpty(JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("message").GetString()!);
    }
}
