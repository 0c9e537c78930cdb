using System.Globalization;

namespace Multivisor.Supervisord.Events;

/// <summary>
/// Knows the events delivered lately. supervisord delivers an event again when a listener rejected it, even one of another pool,
/// or when the event was subscribed to twice (supervisor.md section 2.4).
/// </summary>
public sealed class RecentSerials(int capacity = 4096)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();

    /// <summary>False if an event with that serial was added before, and is among the last <c>capacity</c>.</summary>
    public bool Add(string serial)
    {
        // Without a serial nothing can be said about repetition.
        if (serial.Length == 0)
            return true;
        if (!_known.Add(serial))
            return false;
        _order.Enqueue(serial);
        if (_order.Count > capacity)
            _known.Remove(_order.Dequeue());
        return true;
    }
}

/// <summary>Sees from pool serials that supervisord has discarded events of a full buffer (10 unless configured).</summary>
public sealed class PoolSerialGap
{
    private long _highest = -1;

    /// <summary>
    /// True if events between the highest serial so far and this one are missing. Going backwards is redelivery, not loss. The first
    /// serial counts from 0, because what was discarded before a listener came up is missing all the same.
    /// </summary>
    public bool Follows(string poolSerial, out long missing)
    {
        missing = 0;
        if (!long.TryParse(poolSerial, NumberStyles.None, CultureInfo.InvariantCulture, out var serial) || serial <= _highest)
            return true;
        missing = serial - _highest - 1;
        _highest = serial;
        return missing == 0;
    }
}
