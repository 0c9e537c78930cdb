using System.Text;
using Multivisor.Server.Logs;
using Multivisor.Server.Tests.Support;

namespace Multivisor.Server.Tests;

/// <summary>Several logs in one stream: <c>/api/logs/follow</c>.</summary>
public sealed class MergedLogTests
{
    [Fact]
    public async Task Turns_OneIsNoisy_TheQuietComeNextAndNoneIsLost()
    {
        const int Noise = 1000;
        const int QuietOnes = 20;
        using var ended = new CancellationTokenSource(Limits.Limit);
        var turns = new MergedTurns(QuietOnes + 1);
        var noisy = Task.Run(
            async () =>
            {
                for (var i = 0; i < Noise; i++)
                    await turns.TellAsync(Encoding.ASCII.GetBytes($"noise {i}"), ended.Token);
            },
            ended.Token);

        var got = new List<string>();
        var quiet = new List<Task>();
        while (got.Count < Noise + QuietOnes)
        {
            await turns.WaitAsync(ended.Token);
            // A quiet one speaks in the midst of the noise: it waits for those alone that were there before it.
            if (got.Count >= 100 * (quiet.Count + 1) / 3 && quiet.Count < QuietOnes)
            {
                var name = $"quiet {quiet.Count}";
                quiet.Add(turns.TellAsync(Encoding.ASCII.GetBytes(name), ended.Token));
                var next = turns.Take().Select(Encoding.ASCII.GetString).ToList();
                Assert.Contains(name, next);
                Assert.InRange(next.Count, 1, 2);
                got.AddRange(next);
            }
            else
            {
                got.AddRange(turns.Take().Select(Encoding.ASCII.GetString));
            }
        }

        await Task.WhenAll(quiet.Append(noisy));
        Assert.Equal(Enumerable.Range(0, Noise).Select(i => $"noise {i}"), got.Where(frame => frame.StartsWith("noise", StringComparison.Ordinal)));
        Assert.Equal(QuietOnes, got.Count(frame => frame.StartsWith("quiet", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Follow_HostComesGoesAndComesBack_ItsLogsAreTakenInAndGoOn()
    {
        await using var first = ScriptedAgent.Start("s1", ScriptedAgent.Process("g:p"));
        await using var second = ScriptedAgent.Start("s2", ScriptedAgent.Process("g:late"));
        first.Logs["g:p"] = "one\n"u8.ToArray();
        second.Logs["g:late"] = "here\n"u8.ToArray();
        await second.StopAsync();
        await using var server = await TestServer.StartAsync(first, second);
        using var stream = await SseClient.OpenAsync(server, "/api/logs/follow?uid=*&stream=out,err");
        Assert.Equal("one\n", await TextOfAsync(stream, "s1:g:p"));

        await second.ComeBackAsync();
        Assert.Equal("here\n", await TextOfAsync(stream, "s2:g:late"));

        // Lost: said once. Back: what was written meanwhile, and nothing again.
        await second.StopAsync();
        await stream.UntilAsync(block => block.Name == "ended" && UidOf(block) == "s2:g:late" && block.Data.GetProperty("stream").GetString() == "out");
        second.Logs["g:late"] = "here\nagain\n"u8.ToArray();
        await second.ComeBackAsync();
        Assert.Equal("again\n", await TextOfAsync(stream, "s2:g:late"));

        // The others never knew.
        first.Logs["g:p"] = "one\ntwo\n"u8.ToArray();
        Assert.Equal("two\n", await TextOfAsync(stream, "s1:g:p"));
    }

    [Fact]
    public async Task Follow_PositionsInAForm_ResumesEachLog()
    {
        await using var agent = ScriptedAgent.Start("s1", [.. Enumerable.Range(0, 100).Select(i => ScriptedAgent.Process($"a-group-with-a-long-name-{i:d3}:p"))]);
        foreach (var i in Enumerable.Range(0, 100))
            agent.Logs[$"a-group-with-a-long-name-{i:d3}:p"] = Encoding.ASCII.GetBytes($"before\n{i}\n");
        await using var server = await TestServer.StartAsync(agent);
        var uids = Enumerable.Range(0, 100).Select(i => $"s1:a-group-with-a-long-name-{i:d3}:p").ToArray();
        using var form = new FormUrlEncodedContent(
            [new("uid", string.Join(',', uids)), new("stream", "out"), .. uids.Select(uid => KeyValuePair.Create("position", $"{uid}|out|7@"))]);

        using var stream = await SseClient.OpenAsync(server, "/api/logs/follow", form);
        var got = new HashSet<string>();
        while (got.Count < 100)
        {
            var lines = await stream.UntilAsync(block => block.Name == "lines");
            Assert.True(got.Add(lines.Data.GetProperty("text").GetString()!), lines.Text);
        }

        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"{i}\n").ToHashSet(), got);
    }

    private static async Task<string> TextOfAsync(SseClient stream, string uid) =>
        (await stream.UntilAsync(block => block.Name == "lines" && UidOf(block) == uid)).Data.GetProperty("text").GetString()!;

    private static string? UidOf(SseBlock block) => block.Data.GetProperty("uid").GetString();
}
