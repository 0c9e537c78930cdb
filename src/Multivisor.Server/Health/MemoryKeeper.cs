using Multivisor.Fleet;

namespace Multivisor.Server.Health;

/// <summary>
/// Decides when the collector runs where the collector by itself knows too little. It may let much be allocated before it looks, because in a storm each
/// look costs the same however much there is to collect. What it then does not do for a quiet site is done here: a little at a time while little happens,
/// everything once after the first states were read and after each busy time.
/// </summary>
internal sealed class MemoryKeeper(SupervisorFleet fleet, TimeProvider time) : BackgroundService
{
    private const int Megabyte = 1024 * 1024;
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>In a second. Less is a quiet one: a thousand hosts where nothing happens need one to two.</summary>
    private const long Busy = 4 * Megabyte;

    /// <summary>What a quiet site may collect of it.</summary>
    private const long MostDebris = 2 * Megabyte;

    private const int LongPeriod = 10;

    /// <summary>What a quiet site may allocate until all memory is looked through, beside the work: each look at a host replaces what was known before.</summary>
    private static long MostOldDebris => Math.Max(16 * Megabyte, GC.GetTotalMemory(forceFullCollection: false));

    /// <summary>
    /// Allocated in a long period, this is a busy time, which leaves something behind that is worth to be looked for everywhere. The larger the heap, the
    /// longer that takes.
    /// </summary>
    private static long VeryBusy => Math.Max(4 * Megabyte, GC.GetTotalMemory(forceFullCollection: false));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.WhenAll(fleet.Supervisors.Select(s => s.FirstAttempt)).WaitAsync(stoppingToken);
        CollectAll();
        using var timer = new PeriodicTimer(Period, time);
        var last = GC.GetTotalAllocatedBytes();
        var (collected, collections) = (last, GC.CollectionCount(0));
        var (swept, sweeps) = (last, GC.CollectionCount(GC.MaxGeneration));
        var (longAgo, wasVeryBusy) = (last, false);
        for (var turn = 1; await timer.WaitForNextTickAsync(stoppingToken); turn++)
        {
            var allocated = GC.GetTotalAllocatedBytes();
            var isQuiet = allocated - last < Busy;
            if (GC.CollectionCount(0) != collections)
                collected = allocated;
            else if (isQuiet && allocated - collected > MostDebris)
                GC.Collect(0, GCCollectionMode.Forced, blocking: true);
            if (GC.CollectionCount(GC.MaxGeneration) != sweeps)
                swept = allocated;
            else if (isQuiet && allocated - swept > MostOldDebris)
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false);
            (collections, sweeps) = (GC.CollectionCount(0), GC.CollectionCount(GC.MaxGeneration));
            last = allocated;
            if (turn % LongPeriod != 0)
                continue;
            var isVeryBusy = allocated - longAgo > VeryBusy;
            if (wasVeryBusy && !isVeryBusy)
                CollectAll();
            (longAgo, wasVeryBusy) = (allocated, isVeryBusy);
        }
    }

    /// <summary>Holds everything for a tenth of a second in a large fleet, therefore in a quiet moment only.</summary>
    private static void CollectAll() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
}
