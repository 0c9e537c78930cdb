using System.Text.Json;
using Multivisor.Contract;
using Multivisor.EndToEnd.Support;
using Multivisor.Testing;

namespace Multivisor.EndToEnd.Links;

/// <summary>
/// What every way to a supervisord must do, whatever is on the other side: the real server, a real supervisord, and the API as a client
/// uses it.
/// </summary>
public abstract class LinkCompliance
{
    private const string Name = "one";

    /// <summary>A direct link looks every half second, and supervisord itself sleeps up to a second; a busy machine adds its own.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private static readonly string Programs = SupervisordOptions.Sleepers("web", 3)
        + SupervisordOptions.Sleepers("always", 1, "autorestart=true")
        + """

          [program:fails]
          command=/bin/sh -c "read line; exit 3"
          autostart=false
          autorestart=false
          startsecs=0
          stdout_logfile=NONE
          stderr_logfile=NONE

          [program:ends]
          command=/bin/sh -c "sleep 0.2; exit 2"
          exitcodes=0,2
          autostart=false
          autorestart=false
          startsecs=0
          stdout_logfile=NONE
          stderr_logfile=NONE

          [program:broken]
          command=/no/such/program
          autostart=false
          startretries=0
          stdout_logfile=NONE
          stderr_logfile=NONE

          [program:talks]
          command=/bin/sh -c "echo the first line; exec sleep 100000"
          startsecs=0
          stdout_logfile={dir}/talks.log
          stderr_logfile=NONE

          """;

    /// <summary>What <c>link.kind</c> says.</summary>
    protected abstract string Kind { get; }

    protected abstract bool IsProtected { get; }

    protected abstract Task<LinkSite> StartAsync(string sections);

    [Fact]
    public async Task State_IsWhatSupervisordSays()
    {
        await using var site = await StartAsync(Programs);
        await using var server = await site.ServeAsync(Name);
        await using var truth = site.Truth();

        var shown = await server.Api.SupervisorAsync(Name);
        var processes = await truth.GetAllProcessInfoAsync();

        Assert.True(shown.Running, server.Log);
        Assert.Equal((Kind, IsProtected, "connected"), (shown.Link!.Kind, shown.Link.Protected, shown.Link.State));
        Assert.Equal((await truth.GetIdentificationAsync(), await truth.GetPidAsync(), "3.0"), (shown.Identification!, shown.Pid!.Value, shown.ApiVersion));
        Assert.Equal(await truth.GetSupervisorVersionAsync(), shown.SupervisorVersion);
        // The agent's own process may be about to pass its startsecs.
        Assert.Equal(
            processes.Where(p => p.Group != "multivisor-rpc").Select(p => ($"{Name}:{p.Namespec}", p.StateName, (long?)p.Pid, p.Start, p.StdoutLogFile)),
            shown.Processes.Values.Where(p => p.Group != "multivisor-rpc").Select(p => (p.Uid, p.StateName, p.Pid, p.Start, p.StdoutLogFile)));
        Assert.InRange(shown.Link.ClockDifference ?? 99, -2, 2);
    }

    [Fact]
    public async Task Changes_ThatNobodyAskedFor_AreSeenAndTold()
    {
        await using var site = await StartAsync(Programs);
        await using var server = await site.ServeAsync(Name);
        using var stream = await server.Api.StreamAsync();
        var before = (await server.Api.SupervisorAsync(Name)).Processes;

        SupervisordInstance.Signal((int)before["one:web:web_00"].Pid!.Value, "KILL");
        var killed = await ExitAsync(stream, "one:web:web_00");
        Assert.False(killed.GetProperty("payload").GetProperty("expected").GetBoolean());

        // Started again at once: also where nobody tells of it, another pid says so.
        SupervisordInstance.Signal((int)before["one:always:always"].Pid!.Value, "KILL");
        var notice = await stream.WaitAsync(
            e => e.GetRawText().Contains("always on one", StringComparison.Ordinal) && e.GetProperty("event").GetString() == "notification", "the restart of always", Soon);
        Assert.NotEqual("INFO", notice.GetProperty("payload").GetProperty("level").GetString());
        await Eventually.BecomesAsync(
            () => server.Api.SupervisorAsync(Name),
            s => s.Processes["one:always:always"] is { StateName: "RUNNING" } now && now.Pid != before["one:always:always"].Pid, Soon);
        var history = await server.Api.HistoryAsync("one:always:always");
        Assert.Contains(history, entry => entry.State == "EXITED" && entry.Stop > 0);

        await using var somebody = site.Truth();
        await somebody.StopProcessAsync("web:web_01", wait: false);
        await stream.ProcessAsync("one:web:web_01", "STOPPED", Soon);
        await somebody.StartProcessAsync("ends", wait: false);
        var ended = await ExitAsync(stream, "one:ends:ends");
        Assert.True(ended.GetProperty("payload").GetProperty("expected").GetBoolean());
    }

