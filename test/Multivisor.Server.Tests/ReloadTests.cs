using System.Text.Json;
using Multivisor.Server.Tests.Support;

namespace Multivisor.Server.Tests;

/// <summary><c>/api/admin/reload</c>.</summary>
public sealed class ReloadTests
{
    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task Reload_KeepsUnchangedClosesRemovedConnectsNew(string method)
    {
        // The original leaves the old supervisors running behind the new ones: every event is handled twice (D9).
        await using var stays = ScriptedAgent.Start("stays", ScriptedAgent.Process("g:p"));
        await using var goes = ScriptedAgent.Start("goes", ScriptedAgent.Process("g:p"));
        await using var comes = ScriptedAgent.Start("comes", ScriptedAgent.Process("g:p"));
        await using var server = await TestServer.StartAsync(stays, goes);
        using var stream = await SseClient.OpenAsync(server);
        for (var i = 0; i < 3; i++)
        {
            server.ConfigFile.Write(TestServer.Config("extra=yes\n", comes, stays));
            using var response = await server.SendAsync(new HttpMethod(method), "/api/admin/reload", null);
            Assert.Equal((200, "OK"), ((int)response.StatusCode, await response.Content.ReadAsStringAsync()));
        }

        await Limits.EventuallyAsync(() => server.Fleet.Supervisors[0].Snapshot.IsRunning, "the new one is there");
        await Limits.EventuallyAsync(() => goes.ConnectionCount == 0, "the old one is left alone");
        Assert.Equal((1, 1), (stays.Subscriptions, stays.ConnectionCount));
        Assert.Equal((1, 1), (comes.Subscriptions, comes.ConnectionCount));
        Assert.Equal("resync", (await stream.UntilAsync(b => b.IsEvent && b.Event == "resync")).Event);
        var data = await server.GetJsonAsync("/api/data");
        Assert.Equal("yes", data.GetProperty("extra").GetString());
        Assert.Equal(["comes", "stays"], data.GetProperty("supervisors").EnumerateObject().Select(s => s.Name));

        stays.ChangeState("g:p", Supervisord.ProcessState.Exited);
        var first = await stream.UntilAsync(b => b.IsProcess("stays:g:p", "EXITED"));
        Assert.Equal(first.Number + 1, (await stream.NextAsync()).Number);
        Assert.Equal(first.Number + 1, server.Fleet.Feed.LastId);
    }

    [Theory]
    [InlineData("[supervisor:s1]\nurl=localhost:1\n", 0)]
    [InlineData("[global]\n[global]\n", 2)]
    [InlineData("[global]\nname=%\n", 2)]
    [InlineData("[global]\nname=x\n\n[supervisor:a]\nurl=localhost:99999\n", 5)]
    [InlineData("what is this\n", 1)]
    public async Task Reload_BadConfiguration_IsRefusedWithItsErrorsAndTheOldOneStays(string bad, int line)
    {
        // The original drops the old supervisors first and then fails with a traceback (D20).
        await using var agent = ScriptedAgent.Start("s1", ScriptedAgent.Process("g:p"));
        await using var server = await TestServer.StartAsync(agent);
        var before = Members(await server.GetJsonAsync("/api/data"));
        server.ConfigFile.Write(bad);

        using var response = await server.PostAsync("/api/admin/reload");

        Assert.Equal(409, (int)response.StatusCode);
        var answer = JsonElement.Parse(await response.Content.ReadAsStringAsync());
        var expected = line > 0 ? $"{server.ConfigFile.Path}:{line}: " : $"{server.ConfigFile.Path}: ";
        Assert.Contains(answer.GetProperty("errors").EnumerateArray(), e => e.GetString()!.StartsWith(expected, StringComparison.Ordinal));
        Assert.Equal(before, Members(await server.GetJsonAsync("/api/data")));
        Assert.Equal((1, 1), (agent.Subscriptions, agent.ConnectionCount));
    }

    [Fact]
    public async Task Reload_FileIsGone_IsRefusedAndTheOldOneStays()
    {
        await using var server = await TestServer.StartAsync("[global]\nname=Lab\n");
        File.Delete(server.ConfigFile.Path);
        using var response = await server.PostAsync("/api/admin/reload");
        using var shown = await server.SendAsync(HttpMethod.Get, "/api/config/file", null);
        Assert.Equal((409, 404), ((int)response.StatusCode, (int)shown.StatusCode));
        Assert.Equal("Lab", (await server.GetJsonAsync("/api/data")).GetProperty("name").GetString());
    }

    [Fact]
    public async Task Reload_ManyAtOnce_TheLastTextWins()
    {
        await using var server = await TestServer.StartAsync("[global]\nname=0\n");
        for (var round = 1; round <= 20; round++)
        {
            server.ConfigFile.Write($"[global]\nname={round}\n[supervisor:s{round % 3}]\nurl=127.0.0.1:1\n");
            var reloads = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => server.PostAsync("/api/admin/reload")));
            Assert.All(reloads, r => Assert.Equal(200, (int)r.StatusCode));
            var data = await server.GetJsonAsync("/api/data");
            Assert.Equal((round.ToString(), $"s{round % 3}"), (data.GetProperty("name").GetString(), data.GetProperty("supervisors").EnumerateObject().Single().Name));
        }
    }

    private static string Members(JsonElement data) =>
        $"{data.GetProperty("name")} {string.Join(' ', data.GetProperty("supervisors").EnumerateObject().Select(s => $"{s.Name} {s.Value.GetProperty("running")}"))}";
}
