namespace Multivisor.Fleet.Model;

/// <summary>When anything was last heard of a supervisor. Written by its loop, read by anybody.</summary>
internal sealed class LastContact
{
    private long _ticks;

    /// <summary>Null before the first time.</summary>
    public DateTimeOffset? Last => Volatile.Read(ref _ticks) is > 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    public void Note(DateTimeOffset now) => Volatile.Write(ref _ticks, now.UtcTicks);
}
