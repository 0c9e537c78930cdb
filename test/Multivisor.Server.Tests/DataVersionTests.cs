using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Multivisor.Fleet.Access;
using Multivisor.Fleet.Feed;
using Multivisor.Server.Access;
using Multivisor.Server.Admin;
using Multivisor.Server.Http;
using Multivisor.Server.State;
using Multivisor.Server.Tests.Support;
using Multivisor.Supervisord;

namespace Multivisor.Server.Tests;

/// <summary>Which version of the whole state an answer is, and the same version compressed.</summary>
public sealed class DataVersionTests
{
    [Fact]
    public async Task Data_WithTheTagOfWhatIs_IsNotSentAgain()
    {
        await using var agent = ScriptedAgent.Start("s1", ScriptedAgent.Process("g:p"));
        await using var server = await TestServer.StartAsync(agent);
        using var first = await GetAsync(server);
        var tag = first.Headers.ETag!;
        foreach (var known in new[] { tag.ToString(), tag.Tag, $"\"other\", {tag}", "*" })
        {
            using var again = await GetAsync(server, known);
            Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
            Assert.Equal(tag, again.Headers.ETag);
            Assert.Equal(first.Headers.GetValues("Multivisor-Event-Id"), again.Headers.GetValues("Multivisor-Event-Id"));
            Assert.Contains("Accept-Encoding", again.Headers.Vary);
            Assert.Equal("", await again.Content.ReadAsStringAsync());
        }

        using var others = await GetAsync(server, "\"other\"");
        Assert.Equal(HttpStatusCode.OK, others.StatusCode);
        using var head = new HttpRequestMessage(HttpMethod.Head, "/api/data");
        using var headers = await server.Client.SendAsync(head);
        Assert.Equal(tag, headers.Headers.ETag);
    }

    [Fact]
    public async Task Data_AfterEachChange_HasAnotherTag()
    {
        await using var agent = ScriptedAgent.Start("s1", ScriptedAgent.Process("g:p"));
        await using var server = await TestServer.StartAsync(agent);
        HashSet<string> seen = [];
        await NextAsync();
        agent.ChangeState("g:p", ProcessState.Stopped);
        await UntilAsync(server, s => s.GetProperty("processes").GetProperty("s1:g:p").GetProperty("statename").GetString() == "STOPPED");
        await NextAsync();
        await agent.StopAsync();
        await UntilAsync(server, s => !s.GetProperty("running").GetBoolean());
        await NextAsync();
        server.ConfigFile.Write(TestServer.Config("about=new\n", agent));
        using (var reload = await server.PostAsync("/api/admin/reload"))
            Assert.Equal(HttpStatusCode.OK, reload.StatusCode);
        await NextAsync();

        async Task NextAsync()
        {
            using var answer = await GetAsync(server, seen.LastOrDefault());
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.True(seen.Add(answer.Headers.ETag!.ToString()));
        }
    }

    [Fact]
    public async Task Data_NothingHasChangedForAWhile_IsSentAgainBecauseTimesPass()
    {
        await using var agent = ScriptedAgent.Start("s1", ScriptedAgent.Process("g:p"));
        await using var server = await TestServer.StartAsync(agent);
        var services = server.App.Services;
        var time = new FakeTimeProvider();
        var document = new DataDocument(server.Fleet, services.GetRequiredService<ConfigStore>(), time);
        var model = services.GetRequiredService<ConfigStore>().Current.Access.ModelOf(AccessScope.All);
        using var compressed = new CompressedData(document, time);

        var first = await compressed.GetAsync(model, ContentCoding.Gzip, CancellationToken.None);
        time.Advance(TimeSpan.FromSeconds(15));
        Assert.Same(first, await compressed.GetAsync(model, ContentCoding.Gzip, CancellationToken.None));
        time.Advance(TimeSpan.FromSeconds(6));
        var later = await compressed.GetAsync(model, ContentCoding.Gzip, CancellationToken.None);

        Assert.NotSame(first, later);
        Assert.Equal(first.Mark.EventId, later.Mark.EventId);
        Assert.NotEqual(first.Mark.Tag, later.Mark.Tag);
    }

