using Multivisor.Server.Tests.Support;
using Multivisor.Supervisord;

namespace Multivisor.Server.Tests;

/// <summary><c>/api/process/list</c> with and without a filter.</summary>
public sealed class ProcessListTests
{
    [Theory]
    [InlineData("", "s1:PLC:a s1:PLC:b s1:Web:test s2:PLC:a")]
    [InlineData("?filter=", "s1:PLC:a s1:PLC:b s1:Web:test s2:PLC:a")]
    [InlineData("?filter=state:fatal", "s1:PLC:b")]
    [InlineData("?filter=plc%20-supervisor:s2", "s1:PLC:a s1:PLC:b")]
    [InlineData("?filter=%22s1:PLC:a%22", "s1:PLC:a")]
    [InlineData("?filter=is:problem", "s1:PLC:b")]
    [InlineData("?filter=nosuch:thing", "")]
    [InlineData("?filter=%00%22%F0%9F", "")]
    public async Task List_WithFilter_AnswersWhatMatches(string query, string uids)
    {
        await using var one = ScriptedAgent.Start(
            "s1", ScriptedAgent.Process("PLC:a"), ScriptedAgent.Process("PLC:b", ProcessState.Fatal), ScriptedAgent.Process("Web:test"));
        await using var two = ScriptedAgent.Start("s2", ScriptedAgent.Process("PLC:a"));
        await using var server = await TestServer.StartAsync(one, two);

        Assert.Equal(uids, await ListAsync(server, query));
    }

    [Fact]
    public async Task List_AnnouncedAgent_CanBeFilteredAway()
    {
        await using var agent = ScriptedAgent.StartAnnounced("s1", ScriptedAgent.Process("g:p"), ScriptedAgent.Process("multivisor-rpc:multivisor-rpc"));
        await using var server = await TestServer.StartAsync(agent);

        Assert.Equal("s1:g:p", await ListAsync(server, "?filter=-is:agent"));
    }

    [Fact]
    public async Task List_OfALostSupervisor_IsThereOnlyWhenAskedFor()
    {
        await using var agent = ScriptedAgent.Start("s1", ScriptedAgent.Process("g:p"));
        await using var server = await TestServer.StartAsync(agent);
        await agent.StopAsync();
        await Limits.EventuallyAsync(() => !server.Fleet.Supervisors[0].Snapshot.IsRunning, "the loss is not seen");

        Assert.Equal("", await ListAsync(server, "?filter=is:stale"));
        Assert.Equal("s1:g:p", await ListAsync(server, "?filter=is:stale&stale=1"));
        Assert.Equal("s1:g:p", await ListAsync(server, "?stale=1"));
    }

    [Fact]
    public async Task List_FilterOfUnreasonableLength_IsRefusedWithTheLimit()
    {
        await using var server = await TestServer.StartAsync("[global]\n");
        using var response = await server.SendAsync(HttpMethod.Get, $"/api/process/list?filter={new string('x', 1001)}", null);
        Assert.Equal(400, (int)response.StatusCode);
        Assert.Contains("1000", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenApi_List_DocumentsTheFilter()
    {
        await using var server = await TestServer.StartAsync("[global]\n");
        var document = await server.GetJsonAsync("/api/openapi.json");
        var parameters = document.GetProperty("paths").GetProperty("/api/process/list").GetProperty("get").GetProperty("parameters");
        Assert.Equal(["filter", "stale"], parameters.EnumerateArray().Select(p => p.GetProperty("name").GetString()));
    }

    private static async Task<string> ListAsync(TestServer server, string query) => string.Join(
        ' ', (await server.GetJsonAsync($"/api/process/list{query}")).EnumerateArray().Select(uid => uid.GetString()));
}
