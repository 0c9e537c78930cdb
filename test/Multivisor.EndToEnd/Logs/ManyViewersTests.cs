using Multivisor.EndToEnd.Support;
using Multivisor.Testing;

namespace Multivisor.EndToEnd.Logs;

/// <summary>However many look at a log, supervisord is asked as if it were one.</summary>
[Collection(Alone.Name)]
public sealed class ManyViewersTests
{
    private const int Viewers = 200;
    private const int Lines = 8;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Viewers_TwoHundredOnOneFile_CostSupervisordNoMoreThanOne()
    {
        await using var supervisord = await SupervisordInstance.StartAsync(new()
        {
            UnixSocket = false,
            Inet = true,
            Sections = "[program:quiet]\ncommand=/bin/sleep 100000\nstartsecs=0\nstdout_logfile={dir}/quiet.log\nstderr_logfile=NONE\n",
        });
        await using var relay = new CountingRelay(supervisord.InetPort);
        await using var server = await ServerProcess.StartAsync($"[global]\nname=viewers\n[supervisor:one]\nurl=http://127.0.0.1:{relay.Port}\n");
        var file = Path.Combine(supervisord.Folder, "quiet.log");
        await File.WriteAllTextAsync(file, "begin\n");
        var viewers = new List<FollowClient>();
        try
        {
            viewers.Add(await server.Api.FollowAsync("one:quiet:quiet"));
            await viewers[0].WaitAsync("begin", Limit);
            var one = await WriteAsync(file, "one", viewers, relay);

            var before = relay.Count;
            while (viewers.Count < Viewers)
                viewers.Add(await server.Api.FollowAsync("one:quiet:quiet"));
            foreach (var viewer in viewers.Skip(1))
                await viewer.WaitAsync("begin", Limit);
            var joining = relay.Count - before;
            var many = await WriteAsync(file, "many", viewers, relay);

            // How many questions a line takes depends on how supervisord cuts it, but not on who looks.
            Assert.True(one > 0, "nothing was counted");
            Assert.InRange(many, 1, one + (one / 2));
            Assert.InRange(joining, 0, one);
        }
        finally
        {
            foreach (var viewer in viewers)
                viewer.Dispose();
        }
    }

    /// <summary>Writes line after line, each when all have had the one before.</summary>
    /// <returns>What supervisord was asked meanwhile.</returns>
    private static async Task<long> WriteAsync(string file, string name, List<FollowClient> viewers, CountingRelay relay)
    {
        var before = relay.Count;
        for (var i = 0; i < Lines; i++)
        {
            await File.AppendAllTextAsync(file, $"{name} {i} told\n");
            await Task.WhenAll(viewers.Select(viewer => viewer.WaitAsync($"{name} {i} told", Limit)));
        }

        return relay.Count - before;
    }
}
