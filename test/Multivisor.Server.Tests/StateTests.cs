using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Multivisor.Server.Tests.Support;

namespace Multivisor.Server.Tests;

/// <summary><c>/api/data</c> and what has to do with it.</summary>
public sealed class StateTests
{
    private static readonly string[] ProcessKeys =
    [
        "description", "exitstatus", "full_name", "group", "host", "logfile", "name", "now", "pid", "running", "spawnerr", "start", "state",
        "statename", "stderr_logfile", "stdout_logfile", "stop", "supervisor", "uid",
    ];

    [Fact]
    public async Task Data_LiveProcess_HasExactlyTheOriginalsKeysInOrder()
    {
        await using var agent = ScriptedAgent.Start("s1", ScriptedAgent.Process("g:p"));
        await using var server = await TestServer.StartAsync(agent);

        var process = (await server.GetJsonAsync("/api/data")).GetProperty("supervisors").GetProperty("s1").GetProperty("processes").GetProperty("s1:g:p");

        Assert.Equal(ProcessKeys, process.EnumerateObject().Select(m => m.Name));
    }

    [Fact]
    public async Task Data_WithOtherKeysInGlobal_IsSortedAndEndsWithALineFeed()
    {
        await using var one = ScriptedAgent.Start("zeta", ScriptedAgent.Process("g:b"), ScriptedAgent.Process("g:a"));
        await using var two = ScriptedAgent.Start("Alpha", ScriptedAgent.Process("g:ü"));
        await using var server = await TestServer.StartAsync(TestServer.Config("zone=north\nabout=it \"works\" <here>\n", one, two));

        var text = await server.Client.GetStringAsync("/api/data");

        Assert.EndsWith("}\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', text[..^1]);
        var data = JsonElement.Parse(text);
        Assert.Equal("it \"works\" <here>", data.GetProperty("about").GetString());
        AssertSorted(data);
    }

    [Fact]
    public async Task Data_KeepAlive_HeadAndBodyComeInOnePiece()
    {
        // The original sends them apart, and each request of a keep-alive client takes 44 ms (D13).
        await using var agent = ScriptedAgent.Start("s1", [.. Enumerable.Range(0, 26).Select(i => ScriptedAgent.Process($"g:p{i}"))]);
        await using var server = await TestServer.StartAsync(agent);
        using var socket = await server.ConnectAsync();
        var buffer = new byte[256 * 1024];
        for (var i = 0; i < 3; i++)
        {
            await socket.SendAsync("GET /api/data HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
            var answer = Encoding.UTF8.GetString(buffer, 0, await socket.ReceiveAsync(buffer, SocketFlags.None).Soon());

            Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
            var body = answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
            Assert.Contains($"Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n", answer, StringComparison.Ordinal);
            Assert.EndsWith("}\n", body, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/api/data")]
    [InlineData("/api/refresh")]
    [InlineData("/api/process/list")]
    [InlineData("/api/process/info/s1:g:p")]
    [InlineData("/api/supervisor/info/s1")]
    [InlineData("/api/config/file")]
    [InlineData("/api/auth")]
    [InlineData("/healthz")]
    [InlineData("/metrics")]
    [InlineData("/")]
    public async Task Head_OfWhatCanBeRead_AnswersWithoutBody(string path)
    {
        await using var agent = ScriptedAgent.Start("s1", ScriptedAgent.Process("g:p"));
        await using var server = await TestServer.StartAsync(agent);
        using var get = await server.SendAsync(HttpMethod.Get, path, null);
        using var head = await server.SendAsync(HttpMethod.Head, path, null);

        Assert.Equal(200, (int)head.StatusCode);
        Assert.Equal(get.Content.Headers.ContentType?.ToString(), head.Content.Headers.ContentType?.ToString());
        Assert.Equal("", await head.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("GET", "/api/nope", 404)]
    [InlineData("GET", "/api", 404)]
    [InlineData("GET", "/API/nope", 404)]
    [InlineData("GET", "/api/nope.json", 404)]
    [InlineData("POST", "/api/nope", 404)]
    [InlineData("GET", "/api/process/stop", 405)]
    [InlineData("POST", "/api/data", 405)]
    [InlineData("DELETE", "/api/process/info/s1:g:p", 405)]
    [InlineData("GET", "/api/process/info/s1:g:nope", 404)]
    [InlineData("GET", "/api/process/info/nope:g:p", 404)]
    [InlineData("GET", "/api/process/info/:g:p", 404)]
    [InlineData("GET", "/api/supervisor/info/nope", 404)]
    public async Task Api_WhatDoesNotExist_IsSaidInJsonAndNotAsThePage(string method, string path, int status)
    {
        // The original answers with the page and 200, or with 500 (D7).
        await using var agent = ScriptedAgent.Start("s1", ScriptedAgent.Process("g:p"));
        await using var server = await TestServer.StartAsync(agent);

        using var response = await server.SendAsync(new HttpMethod(method), path, null);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.NotEmpty(JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("message").GetString()!);
        Assert.Equal(status == 405, response.Content.Headers.Allow.Count > 0);
    }

    [Fact]
    public async Task AnyOtherAddress_IsThePage()
    {
        await using var server = await TestServer.StartAsync("[global]\n");
        using var response = await server.SendAsync(HttpMethod.Get, "/view/supervisor", null);
        Assert.Equal("text/html; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
    }

    [Theory]
    [InlineData("POST", "/api/process/stop")]
    [InlineData("GET", "/api/admin/reload")]
    public async Task ChangeSentByAnotherSite_IsRefused(string method, string path)
    {
        await using var server = await TestServer.StartAsync("[global]\n");
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Add("Sec-Fetch-Site", "cross-site");
        using var response = await server.Client.SendAsync(request);
        Assert.Equal(403, (int)response.StatusCode);
    }

    [Fact]
    public async Task DataThenStream_WithTheEventIdOfData_MissesNothing()
    {
        await using var agent = ScriptedAgent.Start("s1", ScriptedAgent.Process("g:p"));
        await using var server = await TestServer.StartAsync(agent);
        using var live = await SseClient.OpenAsync(server);
        using var data = await server.Client.GetAsync("/api/data");
        agent.ChangeState("g:p", Supervisord.ProcessState.Exited);
        var expected = await live.TakeAsync(2);

        // The page got the state, and only then opens the stream.
        using var late = await SseClient.OpenAsync(server, $"/api/stream?last_event_id={data.Headers.GetValues("Multivisor-Event-Id").Single()}");

        Assert.Equal(expected, await late.TakeAsync(2));
    }

    [Fact]
    public async Task ProcessInfo_ChangedMeanwhileWithoutAnEvent_IsReadAgainFirst()
    {
        await using var agent = ScriptedAgent.StartAnnounced("s1", ScriptedAgent.Process("g:p"));
        await using var server = await TestServer.StartAsync(agent);
        agent.Calls.Clear();

        var process = await server.GetJsonAsync("/api/process/info/s1:g:p");
        await server.GetJsonAsync("/api/supervisor/info/s1");
        await server.GetJsonAsync("/api/refresh");

        Assert.Equal(20, process.GetProperty("state").GetInt32());
        Assert.Equal(1, agent.Calls.Count(c => c == "getProcessInfo g:p"));
        Assert.Equal(2, agent.Calls.Count(c => c == "getAllProcessInfo"));
    }

    private static void AssertSorted(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
            return;
        var names = json.EnumerateObject().Select(m => m.Name).ToArray();
        Assert.Equal(names.Order(StringComparer.Ordinal), names);
        foreach (var member in json.EnumerateObject())
            AssertSorted(member.Value);
    }
}
