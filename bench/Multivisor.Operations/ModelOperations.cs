using Multivisor.Fleet;
using Multivisor.Fleet.Configuration;
using Multivisor.Fleet.Feed;
using Multivisor.Fleet.History;
using Multivisor.Fleet.Links;
using Multivisor.Fleet.Supervisors;
using Multivisor.Supervisord;

namespace Multivisor.Operations;

/// <summary>What changes the model.</summary>
internal static class ModelOperations
{
    private static readonly ConnectionFacts Facts = new(new AgentInfo("multivisor-rpc", "1.0", null, ["reconcile"]), null, null, null, false);
    private static readonly SupervisorIdentity Identity = new(77, "lid001", "3.0", "4.2.5");

    public static IEnumerable<Operation> All
    {
        get
        {
            var changing = NewState();
            ProcessInfo[] states = [Samples.Process(7, state: ProcessState.Stopped), Samples.Process(7)];
            var turn = 0;
            yield return new("model: apply the change of a process", () => changing.ApplyProcess(states[turn++ & 1], null, byRead: false));
            var quiet = NewState();
            var later = new[] { Samples.Processes(50, 1_795_454_900), Samples.Processes(50, 1_795_454_960) };
            var read = 0;
            yield return new("model: apply a read of 50 processes that did not change", () => quiet.ApplyRead(Identity, later[read++ & 1], Facts, TimeSpan.FromMilliseconds(2)));
            yield return new("model: note that supervisord answered", () => quiet.MarkAnswered(TimeSpan.FromMilliseconds(2)));
        }
    }

    private static SupervisorState NewState()
    {
        var definition = new SupervisorDefinition("lid001", "lid001:9002", new ValueList<SupervisorUrl>([new SupervisorUrl(SupervisorUrl.Tcp, "lid001", 9002, "lid001:9002")]));
        var state = new SupervisorState(definition, "lid001:9002", new FleetFeed(TimeProvider.System), TimeProvider.System, new HistoryBudget(HistoryBudget.Default));
        state.ApplyRead(Identity, Samples.Processes(50), Facts, TimeSpan.FromMilliseconds(2));
        return state;
    }
}
