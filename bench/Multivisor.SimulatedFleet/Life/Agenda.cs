using System.Diagnostics;

namespace Multivisor.SimulatedFleet.Life;

/// <summary>What is to be done later, in the order of its time. Thread-safe.</summary>
internal sealed class Agenda
{
    private readonly Lock _gate = new();
    private readonly PriorityQueue<Action, long> _due = new();

    /// <param name="work">Must not throw and must not wait.</param>
    public void After(TimeSpan delay, Action work)
    {
        lock (_gate)
            _due.Enqueue(work, Stopwatch.GetTimestamp() + (long)(delay.TotalSeconds * Stopwatch.Frequency));
    }

    /// <summary>Does what is due now.</summary>
    public void Run()
    {
        var now = Stopwatch.GetTimestamp();
        while (TryTake(now, out var work))
            work();
    }

    private bool TryTake(long now, out Action work)
    {
        lock (_gate)
        {
            if (_due.TryPeek(out work!, out var time) && time <= now)
            {
                _due.Dequeue();
                return true;
            }

            return false;
        }
    }
}