    /// <summary>A read may find the exit before its event tells whether it was expected.</summary>
    private static Task<JsonElement> ExitAsync(StreamClient stream, string uid) => stream.WaitAsync(
        e => e.GetProperty("event").GetString() == "process_changed" && e.GetProperty("payload") is var process
            && process.GetProperty("uid").GetString() == uid && process.GetProperty("statename").GetString() == "EXITED" && process.TryGetProperty("expected", out _),
        $"the exit of {uid}", Soon);

    [Fact]
    public async Task Actions_HaveTheirEffectAndAResultForEachTarget()
    {
        await using var site = await StartAsync(Programs);
        await using var server = await site.ServeAsync(Name);
        await using var truth = site.Truth();

        var stopped = await server.Api.ActAsync("process/stop", "uid", "one:web:*");
        Assert.Equal(["done", "done", "done"], stopped.Results.Select(r => r.Outcome));
        Assert.All(await WebAsync(), p => Assert.Equal("STOPPED", p));

        var again = await server.Api.ActAsync("process/stop", "uid", "one:web:web_00");
        Assert.Equal("skipped", Assert.Single(again.Results).Outcome);
        var started = await server.Api.ActAsync("group/start", "group", "web");
        Assert.Equal((3, 0), (started.Done, started.Failed));
        Assert.All(await WebAsync(), p => Assert.Equal("RUNNING", p));

        var pid = (await truth.GetProcessInfoAsync("web:web_02")).Pid;
        var restarted = await server.Api.ActAsync("process/restart", "uid", "one:web:web_02");
        Assert.Equal("done", Assert.Single(restarted.Results).Outcome);
        Assert.NotEqual(pid, (await truth.GetProcessInfoAsync("web:web_02")).Pid);

        var broken = Assert.Single((await server.Api.ActAsync("process/start", "uid", "one:broken:broken")).Results);
        Assert.Equal(("failed", 20), (broken.Outcome, broken.Fault));

        await server.Api.ActAsync("process/start", "uid", "one:fails:fails");
        var sent = await server.Api.ActAsync("process/stdin", "uid", "one:fails:fails", ("text", "go on\n"));
        Assert.Equal("done", Assert.Single(sent.Results).Outcome);
        await Eventually.BecomesAsync(
            () => server.Api.SupervisorAsync(Name), s => s.Processes["one:fails:fails"] is { StateName: "EXITED", ExitStatus: 3, Expected: false }, Soon);

        var signalled = await server.Api.ActAsync("process/signal", "uid", "one:web:web_00", ("signal", "KILL"));
        Assert.Equal("done", Assert.Single(signalled.Results).Outcome);
        await Eventually.BecomesAsync(() => server.Api.SupervisorAsync(Name), s => s.Processes["one:web:web_00"].StateName == "EXITED", Soon);

        async Task<IEnumerable<string>> WebAsync() => (await truth.GetAllProcessInfoAsync()).Where(p => p.Group == "web").Select(p => p.StateName);
    }

    [Fact]
    public async Task LongStop_DelaysNothingElse()
    {
        await using var site = await StartAsync(Programs + Site.Stubborn("stubborn", 8));
        await using var server = await site.ServeAsync(Name);
        using var stream = await server.Api.StreamAsync();
        var before = (await server.Api.SupervisorAsync(Name)).Processes;
        await ReadyAsync(server);

        var stop = server.Api.ActAsync("process/stop", "uid", "one:stubborn:stubborn");
        await stream.ProcessAsync("one:stubborn:stubborn", "STOPPING", Soon);
        SupervisordInstance.Signal((int)before["one:web:web_00"].Pid!.Value, "KILL");
        await stream.ProcessAsync("one:web:web_00", "EXITED", Soon);
        var other = await server.Api.ActAsync("process/restart", "uid", "one:web:web_01");

        Assert.Equal("done", Assert.Single(other.Results).Outcome);
        Assert.False(stop.IsCompleted, "the stop was meant to be the longest");
        Assert.Equal("done", Assert.Single((await stop).Results).Outcome);
    }

