namespace Multivisor.Agent;

/// <summary>
/// Gives memory back to the host when work is over. Without it the collector keeps what one busy minute took: it waits for more work,
/// and an agent mostly waits for none.
/// </summary>
internal static class MemoryKeeper
{
    private const long WorthIt = 3 * 1024 * 1024;
    private const long Busy = 2 * 1024 * 1024;
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(3);

    public static async Task RunAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        long collected = 0, before = 0;
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            var allocated = GC.GetTotalAllocatedBytes();
            if (allocated - collected > WorthIt && allocated - before < Busy)
            {
                // A few milliseconds for a heap of a few megabytes.
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                collected = allocated;
            }

            before = allocated;
        }
    }
}