    [Fact]
    public async Task Data_ThroughAnotherScope_IsAnotherVersion()
    {
        var one = StoredToken.Create();
        var two = StoredToken.Create();
        await using var agent = ScriptedAgent.Start("s1", ScriptedAgent.Process("web:w"), ScriptedAgent.Process("db:d"));
        await using var server = await TestServer.StartAsync(TestServer.Config(
            $"username=root\npassword=secret\n[token:one]\nhash={one.Stored}\nrole=admin\nscope=*:web\n[token:two]\nhash={two.Stored}\nrole=admin\nscope=*:db\n", agent));
        using var ofOne = await GetAsync(server, token: one.Token, coding: "gzip");
        using var ofTwo = await GetAsync(server, ofOne.Headers.ETag!.ToString(), two.Token, "gzip");
        Assert.Equal(HttpStatusCode.OK, ofTwo.StatusCode);
        Assert.NotEqual(ofOne.Headers.ETag, ofTwo.Headers.ETag);
        var (textOne, textTwo) = (await TextAsync(ofOne), await TextAsync(ofTwo));
        Assert.Contains("s1:web:w", textOne, StringComparison.Ordinal);
        Assert.DoesNotContain("s1:db:d", textOne, StringComparison.Ordinal);
        Assert.Contains("s1:db:d", textTwo, StringComparison.Ordinal);
        Assert.DoesNotContain("s1:web:w", textTwo, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("br", "br")]
    [InlineData("gzip", "gzip")]
    [InlineData("gzip, deflate, br, zstd", "br")]
    [InlineData("br;q=0, *", "gzip")]
    [InlineData("identity", "")]
    [InlineData("br;q=0, gzip;q=0", "")]
    public async Task Data_Compressed_IsTheSame(string accepted, string expected)
    {
        await using var agent = ScriptedAgent.Start("s1", [.. Enumerable.Range(0, 700).Select(i => ScriptedAgent.Process($"g:pü{i}"))]);
        await using var server = await TestServer.StartAsync(agent);
        var plain = await server.Client.GetStringAsync("/api/data");
        using var answer = await GetAsync(server, coding: accepted);
        Assert.Equal(expected, string.Join(',', answer.Content.Headers.ContentEncoding));
        Assert.Contains("Accept-Encoding", answer.Headers.Vary);
        Assert.Equal(Steady(plain), Steady(await TextAsync(answer)));
        var sent = (await answer.Content.ReadAsByteArrayAsync()).Length;
        Assert.Equal(answer.Content.Headers.ContentLength, sent);
        Assert.True(expected.Length == 0 || sent < plain.Length / 5);
        using var request = new HttpRequestMessage(HttpMethod.Head, "/api/data");
        request.Headers.AcceptEncoding.ParseAdd(accepted);
        using var head = await server.Client.SendAsync(request);
        Assert.Equal((answer.Headers.ETag, expected), (head.Headers.ETag, string.Join(',', head.Content.Headers.ContentEncoding)));
    }

    [Fact]
    public async Task Compressed_HoweverManyAsk_IsMadeOnceForEachVersion()
    {
        await using var agent = ScriptedAgent.Start("s1", [.. Enumerable.Range(0, 500).Select(i => ScriptedAgent.Process($"g:p{i}"))]);
        await using var server = await TestServer.StartAsync(agent);
        var compressed = server.App.Services.GetRequiredService<CompressedData>();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => GetAsync(server, coding: "br")));
        Assert.Equal(1, compressed.Made);
        agent.ChangeState("g:p7", ProcessState.Stopped);
        await UntilAsync(server, s => s.GetProperty("processes").GetProperty("s1:g:p7").GetProperty("statename").GetString() == "STOPPED");
        using var later = await GetAsync(server, coding: "br");
        Assert.Contains("STOPPED", await TextAsync(later), StringComparison.Ordinal);
        Assert.Equal(2, compressed.Made);
        foreach (var answer in answers)
            answer.Dispose();
    }

    [Fact]
    public async Task Compressed_ThatNobodyAsksFor_IsForgotten()
    {
        await using var agent = ScriptedAgent.Start("s1", ScriptedAgent.Process("g:p"));
        await using var server = await TestServer.StartAsync(agent);
        var time = new FakeTimeProvider();
        using var compressed = new CompressedData(server.App.Services.GetRequiredService<DataDocument>(), time);
        var model = server.App.Services.GetRequiredService<ConfigStore>().Current.Access.ModelOf(AccessScope.All);
        await compressed.GetAsync(model, ContentCoding.Brotli, CancellationToken.None);
        await compressed.GetAsync(model, ContentCoding.Gzip, CancellationToken.None);
        Assert.Equal(2, compressed.Kept);
        time.Advance(TimeSpan.FromSeconds(20));
        await compressed.GetAsync(model, ContentCoding.Gzip, CancellationToken.None);
        Assert.Equal(2, compressed.Made);
        time.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal(1, compressed.Kept);
        time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(0, compressed.Kept);
    }

    [Fact]
    public async Task Compressed_ForEverMoreScopes_KeepsAFewAlone()
    {
        await using var server = await TestServer.StartAsync("[global]\n");
        var compressed = server.App.Services.GetRequiredService<CompressedData>();
        for (var i = 0; i < 20; i++)
            await compressed.GetAsync(new ScopedModel(AccessScope.All), ContentCoding.Gzip, CancellationToken.None);
        Assert.Equal(8, compressed.Kept);
    }

    [Fact]
    public async Task Data_ReadSlowly_ComesWhole()
    {
        // Some parts are taken at once and some late, so that the length of parts changes on the way.
        await using var agent = ScriptedAgent.Start("s1", [.. Enumerable.Range(0, 4000).Select(i => ScriptedAgent.Process($"g:p{i}"))]);
        await using var two = ScriptedAgent.Start("s2", [.. Enumerable.Range(0, 4000).Select(i => ScriptedAgent.Process($"g:p{i}"))]);
        await using var server = await TestServer.StartAsync(agent, two);
        var expected = await server.Client.GetStringAsync("/api/data");
        using var answer = await server.SendAsync(HttpMethod.Get, "/api/data", null);
        using var body = new MemoryStream();
        await using var stream = await answer.Content.ReadAsStreamAsync();
        var buffer = new byte[1024];
        var reads = 0;
        while (await stream.ReadAsync(buffer) is > 0 and var count)
        {
            body.Write(buffer, 0, count);
            if (++reads % 500 == 0)
                await Task.Delay(10);
        }

        Assert.Equal(Steady(expected), Steady(Encoding.UTF8.GetString(body.ToArray())));
    }

    /// <summary>Without what passes by itself between two answers.</summary>
    private static string Steady(string json) => Regex.Replace(json, "\"(last_contact|round_trip)\":[^,}]+", "", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(10));

    private static async Task UntilAsync(TestServer server, Func<JsonElement, bool> isSo)
    {
        using var changes = server.Fleet.Feed.Subscribe();
        List<FeedItem> items = [];
        while (!isSo((await server.GetJsonAsync("/api/data")).GetProperty("supervisors").GetProperty("s1")))
        {
            Assert.True(await changes.WaitAsync(CancellationToken.None).AsTask().Soon());
            changes.TryTake(items);
        }
    }

    private static async Task<HttpResponseMessage> GetAsync(TestServer server, string? known = null, string? token = null, string? coding = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/data");
        if (known is not null)
            request.Headers.TryAddWithoutValidation("If-None-Match", known);
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (coding is not null)
            request.Headers.TryAddWithoutValidation("Accept-Encoding", coding);
        return await server.Client.SendAsync(request);
    }

    private static async Task<string> TextAsync(HttpResponseMessage answer)
    {
        var body = new MemoryStream(await answer.Content.ReadAsByteArrayAsync());
        using var reader = new StreamReader(answer.Content.Headers.ContentEncoding.FirstOrDefault() switch
        {
            "br" => new BrotliStream(body, CompressionMode.Decompress),
            "gzip" => new GZipStream(body, CompressionMode.Decompress),
            _ => body,
        });
        return await reader.ReadToEndAsync();
    }
}
