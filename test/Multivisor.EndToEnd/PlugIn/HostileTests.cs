using System.Globalization;
using Multivisor.EndToEnd.Support;
using Multivisor.Testing;
using Multivisor.ZeroRpc;

namespace Multivisor.EndToEnd.PlugIn;

/// <summary>supervisord under watch while clients of its plug-in do what they can.</summary>
[Collection(Alone.Name)]
public sealed class HostileTests
{
    /// <summary>It writes down when it starts, and ends at once: supervisord is to start it again, each time.</summary>
    private const string Crashing = """
        [program:crashing]
        command=/bin/sh -c "date +%%s.%%N >> {dir}/starts; sleep 0.2; exit 1"
        startsecs=0
        autorestart=true
        stdout_logfile=NONE
        stderr_logfile=NONE

        """;

    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task HostileClients_DoNotKeepSupervisordFromRestartingAProgramOnTime()
    {
        await using var supervisord = await Site.StartPlugInAsync("one", Crashing + SupervisordOptions.Sleepers("web", 20));
        await using var good = await ZeroRpcClient.ConnectAsync("127.0.0.1", supervisord.AgentPort);
        await using var events = good.StreamAsync("event_stream", []).GetAsyncEnumerator();
        Assert.True(await events.MoveNextAsync());
        var starts = Path.Combine(supervisord.Folder, "starts");
        await Task.Delay(Watched / 3);
        var before = (await File.ReadAllLinesAsync(starts)).Length;

        await using (var clients = new HostileClients(supervisord.AgentPort))
        {
            var until = DateTime.UtcNow + Watched;
            // On a busy machine it takes longer until they have done what they can.
            while (DateTime.UtcNow < until || ((clients.Attempts <= 1000 || clients.Subscriptions == 0) && DateTime.UtcNow < until + (3 * Watched)))
            {
                Assert.Equal(20, (await good.CallAsync("getAllProcessInfo", [])).Items.Count(p => p.TryGetMember("group", out var g) && g == "web"));
                await Task.Delay(200);
            }

            Assert.True(clients.Attempts > 1000, $"only {clients.Attempts} connections were made");
            Assert.True(clients.Subscriptions > 0, "nothing that they say is understood");
        }

        // It sleeps 0.2 s; supervisord starts it again when it has seen the end, which it looks for at least once a second.
        var during = (await File.ReadAllLinesAsync(starts))[before..].Select(line => double.Parse(line, CultureInfo.InvariantCulture)).ToArray();
        var gaps = during.Zip(during.Skip(1), (one, next) => next - one).ToArray();
        Assert.True(gaps.Length >= Watched.TotalSeconds / 2.5, $"{gaps.Length} restarts in {Watched.TotalSeconds} s");
        Assert.InRange(gaps.Max(), 0.2, 2.5);
        Assert.DoesNotContain("please report this", supervisord.Log, StringComparison.Ordinal);
        // The event stream has lived through it.
        Assert.True(await events.MoveNextAsync());
        Assert.Equal(supervisord.Pid, await good.CallAsync("getPID", []));
    }
}
