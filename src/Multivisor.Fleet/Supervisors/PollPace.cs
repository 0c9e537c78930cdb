namespace Multivisor.Fleet.Supervisors;

/// <summary>
/// How often a supervisord that does not tell of its changes is asked: often while somebody watches or something has just changed, seldom
/// otherwise, and never so often that answering takes more than a small share of its one thread.
/// </summary>
internal sealed class PollPace(FleetOptions options, Func<bool> isWatched)
{
    /// <summary>An answer may take this part of the time between two questions.</summary>
    private const double Share = 0.05;

    private long _lively;
    private bool _isLively;
    private double _took;

    /// <summary>Time between two looks now.</summary>
    public TimeSpan Period
    {
        get
        {
            var period = isWatched() || IsLively ? options.PollPeriod : options.PollPeriodUnwatched;
            var least = TimeSpan.FromSeconds(Math.Min(_took / Share, options.SlowestPollPeriod.TotalSeconds));
            return period > least ? period : least;
        }
    }

    /// <summary>It answers so slowly that it is asked less often than would be wanted.</summary>
    public bool IsSlow => _took / Share > options.PollPeriodUnwatched.TotalSeconds;

    private bool IsLively => _isLively && options.Time.GetElapsedTime(_lively) < options.LivelyTime;

    /// <summary>Something changed, or is expected to.</summary>
    public void Enliven()
    {
        _isLively = true;
        _lively = options.Time.GetTimestamp();
    }

    /// <summary>An answer took so long; one slow answer among quick ones does not count for long.</summary>
    public void Answered(TimeSpan took) => _took = _took == 0 ? took.TotalSeconds : (0.7 * _took) + (0.3 * took.TotalSeconds);
}
