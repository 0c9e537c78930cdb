using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Multivisor.Agent.Tests.Support;
using Multivisor.Supervisord;
using Multivisor.Testing;

namespace Multivisor.Agent.Tests.Wake;

/// <summary>
/// supervisord hears of the end of quiet children at once. Left alone it needs up to a second for each, and twice that for the next; that is
/// what the sums of times here are compared with, generously.
/// </summary>
public abstract class WakeCompliance
{
    private protected static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private protected abstract AgentKind Kind { get; }

    [Fact]
    public async Task QuietChild_Killed100Times_IsSeenAndRestartedSecondsSooner()
    {
        await using var agent = await Kind.StartAsync(SupervisordOptions.Sleepers("web", 1, "autorestart=true"));
        await using var tape = await agent.SubscribeAsync();
        var (seen, restarted) = (TimeSpan.Zero, TimeSpan.Zero);
        var before = new HashSet<long>();
        var pid = await RunningAsync(agent, "web:web", 0);
        for (var i = 0; i < 100; i++)
        {
            var killed = Stopwatch.GetTimestamp();
            SupervisordInstance.Signal(pid, "KILL");
            await tape.FindAsync(item => EventTape.Name(item) == "PROCESS_STATE_EXITED" && Pid(item) == pid);
            seen += Stopwatch.GetElapsedTime(killed);
            before.Add(pid);
            var running = await tape.FindAsync(item => EventTape.Name(item) == "PROCESS_STATE_RUNNING" && Name(item) == "web" && !before.Contains(Pid(item)));
            restarted += Stopwatch.GetElapsedTime(killed);
            pid = Pid(running);
        }

        // supervisord alone: 100 s.
        Assert.InRange(seen.TotalSeconds, 0, 30);
        Assert.InRange(restarted.TotalSeconds, 0, 50);
        await WatchesAsync(agent, 1);
    }

    [Fact]
    public async Task ManyChildren_KilledAtOnce_AreAllSeenAndNothingIsLeftOver()
    {
        // More than supervisord takes notice of in one turn.
        const int Count = 120;
        await using var agent = await Kind.StartAsync(SupervisordOptions.Sleepers("many", Count, "autorestart=true"));
        await using var tape = await agent.SubscribeAsync();
        for (var round = 0; round < 2; round++)
        {
            var before = await agent.Direct.GetAllProcessInfoAsync();
            var pids = before.Where(p => p.Group == "many").Select(p => p.Pid).ToHashSet();
            Assert.DoesNotContain(0, pids);
            Kill(pids);
            await Eventually.BecomesAsync(
                () => agent.Direct.GetAllProcessInfoAsync(),
                all => all.Count(p => p.Group == "many" && p.State == ProcessState.Running && !pids.Contains(p.Pid)) == Count,
                Limit,
                TimeSpan.FromMilliseconds(200));
        }

        await WatchesAsync(agent, Count);
        await agent.Direct.StopProcessGroupAsync("many");
        await WatchesAsync(agent, 0);
    }

    [Fact]
    public async Task NumberOfProcesses_Changes_WhatIsWatchedFollows()
    {
        await using var agent = await Kind.StartAsync(SupervisordOptions.Sleepers("web", 2));
        await WatchesAsync(agent, 2);
        foreach (var count in new[] { 5, 3 })
        {
            agent.Supervisord.WriteConfig(SupervisordOptions.Sleepers("web", count));
            await agent.Direct.ReloadConfigAsync();
            await agent.Direct.StopProcessGroupAsync("web");
            await agent.Direct.RemoveProcessGroupAsync("web");
            await WatchesAsync(agent, 0);
            await agent.Direct.AddProcessGroupAsync("web");
            await WatchesAsync(agent, count);
        }
    }

    [Fact]
    public async Task Restart_OfSupervisord_WatchesItsNewChildren()
    {
        await using var agent = await Kind.StartAsync(SupervisordOptions.Sleepers("web", 3, "autorestart=true"));
        await WatchesAsync(agent, 3);
        await agent.Direct.RestartAsync();
        await agent.Client.Closed.WaitAsync(Limit);
        await using var client = await AgentUnderTest.ConnectAsync(agent.Supervisord.AgentPort);
        await using var tape = await EventTape.StartAsync(client);
        await WatchesAsync(agent, 3);
        var pid = await RunningAsync(agent, "web:web_01", 0);
        SupervisordInstance.Signal(pid, "KILL");
        await RunningAsync(agent, "web:web_01", pid);
        await WatchesAsync(agent, 3);
    }

