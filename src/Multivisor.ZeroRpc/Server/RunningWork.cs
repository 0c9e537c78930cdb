namespace Multivisor.ZeroRpc.Server;

/// <summary>Counts pieces of work, so that their end can be awaited. Thread-safe.</summary>
internal sealed class RunningWork
{
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>One for the owner, until it stops, and one for each piece.</summary>
    private int _count = 1;

    /// <summary>Starts a piece of work on the thread pool. It must not throw.</summary>
    public void Run(Func<Task> work)
    {
        Interlocked.Increment(ref _count);
        _ = Task.Run(async () =>
        {
            try
            {
                await work();
            }
            finally
            {
                Leave();
            }
        });
    }

    /// <summary>Completes when all work has ended. To be called once, when no more is started.</summary>
    public Task StopAsync()
    {
        Leave();
        return _idle.Task;
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref _count) == 0)
            _idle.TrySetResult();
    }
}
