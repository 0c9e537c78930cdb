using Multivisor.Fleet.Model;
using Multivisor.Supervisord;

namespace Multivisor.Fleet.History;

/// <summary>
/// What the processes of one supervisor went through since the server started. A process that never changed costs nothing.
/// </summary>
/// <remarks>Written by the supervisor's loop, read by anybody.</remarks>
internal sealed class ProcessHistory(HistoryBudget budget)
{
    /// <summary>Removed processes keep their history, since an update removes a group before it adds it again; but not without limit.</summary>
    private const int MostRemoved = 100;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, HistoryRing> _rings = new(StringComparer.Ordinal);

    /// <summary>Adds the state of a process if it is another one than before.</summary>
    /// <param name="byRead">Found by a read, not told by an event.</param>
    public void Record(ProcessSnapshot before, ProcessSnapshot now, DateTimeOffset seen, bool byRead)
    {
        lock (_gate)
        {
            if (IsAnother(before.Info, now.Info))
                Ring(before).Add(new HistoryEntry(now.Info, now.ExitExpected, seen, byRead));
            else if (now.ExitExpected is { } expected)
                _rings.GetValueOrDefault(now.Namespec)?.SetExitExpected(expected);
        }
    }

    /// <summary>Adds an exit that no look has seen: it had been started again before.</summary>
    /// <param name="before">What was known last; a look may have found the successor before the event came.</param>
    /// <param name="successor">What a look saw instead.</param>
    public void RecordPassedExit(ProcessSnapshot before, ProcessInfo successor, bool? expected, DateTimeOffset seen)
    {
        lock (_gate)
        {
            var exit = HistoryEntry.PassedExit(before.Info, successor, expected, seen);
            if (before.Info.Pid == successor.Pid)
                Ring(before).AddBeforeNewest(exit);
            else
                Ring(before).Add(exit);
        }
    }

    /// <summary>Oldest first; the last one is the present state.</summary>
    public IReadOnlyList<HistoryEntry> Of(ProcessSnapshot process)
    {
        lock (_gate)
            return _rings.TryGetValue(process.Namespec, out var ring) ? ring.ToArray() : [First(process)];
    }

    /// <summary>Called with a new list of processes.</summary>
    public void Prune(ProcessTable processes)
    {
        lock (_gate)
        {
            string[] removed = [.. _rings.Keys.Where(name => !processes.TryGet(name, out _))];
            if (removed.Length > MostRemoved)
                Forget(removed);
        }
    }

    public void Clear()
    {
        lock (_gate)
            Forget([.. _rings.Keys]);
    }

    private HistoryRing Ring(ProcessSnapshot before)
    {
        if (_rings.TryGetValue(before.Namespec, out var ring))
            return ring;
        _rings[before.Namespec] = ring = new HistoryRing(budget);
        ring.Add(First(before));
        return ring;
    }

    private void Forget(string[] names)
    {
        foreach (var name in names)
        {
            if (_rings.Remove(name, out var ring))
                ring.Release();
        }
    }

    private static HistoryEntry First(ProcessSnapshot process) => new(process.Info, process.ExitExpected, seen: null, afterGap: false);

    /// <summary>The same state again is another one when it is another process, or another exit.</summary>
    private static bool IsAnother(ProcessInfo before, ProcessInfo now) =>
        before.State != now.State
        || (now.State.IsRunning() && now.Pid != before.Pid)
        || (now.State == ProcessState.Exited && now.Stop != before.Stop);
}
