using Multivisor.Agent.Events;
using Multivisor.Agent.Tests.Support;
using Multivisor.Supervisord.XmlRpc;

namespace Multivisor.Agent.Tests.Events;

/// <summary>Events of our own making, in place of what supervisord threw away.</summary>
public sealed class EventItemTests
{
    [Theory]
    [InlineData(0, "", "1")]
    [InlineData(2, "", "1")]
    [InlineData(3, "Bad exit code 3", "0")]
    [InlineData(-1, "Bad exit code -1", "0")]
    public void Exit_WhetherItWasExpected_SupervisordsWordsDecide(int exitStatus, string spawnError, string expected)
    {
        var item = EventItem.State(new SyntheticHeader("s", "1", "p", "1"), Process("RUNNING", 0, ""), Process("EXITED", exitStatus, spawnError));

        Assert.Equal("PROCESS_STATE_EXITED", EventTape.Text(item, "eventname"));
        Assert.Equal(expected, EventTape.Text(EventTape.Payload(item), "expected"));
    }

    private static XmlRpcValue Process(string state, int exitStatus, string spawnError) => XmlRpcValue.Struct(
    [
        new("name", "ends"), new("group", "ends"), new("statename", state), new("pid", state == "RUNNING" ? 77 : 0),
        new("exitstatus", exitStatus), new("spawnerr", spawnError),
    ]);
}
