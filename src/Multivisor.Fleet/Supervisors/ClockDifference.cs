using Multivisor.Supervisord;

namespace Multivisor.Fleet.Supervisors;

/// <summary>Compares supervisord's clock, of which each answer tells the whole seconds, with ours.</summary>
internal static class ClockDifference
{
    /// <summary>What whole seconds and the way of an answer can hide.</summary>
    private static readonly TimeSpan Grain = TimeSpan.FromSeconds(1.5);

    /// <param name="known">What was measured before, kept while the new measure agrees with it.</param>
    /// <param name="received">When the answer came, by our clock.</param>
    /// <param name="took">How long it took.</param>
    public static TimeSpan? Of(TimeSpan? known, IEnumerable<ProcessInfo> processes, DateTimeOffset received, TimeSpan took)
    {
        if (processes.FirstOrDefault(process => process.Now > 0) is not { } process)
            return known;
        var asked = received - (took / 2);
        var difference = DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(process.Now, 0, int.MaxValue)) + TimeSpan.FromSeconds(0.5) - asked;
        if (known is { } before && (difference - before).Duration() <= Grain)
            return before;
        return difference.Duration() <= Grain ? TimeSpan.Zero : TimeSpan.FromSeconds(Math.Round(difference.TotalSeconds));
    }
}