    [Fact]
    public async Task NotWanted_NothingIsWatched()
    {
        await using var agent = await Kind.StartAsync(SupervisordOptions.Sleepers("web", 5), restrictions: Kind.NoWake);
        await using var tape = await agent.SubscribeAsync();
        await tape.WaitBelievedAsync(believed => believed.Count(p => p.Value == "RUNNING") == 5 + Kind.OwnProcesses, Limit);
        Assert.Equal(0, await WatchedAsync(agent));
        SupervisordInstance.Signal(await RunningAsync(agent, "web:web_00", 0), "KILL");
        await tape.FindAsync("PROCESS_STATE_EXITED", "web_00");
        Assert.Equal(0, await WatchedAsync(agent));
    }

    /// <summary>Who holds the pidfds.</summary>
    private protected abstract Task<long> WatcherAsync(AgentUnderTest agent);

    private protected async Task<int> WatchedAsync(AgentUnderTest agent)
    {
        var watcher = await WatcherAsync(agent);
        try
        {
            return Directory.GetFiles($"/proc/{watcher}/fd").Count(fd => new FileInfo(fd).LinkTarget?.Contains("pidfd", StringComparison.Ordinal) == true);
        }
        catch (IOException)
        {
            return -1; // closed while we looked, or the agent has ended
        }
    }

    private protected Task WatchesAsync(AgentUnderTest agent, int count) => Eventually.BecomesAsync(() => WatchedAsync(agent), n => n == count, Limit);

    private protected static async Task<long> RunningAsync(AgentUnderTest agent, string process, long before)
    {
        var info = await Eventually.BecomesAsync(() => agent.Direct.GetProcessInfoAsync(process), p => p.State == ProcessState.Running && p.Pid != before && p.Pid > 0, Limit);
        return info.Pid;
    }

    private protected static void Kill(IEnumerable<long> pids)
    {
        using var kill = Process.Start("/bin/kill", ["-9", .. pids.Select(p => p.ToString(CultureInfo.InvariantCulture))]);
        kill.WaitForExit();
    }

    private protected static string Name(ZeroRpc.RpcValue item) => EventTape.Text(EventTape.Payload(item), "processname");

    private static long Pid(ZeroRpc.RpcValue item) => long.TryParse(EventTape.Text(EventTape.Payload(item), "pid"), out var pid) ? pid : 0;
}

public sealed class WakeTests : WakeCompliance
{
    private static readonly SupervisordAgent Talkative = new(AgentUnderTest.Program) { Arguments = "--log-level DEBUG" };

    private protected override AgentKind Kind => AgentKind.EventListener;

    [Fact]
    public async Task NobodySubscribes_ChildrenAreWatchedAllTheSame()
    {
        await using var agent = await AgentUnderTest.StartAsync(SupervisordOptions.Sleepers("web", 20, "autorestart=true"), Talkative);
        await WatchesAsync(agent, 20);
        var pids = (await agent.Direct.GetAllProcessInfoAsync()).Where(p => p.Group == "web").Select(p => p.Pid).ToArray();
        foreach (var pid in pids)
        {
            // Who asked supervisord now would wake it too.
            SupervisordInstance.Signal(pid, "KILL");
            await Eventually.IsTrueAsync(() => !Directory.Exists($"/proc/{pid}"), Limit);
            // Awake for another reason, it has noticed by itself: then the next one tells.
            if (Wakes(agent).Any(w => w.Ended == 1))
                break;
        }

        await Eventually.IsTrueAsync(() => Wakes(agent).Any(w => w.Ended == 1), Limit);
        await RunningAsync(agent, "web:web_00", pids[0]);
        await WatchesAsync(agent, 20);
    }

    [Fact]
    public async Task Storm_OfCrashes_WakesAtMostTwentyTimesASecondAndNotAfterIt()
    {
        const string Crasher = "[program:crash]\ncommand=/bin/sh -c \"read x </dev/null; exit 1\"\nnumprocs=8\nprocess_name=crash_%(process_num)02d\n"
            + "startsecs=0\nautorestart=true\nautostart=false\nstdout_logfile=NONE\nstderr_logfile=NONE\n";
        await using var agent = await AgentUnderTest.StartAsync(Crasher + SupervisordOptions.Sleepers("web", 3), Talkative);
        await using var tape = await agent.SubscribeAsync();
        await WatchesAsync(agent, 3);
        var started = Stopwatch.GetTimestamp();
        var before = Wakes(agent).Count;
        await agent.Direct.StartProcessGroupAsync("crash", wait: false);
        await tape.WaitAsync(items => items.Count(i => EventTape.Name(i) == "PROCESS_STATE_EXITED") > 50, Limit);
        // One that has just exited is not running, so it is not stopped.
        await Eventually.BecomesAsync(
            async () =>
            {
                await agent.Direct.StopProcessGroupAsync("crash");
                return await agent.Direct.GetAllProcessInfoAsync();
            },
            all => all.Where(p => p.Group == "crash").All(p => p.State == ProcessState.Stopped),
            Limit);
        await WatchesAsync(agent, 3);
        var wakes = Wakes(agent).Count;
        Assert.InRange(wakes - before, 1, 5 + (15 * Stopwatch.GetElapsedTime(started).TotalSeconds));

        // Nothing dies now. A look of the pipeline passes meanwhile.
        await Task.Delay(TimeSpan.FromSeconds(4), TestContext.Current.CancellationToken);
        Assert.InRange(Wakes(agent).Count, wakes, wakes + 2);
    }

