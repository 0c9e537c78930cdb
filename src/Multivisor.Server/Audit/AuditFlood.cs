namespace Multivisor.Server.Audit;

/// <summary>How many refusals are written down: some at once and then a few a minute, the others are counted.</summary>
internal sealed class AuditFlood(TimeProvider time)
{
    public const int PerMinute = 120;

    private readonly Lock _gate = new();
    private long _began = time.GetTimestamp();
    private int _passed;
    private long _dropped;

    /// <param name="dropped">How many were not written since this was told the last time.</param>
    public bool Passes(out long dropped)
    {
        lock (_gate)
        {
            dropped = 0;
            if (time.GetElapsedTime(_began) >= TimeSpan.FromMinutes(1))
            {
                (_began, _passed) = (time.GetTimestamp(), 0);
                (dropped, _dropped) = (_dropped, 0);
            }

            if (_passed >= PerMinute)
            {
                _dropped++;
                return false;
            }

            _passed++;
            return true;
        }
    }
}
