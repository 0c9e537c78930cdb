namespace Multivisor.Agent.Events;

/// <summary>
/// Decides when to compare what subscribers know with supervisord: soon after events were lost, at once when asked, and every few
/// seconds in any case. Not thread-safe: the event pipeline owns it.
/// </summary>
internal sealed class CheckSchedule(TimeProvider time)
{
    /// <summary>So that a change by somebody else is seen within 5 s, the second look included.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(3.5);

    /// <summary>After a loss, events that are still on their way get this long without another event …</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(100);

    /// <summary>… but at most this long, because a storm may last.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(400);

    /// <summary>A difference without a known loss is looked at again: its event is probably on its way.</summary>
    private static readonly TimeSpan SecondLookAfter = TimeSpan.FromMilliseconds(250);

    /// <summary>Share of supervisord's time that the periodic look may take, as a divisor.</summary>
    private const int CostShare = 5;

    private long _due = time.GetTimestamp();
    private long? _lossSince;

    /// <summary>The next look must tell all differences; otherwise it may wait for a second look.</summary>
    public bool IsUrgent { get; private set; }

    /// <summary>Zero if it is due.</summary>
    public TimeSpan Remaining
    {
        get
        {
            var elapsed = time.GetElapsedTime(_due);
            return elapsed >= TimeSpan.Zero ? TimeSpan.Zero : -elapsed;
        }
    }

    /// <summary>An event was lost or could not be told.</summary>
    public void NoteLoss()
    {
        IsUrgent = true;
        _lossSince ??= time.GetTimestamp();
        NoteEvent();
    }

    /// <summary>An event has come: after a loss, more may follow.</summary>
    public void NoteEvent()
    {
        if (_lossSince is not { } since)
            return;
        var left = LongestWait - time.GetElapsedTime(since);
        Due(left < Quiet ? left : Quiet);
    }

    public void Now()
    {
        IsUrgent = true;
        Due(TimeSpan.Zero);
    }

    /// <summary>Somebody's clock has ticked: look, without urgency.</summary>
    public void Tick()
    {
        if (!IsUrgent)
            Due(TimeSpan.Zero);
    }

    public void SecondLook()
    {
        IsUrgent = true;
        Due(SecondLookAfter);
    }

    /// <param name="cost">How long supervisord took to answer.</param>
    public void Done(TimeSpan cost)
    {
        IsUrgent = false;
        _lossSince = null;
        Due(cost * CostShare > Period ? cost * CostShare : Period);
    }

    /// <summary>supervisord did not answer: try again, not too often. What was urgent stays so.</summary>
    public void Failed()
    {
        _lossSince = null;
        Due(TimeSpan.FromSeconds(1));
    }

    private void Due(TimeSpan after) => _due = time.GetTimestamp() + (long)(after.TotalSeconds * time.TimestampFrequency);
}
