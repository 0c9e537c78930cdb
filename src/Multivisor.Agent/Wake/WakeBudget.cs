namespace Multivisor.Agent.Wake;

/// <summary>
/// Allows at most 20 wakes in any one second: five at once, and fifteen more a second. A wake that has to wait stands for all that were
/// wanted meanwhile. Not thread-safe: the waker owns it.
/// </summary>
internal sealed class WakeBudget(TimeProvider time)
{
    public const int AtOnce = 5;
    public const int PerSecond = 15;

    private double _left = AtOnce;
    private long _filled = time.GetTimestamp();

    /// <summary>How long until <see cref="TryTake"/> succeeds.</summary>
    public TimeSpan Remaining
    {
        get
        {
            Fill();
            return _left >= 1 ? TimeSpan.Zero : TimeSpan.FromSeconds((1 - _left) / PerSecond);
        }
    }

    public bool TryTake()
    {
        Fill();
        if (_left < 1)
            return false;
        _left--;
        return true;
    }

    private void Fill()
    {
        var now = time.GetTimestamp();
        _left = Math.Min(AtOnce, _left + (time.GetElapsedTime(_filled, now).TotalSeconds * PerSecond));
        _filled = now;
    }
}
