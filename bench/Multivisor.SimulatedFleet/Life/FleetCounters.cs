namespace Multivisor.SimulatedFleet.Life;

/// <summary>What has happened so far. Thread-safe.</summary>
internal sealed class FleetCounters
{
    private long _changes;
    private long _scripted;
    private long _calls;
    private long _discarded;

    /// <summary>Changes of state, whoever wanted them.</summary>
    public long Changes => Interlocked.Read(ref _changes);

    /// <summary>Those of them that count to the rate.</summary>
    public long Scripted => Interlocked.Read(ref _scripted);

    public long Calls => Interlocked.Read(ref _calls);

    /// <summary>Events that a supervisord threw away because ten waited for its listener already.</summary>
    public long Discarded => Interlocked.Read(ref _discarded);

    public void CountChange(bool ofTheScript)
    {
        Interlocked.Increment(ref _changes);
        if (ofTheScript)
            Interlocked.Increment(ref _scripted);
    }

    public void CountCall() => Interlocked.Increment(ref _calls);

    public void CountDiscarded() => Interlocked.Increment(ref _discarded);
}
