using Multivisor.Supervisord.Logs;

namespace Multivisor.Fleet.Logs;

/// <summary>Where somebody is in a log, from the events that he has had. Not thread-safe.</summary>
public sealed class LogTracker
{
    private readonly LogTrail _trail = new();

    public string File { get; private set; } = "";

    public long Offset { get; private set; }

    /// <summary>The octets before <see cref="Offset"/>, as far as they are known.</summary>
    public ReadOnlySpan<byte> Before => _trail.Octets;

    public LogPosition Position => new(File, Offset, _trail.Length == Math.Min(LogCheck.Length, Offset) ? _trail.Check : null);

    public void Apply(LogEvent happened)
    {
        switch (happened)
        {
            case LogEvent.Moved moved:
                File = moved.File;
                Offset = moved.Offset;
                _trail.Clear();
                _trail.Add(moved.Before.Span);
                break;
            case LogEvent.Data data:
                Pass(data.Octets.Span, data.Length);
                break;
        }
    }

    /// <summary>Goes on by a part of the octets of an event.</summary>
    public void Pass(ReadOnlySpan<byte> octets, long length)
    {
        Offset += length;
        if (octets.Length != length)
            _trail.Clear();
        else
            _trail.Add(octets);
    }
}
