namespace Multivisor.Server.Health;

/// <summary>
/// Gives memory back once after each busy time: the collector by itself waits for more work, and after a storm there is none. It is done in a quiet
/// moment, because it holds everything for a tenth of a second in a large fleet.
/// </summary>
internal sealed class MemoryKeeper(TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    /// <summary>Octets allocated in one period that make it a busy one. A thousand quiet hosts need 20 MB.</summary>
    private const long Busy = 64 * 1024 * 1024;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        var before = 0L;
        var wasBusy = false;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var allocated = GC.GetTotalAllocatedBytes();
            var isBusy = allocated - before > Busy;
            if (wasBusy && !isBusy)
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            wasBusy = isBusy;
            before = allocated;
        }
    }
}
