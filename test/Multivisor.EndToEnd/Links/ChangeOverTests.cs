using Multivisor.EndToEnd.Support;
using Multivisor.Testing;

namespace Multivisor.EndToEnd.Links;

/// <summary>Several ways to one supervisord, and places that are not what was thought.</summary>
public sealed class ChangeOverTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(40);

    private static readonly string Agentless = SupervisordOptions.Sleepers("web", 2);

    [Fact]
    public async Task AgentThatAppearsAndGoes_IsUsedWhileItIsThere_AndTheHostIsNeverLost()
    {
        await using var supervisord = await SupervisordInstance.StartAsync(new() { Identifier = "one", Sections = Agentless, Inet = true });
        await using var server = await ServerProcess.StartAsync(
            $"[global]\n[supervisor:one]\nurl=127.0.0.1:{supervisord.AgentPort}, {supervisord.InetUrl}\n");
        using var stream = await server.Api.StreamAsync();
        var shown = await server.Api.SupervisorAsync("one");
        Assert.Equal(("direct", $"127.0.0.1:{supervisord.InetPort}"), (shown.Link!.Kind, shown.Link.Address));

        supervisord.WriteConfig(Agentless + $"""

            [eventlistener:multivisor-rpc]
            command={Site.Agent.Program} --bind 127.0.0.1:{supervisord.AgentPort}
            events=PROCESS_STATE,SUPERVISOR_STATE_CHANGE
            stderr_logfile=NONE

            """);
        var update = await server.Api.ActAsync("supervisor/update", "supervisor", "one");
        Assert.Equal("done", Assert.Single(update.Results).Outcome);
        var changed = await Eventually.BecomesAsync(() => server.Api.SupervisorAsync("one"), s => s.Link!.Kind == "agent", Soon);
        Assert.Equal((true, $"127.0.0.1:{supervisord.AgentPort}", "one:multivisor-rpc:multivisor-rpc"), (changed.Running, changed.Link!.Address, changed.Link.AgentUid));
        var act = await server.Api.ActAsync("process/restart", "uid", "one:web:web_00");
        Assert.Equal("done", Assert.Single(act.Results).Outcome);

        await using var truth = new Supervisord.SupervisordClient(Supervisord.SupervisordUrl.Parse(supervisord.UnixUrl));
        await truth.StopProcessAsync("multivisor-rpc");
        var back = await Eventually.BecomesAsync(() => server.Api.SupervisorAsync("one"), s => s.Link!.Kind == "direct", Soon);
        Assert.True(back.Running);
        await truth.StopProcessAsync("web:web_01");
        var told = await stream.WaitAsync(
            e => (e.GetProperty("event").GetString() == "supervisor_changed" && !e.GetProperty("payload").GetProperty("running").GetBoolean())
                || (e.GetProperty("event").GetString() == "process_changed" && e.GetProperty("payload").GetProperty("uid").GetString() == "one:web:web_01"
                    && e.GetProperty("payload").GetProperty("statename").GetString() == "STOPPED"),
            "web_01 STOPPED", Soon);
        Assert.Equal("process_changed", told.GetProperty("event").GetString());
    }

    [Fact]
    public async Task PortOfSupervisordInsteadOfTheAgents_IsRecognised()
    {
        await using var supervisord = await SupervisordInstance.StartAsync(new() { Identifier = "one", Sections = Agentless, Inet = true });
        await using var server = await ServerProcess.StartAsync($"[global]\n[supervisor:one]\nurl=127.0.0.1:{supervisord.InetPort}\n");

        var shown = await Eventually.BecomesAsync(() => server.Api.SupervisorAsync("one"), s => s.Running, Soon);

        Assert.Equal(("direct", 2), (shown.Link!.Kind, shown.Processes.Count));
        Assert.Contains($"at 127.0.0.1:{supervisord.InetPort} supervisord itself answers", server.Log, StringComparison.Ordinal);
    }
}
