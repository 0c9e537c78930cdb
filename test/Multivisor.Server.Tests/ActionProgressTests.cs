using System.Text.Json;
using Multivisor.Server.EventStream;
using Multivisor.Server.Tests.Support;
using Multivisor.Supervisord;

namespace Multivisor.Server.Tests;

/// <summary>What an action would touch, and how it goes on.</summary>
public sealed class ActionProgressTests : IAsyncLifetime
{
    private readonly ScriptedAgent _one = ScriptedAgent.Start(
        "s1", ScriptedAgent.Process("g:p1"), ScriptedAgent.Process("g:p2"), ScriptedAgent.Process("multivisor-rpc:multivisor-rpc"));

    private readonly ScriptedAgent _two = ScriptedAgent.Start("s2", ScriptedAgent.Process("g:p1"));
    private TestServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TestServer.StartAsync(
        TestServer.Config(_one, _two), new StreamOptions { KeepAlivePeriod = TimeSpan.FromMilliseconds(50) });

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _one.DisposeAsync();
        await _two.DisposeAsync();
    }

    [Fact]
    public async Task Progress_OneTargetHangs_TellsThePlanAndTheOthersMeanwhile()
    {
        var held = _one.Hold("stopProcess");
        using var lines = await LinesAsync("/api/process/stop", ("uid", "*:g:*,s1:multivisor-rpc:*,s1:no:such"));

        Assert.Equal("application/x-ndjson", lines.Response.Content.Headers.ContentType?.ToString());
        var plan = await lines.NextAsync();
        Assert.Equal(("plan", "process/stop"), (Event(plan), Payload(plan, "action").GetString()));
        Assert.Equal(
            ["s1:g:p1", "s1:g:p2", "s1:multivisor-rpc:multivisor-rpc", "s2:g:p1"],
            Payload(plan, "targets").EnumerateArray().Select(t => t.GetProperty("target").GetString()).Order(StringComparer.Ordinal));
        Assert.Equal(["s1:multivisor-rpc:multivisor-rpc"], Skipped(plan));
        Assert.Equal(["s1:no:such"], Payload(plan, "unknown").EnumerateArray().Select(u => u.GetString()));
        var early = new[] { await lines.NextAsync(), await lines.NextAsync() };
        Assert.Equal(
            [("s1:multivisor-rpc:multivisor-rpc", "skipped"), ("s2:g:p1", "done")], early.Select(Result).Order());

        held.SetResult();
        var late = new[] { await lines.NextAsync(), await lines.NextAsync() };
        Assert.Equal([("s1:g:p1", "done"), ("s1:g:p2", "done")], late.Select(Result).Order());
        var summary = await lines.NextAsync();
        Assert.Equal("summary", Event(summary));
        Assert.Equal((3, 0, 1), (Payload(summary, "done").GetInt32(), Payload(summary, "failed").GetInt32(), Payload(summary, "skipped").GetInt32()));
        Assert.True(Payload(summary, "seconds").GetDouble() >= 0);
        await lines.EndAsync();
    }

    [Fact]
    public async Task Progress_NothingHappensForAWhile_SendsSignsOfLife()
    {
        var held = _one.Hold("stopProcess");
        using var lines = await LinesAsync("/api/process/stop", ("uid", "s1:g:p1"));
        Assert.Equal("plan", Event(await lines.NextAsync()));
        await lines.EmptyLineAsync();
        await lines.EmptyLineAsync();
        held.SetResult();
        Assert.Equal(("s1:g:p1", "done"), Result(await lines.NextAsync()));
    }

    [Fact]
    public async Task Progress_ClientLeaves_ActionIsCarriedOut()
    {
        var held = _one.Hold("stopProcess");
        using (var lines = await LinesAsync("/api/process/stop", ("uid", "s1:g:p1")))
            await lines.NextAsync();
        held.SetResult();
        await Limits.EventuallyAsync(() => _one.Find("g:p1").State == ProcessState.Stopped, "the process was not stopped");
    }

    [Fact]
    public async Task Progress_OfAGroupAndOfASupervisor_HasALineForEachTarget()
    {
        using var group = await LinesAsync("/api/group/stop", ("group", "g"));
        Assert.Equal(3, Payload(await group.NextAsync(), "targets").GetArrayLength());
        var results = new[] { await group.NextAsync(), await group.NextAsync(), await group.NextAsync() };
        Assert.Equal([("s1:g:p1", "done"), ("s1:g:p2", "done"), ("s2:g:p1", "done")], results.Select(Result).Order());
        Assert.Equal("summary", Event(await group.NextAsync()));

        using var supervisor = await LinesAsync("/api/supervisor/reread", ("supervisor", "s1"));
        Assert.Equal("s1", Payload(await supervisor.NextAsync(), "targets")[0].GetProperty("target").GetString());
        Assert.Equal(("s1", "done"), Result(await supervisor.NextAsync()));
        Assert.Equal("supervisor/reread", Payload(await supervisor.NextAsync(), "action").GetString());
    }

    [Fact]
    public async Task Progress_NothingMatches_IsAPlanWithoutTargetsOrNotFound()
    {
        using var lines = await LinesAsync("/api/process/stop", ("uid", "nothing*"));
        Assert.Equal(0, Payload(await lines.NextAsync(), "targets").GetArrayLength());
        Assert.Equal("summary", Event(await lines.NextAsync()));
        await lines.EndAsync();

        using var unknown = await LinesAsync("/api/process/stop", ("uid", "s1:no:such"));
        Assert.Equal(404, (int)unknown.Response.StatusCode);
    }

    [Theory]
    [InlineData("/api/process/stop?dry_run=1", "uid", "nothing:*", "")]
    [InlineData("/api/process/stop?dry_run=true", "uid", "*:g:*", "s1:g:p1 s1:g:p2 s2:g:p1")]
    [InlineData("/api/process/restart?dry_run=1", "uid", "s1:*", "s1:g:p1 s1:g:p2 s1:multivisor-rpc:multivisor-rpc(skip)")]
    [InlineData("/api/process/restart?dry_run=1", "uid", "s1:multivisor-rpc:multivisor-rpc", "s1:multivisor-rpc:multivisor-rpc")]
    [InlineData("/api/group/stop?dry_run=1", "group", "s1:*", "s1:g:p1 s1:g:p2 s1:multivisor-rpc:multivisor-rpc(skip)")]
    [InlineData("/api/supervisor/shutdown?dry_run=1", "supervisor", "s2,s1", "s2 s1")]
    public async Task DryRun_TellsTheTargetsAndTouchesNothing(string path, string field, string value, string expected)
    {
        _one.Calls.Clear();
        _two.Calls.Clear();
        using var response = await _server.PostAsync(path, (field, value));
        var plan = JsonElement.Parse(await response.Content.ReadAsStringAsync());

        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(expected, string.Join(' ', plan.GetProperty("targets").EnumerateArray().Select(t =>
            t.GetProperty("target").GetString() + (t.TryGetProperty("skip", out _) ? "(skip)" : ""))));
        Assert.All(plan.GetProperty("targets").EnumerateArray(), t => Assert.Equal("localhost", t.GetProperty("host").GetString()));
        Assert.DoesNotContain(_one.Calls.Concat(_two.Calls), c => !c.StartsWith("get", StringComparison.Ordinal));
    }

    [Fact]
    public async Task DryRun_AsAFieldOfTheForm_TouchesNothing()
    {
        using var response = await _server.PostAsync("/api/process/signal", ("uid", "s1:g:p1"), ("signal", "TERM"), ("dry_run", "1"));
        Assert.Contains("\"process/signal\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain(_one.Calls, c => c.StartsWith("signal", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/api/process/stop?dry_run=yes", "s1:g:p1", 400)]
    [InlineData("/api/process/stop?dry_run=1", "s1:no:such", 404)]
    public async Task DryRun_NotUnderstood_IsRefusedAndTouchesNothing(string path, string uid, int status)
    {
        using var response = await _server.PostAsync(path, ("uid", uid));
        Assert.Equal(status, (int)response.StatusCode);
        Assert.DoesNotContain(_one.Calls, c => c.StartsWith("stop", StringComparison.Ordinal));
    }

    [Fact]
    public async Task DryRun_No_IsCarriedOut()
    {
        using var response = await _server.PostAsync("/api/process/stop?dry_run=0", ("uid", "s1:g:p1"));
        Assert.Equal("OK", await response.Content.ReadAsStringAsync());
        Assert.Equal(ProcessState.Stopped, _one.Find("g:p1").State);
    }

    private static string? Event(JsonElement line) => line.GetProperty("event").GetString();

    private static JsonElement Payload(JsonElement line, string name) => line.GetProperty("payload").GetProperty(name);

    private static IEnumerable<string?> Skipped(JsonElement plan) => Payload(plan, "targets").EnumerateArray()
        .Where(t => t.TryGetProperty("skip", out var reason) && reason.GetString()!.Length > 0)
        .Select(t => t.GetProperty("target").GetString());

    private static (string?, string?) Result(JsonElement line)
    {
        Assert.Equal("result", Event(line));
        return (Payload(line, "target").GetString(), Payload(line, "outcome").GetString());
    }

    private async Task<LineClient> LinesAsync(string path, params (string Field, string Value)[] form)
    {
        using var content = new FormUrlEncodedContent(form.Select(f => KeyValuePair.Create(f.Field, f.Value)));
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        request.Headers.Accept.ParseAdd("application/x-ndjson");
        var response = await _server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).Soon();
        return new LineClient(response, await response.Content.ReadAsStreamAsync());
    }

    /// <summary>Reads an answer line by line.</summary>
    private sealed class LineClient(HttpResponseMessage response, Stream body) : IDisposable
    {
        private readonly StreamReader _reader = new(body);

        public HttpResponseMessage Response => response;

        public async Task<JsonElement> NextAsync()
        {
            while (true)
            {
                var line = await _reader.ReadLineAsync().Soon() ?? throw new EndOfStreamException("the server ended the answer");
                if (line.Length > 0)
                    return JsonElement.Parse(line);
            }
        }

        public async Task EmptyLineAsync() => Assert.Equal("", await _reader.ReadLineAsync().Soon());

        public async Task EndAsync()
        {
            while (await _reader.ReadLineAsync().Soon() is { } line)
                Assert.Equal("", line);
        }

        public void Dispose()
        {
            _reader.Dispose();
            response.Dispose();
        }
    }
}
