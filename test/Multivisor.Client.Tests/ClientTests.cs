using System.Text;
using Multivisor.Client.Tests.Support;
using Multivisor.Contract;

namespace Multivisor.Client.Tests;

/// <summary>Every call against a real server and a real supervisord.</summary>
public sealed class ClientTests(OpenSite site) : IClassFixture<OpenSite>
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Read_SiteListProcessSupervisorHistory_AreThere()
    {
        using var client = site.Connect();

        var all = await client.GetSiteAsync();
        var some = await client.ListProcessesAsync("group:read name:*_0*");
        var process = await client.GetProcessAsync("one:read:read_00");
        var supervisor = await client.GetSupervisorAsync("one");
        var history = await client.GetHistoryAsync("one:read:read_00");

        Assert.Equal("End to end", all.Name);
        Assert.Contains("one:read:read_01", all.Supervisors["one"].Processes.Keys);
        Assert.Equal(["one:read:read_00", "one:read:read_01"], some.Order());
        Assert.Equal("RUNNING", process.StateName);
        Assert.Equal("agent", supervisor.Link!.Kind);
        Assert.NotNull(history);
        Assert.Contains("[supervisor:one]", await client.GetConfigurationAsync(), StringComparison.Ordinal);
        await client.RefreshAsync();
        await client.ReloadConfigurationAsync();
    }

    [Fact]
    public async Task Get_UnknownProcess_IsNotFound()
    {
        using var client = site.Connect();

        var error = await Assert.ThrowsAsync<MultivisorException>(() => client.GetProcessAsync("one:no:such thing?"));

        Assert.Equal(MultivisorProblem.NotFound, error.Problem);
        Assert.Contains("one:no:such thing?", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Restart_TellsPlanResultsSummary()
    {
        using var client = site.Connect();
        var before = (await client.GetProcessAsync("one:act:act_00")).Pid;
        var action = SiteAction.OnProcesses(ProcessVerb.Restart, ["one:act:*"]);

        var plan = await client.PlanAsync(action);
        var untouched = (await client.GetProcessAsync("one:act:act_00")).Pid;
        var steps = await client.RunAsync(action).ToListAsync();

        Assert.Equal(["one:act:act_00", "one:act:act_01"], plan.Targets.Select(t => t.Target).Order());
        Assert.Equal(before, untouched);
        Assert.IsType<ActionStep.Plan>(steps[0]);
        Assert.Equal(["done", "done"], steps.OfType<ActionStep.Result>().Select(r => r.Value.Outcome));
        Assert.Equal(2, Assert.IsType<ActionStep.Summary>(steps[^1]).Value.Done);
        Assert.NotEqual(before, (await client.GetProcessAsync("one:act:act_00")).Pid);
    }

    [Fact]
    public async Task Run_WhatCannotStart_SaysSupervisordsWords()
    {
        using var client = site.Connect();

        var steps = await client.RunAsync(SiteAction.OnProcesses(ProcessVerb.Start, ["one:broken:broken"])).ToListAsync();

        var result = Assert.Single(steps.OfType<ActionStep.Result>()).Value;
        Assert.Equal("failed", result.Outcome);
        Assert.NotEmpty(result.Message);
    }

    [Fact]
    public async Task Run_NothingMatches_IsNotFound()
    {
        using var client = site.Connect();

        var error = await Assert.ThrowsAsync<MultivisorException>(
            async () => await client.RunAsync(SiteAction.OnGroups(ProcessVerb.Stop, ["nosuchgroup"])).ToListAsync());

        Assert.Equal(MultivisorProblem.NotFound, error.Problem);
        Assert.Contains("nosuchgroup", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FollowLogs_TwoStreams_BothWithTheirPlaces()
    {
        using var client = site.Connect();
        using var limit = new CancellationTokenSource(Limit);
        var text = new Dictionary<string, string>(StringComparer.Ordinal);

        await foreach (var happened in client.FollowLogsAsync(["one:talks:talks"], ["out", "err"], 10, cancellationToken: limit.Token))
        {
            if (happened is LogEvent.Text lines)
            {
                text[lines.Stream] = lines.Value;
                Assert.NotEmpty(lines.Position);
            }

            if (text.Count == 2)
                break;
        }

        Assert.Equal("the first line\n", text["out"]);
        Assert.Equal("a warning\n", text["err"]);
        Assert.Equal("the first line\n", Encoding.UTF8.GetString((await client.ReadLogEndAsync("one:talks:talks", "out", 1000)).Span));
    }

    [Fact]
    public async Task ReadLogEnd_NoLog_SaysSo()
    {
        using var client = site.Connect();

        var error = await Assert.ThrowsAsync<MultivisorException>(() => client.ReadLogEndAsync("one:silent:silent", "out", 1000));

        Assert.NotEqual(MultivisorProblem.Unreachable, error.Problem);
        Assert.Contains("log", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FollowMainLog_Supervisord_BeginsWithItsLastLines()
    {
        using var client = site.Connect();
        using var limit = new CancellationTokenSource(Limit);

        var first = await client.FollowMainLogAsync("one", 5, cancellationToken: limit.Token).OfType<LogEvent.Text>().FirstAsync();

        Assert.Equal(("one", "main"), (first.Uid, first.Stream));
        Assert.Contains("INFO", first.Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FollowEvents_ProcessStops_IsTold()
    {
        using var client = site.Connect();
        using var limit = new CancellationTokenSource(Limit);
        var opened = new TaskCompletionSource();
        var stop = opened.Task.ContinueWith(
            _ => client.RunAsync(SiteAction.OnProcesses(ProcessVerb.Stop, ["one:gone:gone_00"])).ToListAsync().AsTask(), TaskScheduler.Default).Unwrap();

        var seen = new List<SiteEvent>();
        await foreach (var happened in client.FollowEventsAsync(opened: opened.SetResult, cancellationToken: limit.Token))
        {
            seen.Add(happened);
            if (happened is SiteEvent.ProcessChanged { Process: { Uid: "one:gone:gone_00", State: ProcessStates.Stopped } })
                break;
        }

        await stop;
        Assert.IsType<SiteEvent.Hello>(seen[0]);
        Assert.NotEmpty(seen[^1].Id);
    }
}
