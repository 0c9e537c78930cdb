using Multivisor.Agent.Tests.Support;
using Multivisor.Testing;

namespace Multivisor.Agent.Tests.Events;

/// <summary>More events at once than supervisord keeps for a listener, with the section that everybody has.</summary>
public abstract class BurstCompliance
{
    private protected abstract AgentKind Kind { get; }

    private const int Count = 100;

    [Fact]
    public async Task GroupOf100StoppedAndStarted_ThePage_ShowsTheTrueStateOfEveryProcessWithinASecond()
    {
        await using var agent = await Kind.StartAsync(SupervisordOptions.Sleepers("many", Count));
        await using var tape = await agent.SubscribeAsync();
        var discarded = Discarded(agent);
        var delays = new List<double>();
        for (var round = 0; round < 3; round++)
        {
            foreach (var (stop, state) in new[] { (true, "STOPPED"), (false, "RUNNING") })
            {
                await (stop ? agent.Direct.StopProcessGroupAsync("many") : agent.Direct.StartProcessGroupAsync("many"));
                // supervisord has just answered that all have changed.
                var late = await tape.WaitBelievedAsync(
                    believed => believed.Count(p => p.Key.StartsWith("many:", StringComparison.Ordinal) && p.Value == state) == Count, TimeSpan.FromSeconds(30));
                delays.Add(late.TotalSeconds);
            }
        }

        // One second is promised. If the gap were not seen, nearly all would wait for the look that comes every 3.5 s; a busy machine delays some.
        delays.Sort();
        Assert.InRange(delays[1], 0, 2.5);

        // A plug-in is told each event where it happens.
        Assert.True(Kind.OwnProcesses == 0 || Discarded(agent) > discarded + Count, "supervisord has thrown away too few events for this to be a test");
    }

    [Fact]
    public async Task ProcessesThatChangeAllTheTime_TheirStates_AreNeverOlderThanBefore()
    {
        await using var agent = await Kind.StartAsync(SupervisordOptions.Sleepers("many", 20));
        await using var tape = await agent.SubscribeAsync();
        for (var round = 0; round < 4; round++)
        {
            await agent.CallAsync("stopProcessGroup", "many");
            await agent.CallAsync("startProcessGroup", "many");
        }

        await tape.WaitBelievedAsync(believed => believed.Count(p => p.Value == "RUNNING") == 20 + Kind.OwnProcesses, TimeSpan.FromSeconds(30));
        var starts = new Dictionary<string, (long Start, long Now)>(StringComparer.Ordinal);
        foreach (var item in tape.Items.Skip(1))
        {
            if (!EventTape.Payload(item).TryGetMember("process", out var process))
                continue;
            process.TryGetMember("start", out var start);
            process.TryGetMember("now", out var now);
            start.TryGetInt64(out var started);
            now.TryGetInt64(out var at);
            var name = EventTape.Text(process, "name");
            if (starts.TryGetValue(name, out var before))
                Assert.True(started >= before.Start && at >= before.Now, $"{name} went back: {item}");
            starts[name] = (started, at);
        }
    }

    private static int Discarded(AgentUnderTest agent) => agent.Supervisord.Log.Split("event buffer overflowed").Length - 1;
}

public sealed class PlugInBurstTests : BurstCompliance
{
    private protected override AgentKind Kind => AgentKind.PlugIn;
}

public sealed class BurstTests : BurstCompliance
{
    private protected override AgentKind Kind => AgentKind.EventListener;
}
