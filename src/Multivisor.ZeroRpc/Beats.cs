namespace Multivisor.ZeroRpc;

/// <summary>
/// Moments that everything in the program shares for what is due at no certain moment: what is done at one of them wakes the processor once,
/// however much it is.
/// </summary>
public static class Beats
{
    /// <param name="due">From now.</param>
    /// <param name="beat">The distance of two moments; zero or less for none.</param>
    /// <returns>From now until the first shared moment that is not before <paramref name="due"/>.</returns>
    public static TimeSpan Join(TimeSpan due, TimeSpan beat, TimeProvider time)
    {
        if (beat <= TimeSpan.Zero)
            return due;
        var perTick = time.TimestampFrequency / (double)TimeSpan.TicksPerSecond;
        var distance = (long)(beat.Ticks * perTick);
        var now = time.GetTimestamp();
        var moment = now + (long)Math.Ceiling(due.Ticks * perTick);
        var shared = (moment + distance - 1) / distance * distance;
        return TimeSpan.FromTicks((long)Math.Ceiling((shared - now) / perTick));
    }
}
