namespace Multivisor.Fleet.History;

/// <summary>How many entries all histories may have together beyond the few that each has in any case. Thread-safe.</summary>
internal sealed class HistoryBudget(int entries)
{
    /// <summary>16 MB. 50,000 processes that all change have 14 entries each; the few that flap have all of theirs.</summary>
    public const int Default = 500_000;

    private int _left = entries;

    public bool TryTake(int count)
    {
        if (Interlocked.Add(ref _left, -count) >= 0)
            return true;
        Interlocked.Add(ref _left, count);
        return false;
    }

    public void Return(int count) => Interlocked.Add(ref _left, count);
}
