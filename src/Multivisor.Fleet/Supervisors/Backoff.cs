namespace Multivisor.Fleet.Supervisors;

/// <summary>Delays between attempts to connect: doubling from 0.25 s to 10 s, each ±20 % so that hosts do not march in step.</summary>
internal sealed class Backoff(Random random)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Last = TimeSpan.FromSeconds(10);

    /// <summary>A supervisord that said it restarts is back within seconds; waiting longer would only show a stale page.</summary>
    private static readonly TimeSpan WhileRestarting = TimeSpan.FromMilliseconds(200);

    /// <summary>A connection that lived shorter counts as one more failure: a flapping host is not asked four times a second.</summary>
    public static readonly TimeSpan Stable = TimeSpan.FromSeconds(5);

    private int _failures;

    public void Reset() => _failures = 0;

    public TimeSpan Next(bool restarting)
    {
        if (restarting)
            return WhileRestarting;
        var doubled = First * Math.Pow(2, Math.Min(_failures++, 10));
        var limited = doubled < Last ? doubled : Last;
        var jittered = limited * (0.8 + (0.4 * random.NextDouble()));
        return jittered < Last ? jittered : Last;
    }
}
