using Multivisor.Agent.Tests.Support;
using Multivisor.Testing;
using Multivisor.ZeroRpc;

namespace Multivisor.Agent.Tests.Events;

/// <summary>Groups that come and go with an update of the configuration.</summary>
public abstract class GroupCompliance
{
    private protected abstract AgentKind Kind { get; }

    private protected static readonly string Before = SupervisordOptions.Sleepers("old", 1) + SupervisordOptions.Sleepers("other", 2);
    private static readonly string After = SupervisordOptions.Sleepers("new", 1) + SupervisordOptions.Sleepers("other", 3);

    [Fact]
    public async Task UpdateBySomebodyElse_GroupsComeAndGo_WithinFiveSeconds()
    {
        await using var agent = await Kind.StartAsync(Before);
        await CheckUpdateAsync(agent);
    }

    private protected static async Task CheckUpdateAsync(AgentUnderTest agent)
    {
        await using var tape = await agent.SubscribeAsync();
        agent.Supervisord.WriteConfig(After);
        await agent.Direct.ReloadConfigAsync();
        foreach (var group in new[] { "old", "other" })
        {
            await agent.Direct.StopProcessGroupAsync(group);
            await agent.Direct.RemoveProcessGroupAsync(group);
        }

        foreach (var group in new[] { "other", "new" })
            await agent.Direct.AddProcessGroupAsync(group);

        await tape.WaitAsync(
            items => Has(items, "REMOVED", "old") && Has(items, "ADDED", "new") && Has(items, "REMOVED", "other") && Has(items, "ADDED", "other"), TimeSpan.FromSeconds(10));
        await tape.WaitBelievedAsync(
            believed => !believed.ContainsKey("old:old") && believed.Where(p => p.Key != "multivisor-rpc:multivisor-rpc").All(p => p.Value == "RUNNING"), TimeSpan.FromSeconds(30));

        // One look longer than the period: nothing is told twice.
        await Task.Delay(TimeSpan.FromSeconds(4.5), TestContext.Current.CancellationToken);
        Assert.Equal(4, tape.Items.Count(i => EventTape.Name(i).StartsWith("PROCESS_GROUP", StringComparison.Ordinal)));
        AssertToldBeforeItsEvents(tape.Items, "new");
    }

    [Fact]
    public async Task UpdateThroughTheAgent_GroupsComeAndGo_WithinASecond()
    {
        await using var agent = await Kind.StartAsync(Before);
        await using var tape = await agent.SubscribeAsync();
        agent.Supervisord.WriteConfig(After);
        await agent.CallAsync("reloadConfig");
        await agent.CallAsync("stopProcessGroup", "old");
        await agent.CallAsync("removeProcessGroup", "old");
        await tape.WaitAsync(items => Has(items, "REMOVED", "old"), TimeSpan.FromSeconds(2.5));
        await agent.CallAsync("addProcessGroup", "new");
        await tape.WaitAsync(items => Has(items, "ADDED", "new"), TimeSpan.FromSeconds(2.5));
        await tape.FindAsync("PROCESS_STATE_RUNNING", "new", TimeSpan.FromSeconds(30));
        AssertToldBeforeItsEvents(tape.Items, "new");
    }

    /// <summary>A consumer that meets a process of a group it does not know has nowhere to put it.</summary>
    private static void AssertToldBeforeItsEvents(IReadOnlyList<RpcValue> items, string group)
    {
        var names = items.Where(i => EventTape.Text(EventTape.Payload(i), "groupname") == group).Select(EventTape.Name).ToArray();
        Assert.Equal("PROCESS_GROUP_ADDED", names[0]);
    }

    private static bool Has(IReadOnlyList<RpcValue> items, string what, string group) =>
        items.Any(i => EventTape.Name(i) == "PROCESS_GROUP_" + what && EventTape.Text(EventTape.Payload(i), "groupname") == group);
}

public sealed class PlugInGroupTests : GroupCompliance
{
    private protected override AgentKind Kind => AgentKind.PlugIn;
}

public sealed class GroupTests : GroupCompliance
{
    private protected override AgentKind Kind => AgentKind.EventListener;

    [Fact]
    public async Task UpdateBySomebodyElse_WithEventsOfGroups_IsToldOnce()
    {
        await using var agent = await AgentUnderTest.StartAsync(
            Before, new SupervisordAgent(AgentUnderTest.Program) { Events = "PROCESS_STATE,SUPERVISOR_STATE_CHANGE,PROCESS_GROUP,TICK_5" });
        await CheckUpdateAsync(agent);
    }
}