    [Fact]
    public async Task Start_WithStartSeconds_IsRunningWhenTheyHavePassed()
    {
        await using var agent = await AgentUnderTest.StartAsync(SupervisordOptions.Sleepers("web", 1).Replace("startsecs=0", "startsecs=1", StringComparison.Ordinal), Talkative);
        await RunningAsync(agent, "web:web", 0);
        await using var tape = await agent.SubscribeAsync();
        for (var i = 1; i <= 5; i++)
        {
            await agent.Direct.StopProcessAsync("web");
            await agent.Direct.StartProcessAsync("web", wait: false);
            await tape.WaitAsync(items => items.Count(item => EventTape.Name(item) == "PROCESS_STATE_RUNNING" && Name(item) == "web") == i, Limit);
        }

        // Something else may have woken it right then, the more often the busier the machine is.
        Assert.InRange(Wakes(agent).Count(w => w.Due == 1), 1, 6);
    }

    [Fact]
    public async Task FewDescriptors_LeavesHalfOfThemAndSaysSo()
    {
        await using var agent = await AgentUnderTest.StartAsync(
            SupervisordOptions.Sleepers("web", 100), new SupervisordAgent($"/bin/sh -c 'ulimit -n 200; exec \"$0\" \"$@\"' {AgentUnderTest.Program}"));
        await Eventually.IsTrueAsync(() => agent.Supervisord.AgentLog.Contains("not every process is watched", StringComparison.Ordinal), Limit);
        Assert.InRange(await WatchedAsync(agent), 20, 99);
        await using var tape = await agent.SubscribeAsync();
        await agent.CallAsync("stopProcessGroup", "web");
        await WatchesAsync(agent, 0);
    }

    [Fact]
    public async Task NotBelowSupervisord_TurnsItselfOffAndSaysWhy()
    {
        await using var supervisord = await SupervisordInstance.StartAsync(new() { Sections = SupervisordOptions.Sleepers("web", 1) });
        await using var driver = ListenerDriver.Start(supervisord.UnixUrl);
        await Eventually.IsTrueAsync(() => driver.Log.Contains(" wake: off: ", StringComparison.Ordinal), Limit);
        Assert.Contains("another pid namespace", driver.Log, StringComparison.Ordinal);
        await using var client = await AgentUnderTest.ConnectAsync(driver.Port);
        Assert.Equal(supervisord.Pid, await client.CallAsync("getPID", []));
    }

    [Fact]
    public async Task NoWake_SupervisordTakesItsTimeAndTheLogSaysWhy()
    {
        await using var agent = await AgentUnderTest.StartAsync(SupervisordOptions.Sleepers("web", 5), new SupervisordAgent(AgentUnderTest.Program) { Arguments = "--no-wake" });
        await using var tape = await agent.SubscribeAsync();
        var slowest = TimeSpan.Zero;
        for (var i = 0; i < 5; i++)
        {
            var pid = await RunningAsync(agent, $"web:web_{i:00}", 0);
            var killed = Stopwatch.GetTimestamp();
            SupervisordInstance.Signal(pid, "KILL");
            await tape.FindAsync("PROCESS_STATE_EXITED", $"web_{i:00}");
            var late = Stopwatch.GetElapsedTime(killed);
            slowest = late > slowest ? late : slowest;
        }

        // One or another may be seen early, because something else wakes it.
        Assert.InRange(slowest.TotalSeconds, 0.3, 30);
        Assert.Contains("wake: off: --no-wake", agent.Supervisord.AgentLog, StringComparison.Ordinal);
    }

    private protected override async Task<long> WatcherAsync(AgentUnderTest agent) => (await agent.Direct.GetProcessInfoAsync(Kind.OwnProcess)).Pid;

    private static List<(int Ended, int Due)> Wakes(AgentUnderTest agent) =>
        [.. Regex.Matches(agent.Supervisord.AgentLog, @"wake: wake \d+: (?<ended>\d+) ended, (?<due>\d+) due", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)
            .Select(m => (int.Parse(m.Groups["ended"].ValueSpan), int.Parse(m.Groups["due"].ValueSpan)))];
}

public sealed class PlugInWakeTests : WakeCompliance
{
    private protected override AgentKind Kind => AgentKind.PlugIn;

    private protected override Task<long> WatcherAsync(AgentUnderTest agent) => Task.FromResult<long>(agent.Supervisord.Pid);
}
