namespace Multivisor.Fleet.History;

/// <summary>The last states of one process. Grows while it may, then forgets the oldest. Not thread-safe.</summary>
internal sealed class HistoryRing(HistoryBudget budget)
{
    /// <summary>What is kept at most.</summary>
    public const int Limit = 50;

    /// <summary>What is kept in any case: one start and what was before it.</summary>
    public const int Least = 4;

    private HistoryEntry[] _entries = new HistoryEntry[Least];
    private int _first;
    private int _count;

    public void Add(HistoryEntry entry)
    {
        if (_count == _entries.Length)
            Grow();
        if (_count < _entries.Length)
        {
            _entries[(_first + _count++) % _entries.Length] = entry;
            return;
        }

        _entries[_first] = entry;
        _first = (_first + 1) % _entries.Length;
    }

    /// <summary>Adds what was before the newest entry, but became known after it.</summary>
    public void AddBeforeNewest(HistoryEntry entry)
    {
        ref var place = ref _entries[(_first + _count - 1) % _entries.Length];
        var newest = place;
        place = entry;
        Add(newest);
    }

    /// <summary>Adds to the newest entry what became known of it later.</summary>
    public void SetExitExpected(bool expected)
    {
        ref var newest = ref _entries[(_first + _count - 1) % _entries.Length];
        newest = newest with { ExitExpected = expected };
    }

    /// <summary>Oldest first.</summary>
    public HistoryEntry[] ToArray()
    {
        var entries = new HistoryEntry[_count];
        for (var i = 0; i < _count; i++)
            entries[i] = _entries[(_first + i) % _entries.Length];
        return entries;
    }

    /// <summary>Gives back what it took beyond the least; it is not used afterwards.</summary>
    public void Release() => budget.Return(_entries.Length - Least);

    private void Grow()
    {
        var length = Math.Min(_entries.Length * 2, Limit);
        if (length == _entries.Length || !budget.TryTake(length - _entries.Length))
            return;
        var grown = new HistoryEntry[length];
        ToArray().CopyTo(grown, 0);
        _entries = grown;
        _first = 0;
    }
}
