namespace Multivisor.Supervisord;

/// <summary>Lets a number of callers through at a time; the others wait in a queue that is bounded in length and time.</summary>
internal sealed class CallGate(int width, int maxWaiting, TimeSpan limit, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _free = new(width);
    private int _waiting;

    /// <exception cref="SupervisordUnreachableException">Too many callers, or too long a wait.</exception>
    public async ValueTask EnterAsync(string what, CancellationToken cancellationToken)
    {
        if (_free.Wait(0, CancellationToken.None))
            return;
        try
        {
            if (Interlocked.Increment(ref _waiting) > maxWaiting)
                throw new SupervisordUnreachableException($"{what}: {maxWaiting} calls are waiting already; try again when supervisord has answered some");
            using var deadline = new CancellationTokenSource(limit, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
            await _free.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SupervisordUnreachableException($"{what}: no turn within {limit.TotalSeconds:0.#} s, earlier calls are still waiting for supervisord");
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    public void Leave() => _free.Release();

    /// <summary>Enters however many wait; for closing, when those inside are leaving.</summary>
    public Task EnterLastAsync() => _free.WaitAsync(CancellationToken.None);

    public void Dispose() => _free.Dispose();
}