    [Fact]
    public async Task UpdateAndRestart_ComeBackWithTheNewState()
    {
        await using var site = await StartAsync(SupervisordOptions.Sleepers("stays", 1) + SupervisordOptions.Sleepers("goes", 2) + SupervisordOptions.Sleepers("changes", 1));
        await using var server = await site.ServeAsync(Name);
        using var stream = await server.Api.StreamAsync();
        var before = (await server.Api.SupervisorAsync(Name)).Processes;

        site.Supervisord.WriteConfig(
            SupervisordOptions.Sleepers("stays", 1) + SupervisordOptions.Sleepers("changes", 1, "stopwaitsecs=7") + SupervisordOptions.Sleepers("comes", 2));
        var update = await server.Api.ActAsync("supervisor/update", "supervisor", Name);
        Assert.Equal("done", Assert.Single(update.Results).Outcome);
        var after = await Eventually.BecomesAsync(
            () => server.Api.SupervisorAsync(Name),
            s => s.Processes.Values.Count(p => p.StateName == "RUNNING" && p.Group != "multivisor-rpc") == 4 && !s.Processes.ContainsKey("one:goes:goes_00"), Soon);
        Assert.Equal(before["one:stays:stays"].Pid, after.Processes["one:stays:stays"].Pid);
        Assert.NotEqual(before["one:changes:changes"].Pid, after.Processes["one:changes:changes"].Pid);

        await server.Api.ActAsync("supervisor/restart", "supervisor", Name);
        await stream.SupervisorAsync(Name, running: false, Soon);
        await stream.SupervisorAsync(Name, running: true, TimeSpan.FromSeconds(30));
        var back = await Eventually.BecomesAsync(
            () => server.Api.SupervisorAsync(Name), s => s.Running && s.Processes.TryGetValue("one:stays:stays", out var p) && p.StateName == "RUNNING", Soon);
        Assert.NotEqual(before["one:stays:stays"].Pid, back.Processes["one:stays:stays"].Pid);

        await server.Api.ActAsync("supervisor/shutdown", "supervisor", Name);
        var gone = await Eventually.BecomesAsync(() => server.Api.SupervisorAsync(Name), s => s is { Running: false, Link.State: "lost" }, TimeSpan.FromSeconds(40));
        Assert.StartsWith(Name, gone.Link!.Error, StringComparison.Ordinal);
        Assert.NotEmpty(gone.StaleProcesses!);
    }

    [Fact]
    public async Task Log_IsFollowedByteByByte()
    {
        await using var site = await StartAsync(Programs);
        await using var server = await site.ServeAsync(Name);
        var path = Path.Combine(site.Supervisord.Folder, "talks.log");
        await Eventually.IsTrueAsync(() => File.Exists(path) && new FileInfo(path).Length > 0, Soon);

        using var follow = await server.Api.FollowAsync("one:talks:talks");
        var seen = await follow.WaitAsync("the first line", Soon);
        await File.AppendAllTextAsync(path, "the second line\nünï\n");
        seen += await follow.WaitAsync("ünï", Soon);

        Assert.Equal("the first line\nthe second line\nünï\n", seen);
    }

    private static Task ReadyAsync(ServerProcess server) => Eventually.BecomesAsync(
        () => server.Api.SupervisorAsync(Name), s => s.Processes["one:stubborn:stubborn"] is { StateName: "RUNNING" } p && Ignores((int)p.Pid!.Value), Soon);

    /// <summary>It has come so far that it ignores TERM (bit 15 of SigIgn).</summary>
    private static bool Ignores(int pid) => File.ReadLines($"/proc/{pid}/status")
        .First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal)) is { } line && (Convert.ToInt64(line[7..].Trim(), 16) & (1 << 14)) != 0;
}
