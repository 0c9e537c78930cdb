using Multivisor.Agent.Tests.Support;
using Multivisor.Testing;
using Multivisor.ZeroRpc;

namespace Multivisor.Agent.Tests.Events;

/// <summary>Items of the stream, from a real supervisord, beside those recorded from the original.</summary>
public abstract class EventShapeCompliance
{
    private protected abstract AgentKind Kind { get; }

    [Fact]
    public async Task Items_OfEveryRecordedKind_HaveTheSameKeysAndTypes()
    {
        await using var agent = await Kind.StartAsync(
            "[program:cat]\ncommand=/bin/cat\nautorestart=true\nstartsecs=1\nstdout_logfile=NONE\nstderr_logfile=NONE\n");
        var process = await Eventually.BecomesAsync(() => agent.Direct.GetProcessInfoAsync("cat"), p => p.StateName == "RUNNING", TimeSpan.FromSeconds(30));
        await using var tape = await agent.SubscribeAsync();
        SupervisordInstance.Signal(process.Pid, "KILL");
        await tape.FindAsync("PROCESS_STATE_RUNNING", "cat");
        await agent.CallAsync("stopProcess", "cat");
        await tape.FindAsync("PROCESS_STATE_STOPPED", "cat");
        Assert.Equal(true, await agent.CallAsync("restart"));
        await tape.FindAsync(i => EventTape.Name(i) == "SUPERVISOR_STATE_CHANGE_STOPPING");

        Assert.Equal("First event to trigger connection. Please ignore me!", tape.Items[0]);
        foreach (var recorded in Shapes.Recorded("stream_items.jsonl"))
        {
            var name = recorded.GetProperty("eventname").GetString();
            var ours = tape.Items.First(i => EventTape.Name(i) == name);
            Assert.Equal($"{name}: {Shapes.Of(recorded)}", $"{name}: {Shapes.Of(ours)}");
        }

        var exited = tape.Items.First(i => EventTape.Name(i) == "PROCESS_STATE_EXITED");
        Assert.Equal(("3.0", "sup", Kind.Pool), (EventTape.Text(exited, "ver"), EventTape.Text(exited, "server"), EventTape.Text(exited, "pool")));
        Assert.Equal(("RUNNING", "0", process.Pid.ToString()), (Payload(exited, "from_state"), Payload(exited, "expected"), Payload(exited, "pid")));
        // The agent started with the new life of supervisord: the old one has left the port.
        await agent.Client.Closed.WaitAsync(TimeSpan.FromSeconds(30));
        await using var next = await AgentUnderTest.ConnectAsync(agent.Supervisord.AgentPort);
        Assert.Equal(agent.Supervisord.Pid, await next.CallAsync("getPID", []));
    }

    [Fact]
    public async Task Subscribers_Several_GetTheSameItemsInTheSameOrder()
    {
        await using var agent = await Kind.StartAsync(SupervisordOptions.Sleepers("s", 1));
        await using var other = await AgentUnderTest.ConnectAsync(agent.Supervisord.AgentPort);
        await using var first = await agent.SubscribeAsync();
        await using var second = await EventTape.StartAsync(other);
        await agent.CallAsync("stopProcess", "s");
        await agent.CallAsync("startProcess", "s");
        await agent.CallAsync("stopProcess", "s");
        foreach (var tape in new[] { first, second })
            await tape.WaitAsync(items => items.Count(i => EventTape.Name(i) == "PROCESS_STATE_STOPPED") == 2, TimeSpan.FromSeconds(30));
        Assert.Equal(OfSleeper(first), OfSleeper(second));
    }

    /// <summary>From its first stop on: who subscribed first may have been told of its start as well.</summary>
    private static IEnumerable<RpcValue> OfSleeper(EventTape tape) =>
        tape.Items.Where(i => Payload(i, "processname") == "s").SkipWhile(i => EventTape.Name(i) != "PROCESS_STATE_STOPPING");

    private static string Payload(RpcValue item, string key) => EventTape.Text(EventTape.Payload(item), key);
}

public sealed class PlugInEventShapeTests : EventShapeCompliance
{
    private protected override AgentKind Kind => AgentKind.PlugIn;
}

public sealed class EventShapeTests : EventShapeCompliance
{
    private protected override AgentKind Kind => AgentKind.EventListener;

    [Fact]
    public async Task PROCESS_LOG_STDOUT_Subscribed_TheStreamLivesOn()
    {
        await using var agent = await AgentUnderTest.StartAsync(
            "[program:talker]\ncommand=/bin/sh -c \"while :; do echo user:x \u00e9:: a:b:c; sleep 0.2; done\"\nstdout_events_enabled=true\nstdout_logfile=NONE\nstderr_logfile=NONE\n"
            + SupervisordOptions.Sleepers("s", 1),
            new SupervisordAgent(AgentUnderTest.Program) { Events = "PROCESS_STATE,SUPERVISOR_STATE_CHANGE,PROCESS_LOG,REMOTE_COMMUNICATION,TICK" });
        await using var tape = await agent.SubscribeAsync();
        await agent.Direct.SendRemoteCommEventAsync("odd: type", "ver:3.0 server:x\nlen:5\n\u20ac");
        await Task.Delay(600, TestContext.Current.CancellationToken);
        await agent.Direct.StopProcessAsync("s");
        await tape.FindAsync("PROCESS_STATE_STOPPED", "s");
        Assert.DoesNotContain(tape.Items, i => EventTape.Name(i).StartsWith("PROCESS_LOG", StringComparison.Ordinal));
    }
}
