using Multivisor.Supervisord;
using Multivisor.ZeroRpc;

namespace Multivisor.SimulatedFleet.Supervisors;

/// <summary>The way of events from a supervisord to those who read its agent's stream. Called under the supervisor's lock.</summary>
internal interface IEventOutlet
{
    void PublishChange(SimulatedProcess process, ProcessState from);

    void PublishStopping();

    /// <summary>supervisord answers nothing.</summary>
    void PublishSilence();
}

/// <summary>Our agent: every event arrives, each with the process as it was then.</summary>
internal sealed class FaithfulOutlet(string host, EventStreams streams, SupervisorSurroundings around) : IEventOutlet
{
    private long _serial;

    public void PublishChange(SimulatedProcess process, ProcessState from)
    {
        _serial++;
        if (streams.Count > 0)
            streams.Publish(WireShapes.ProcessEvent(host, process, new Transition(from, process.State, _serial), around.Stamp));
    }

    public void PublishStopping() => streams.Publish(WireShapes.SupervisorStopping(host, ++_serial));

    public void PublishSilence() => streams.Publish(WireShapes.SupervisordSilent(host, _serial));
}

/// <summary>
/// The original's agent: it takes one event after the other, and supervisord keeps ten for it. In a burst the oldest are thrown away; only
/// the serials tell. The process beside an event is read when the event is passed on, so it may show a later state.
/// </summary>
internal sealed class ForgetfulOutlet(string host, EventStreams streams, Lock gate, SupervisorSurroundings around) : IEventOutlet
{
    private const int Kept = 10;
    private static readonly TimeSpan PerEvent = TimeSpan.FromMilliseconds(3);

    private readonly Queue<Func<RpcValue>> _waiting = new();
    private long _serial;

    public void PublishChange(SimulatedProcess process, ProcessState from)
    {
        var transition = new Transition(from, process.State, ++_serial);
        Enqueue(() => WireShapes.ProcessEvent(host, process, transition, around.Stamp));
    }

    public void PublishStopping()
    {
        var serial = ++_serial;
        Enqueue(() => WireShapes.SupervisorStopping(host, serial));
    }

    /// <summary>Agents of the original do not notice.</summary>
    public void PublishSilence()
    {
    }

    private void Enqueue(Func<RpcValue> item)
    {
        _waiting.Enqueue(item);
        if (_waiting.Count == 1)
        {
            around.Agenda.After(PerEvent, PassOn);
        }
        else if (_waiting.Count > Kept)
        {
            _waiting.Dequeue();
            around.Counters.CountDiscarded();
        }
    }

    private void PassOn()
    {
        lock (gate)
        {
            streams.Publish(_waiting.Dequeue()());
            if (_waiting.Count > 0)
                around.Agenda.After(PerEvent, PassOn);
        }
    }
}
