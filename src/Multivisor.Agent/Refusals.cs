using System.Net;

namespace Multivisor.Agent;

/// <summary>
/// Logs who was refused and why. Servers try again every ten seconds, and strangers as often as they like: the same refusal of the same
/// address is told once in ten minutes, with how often it happened meanwhile. Thread-safe.
/// </summary>
internal sealed class Refusals(AgentLog log, TimeProvider time)
{
    private const string LogName = "access";
    private const int MaxKept = 256;
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<(IPAddress, string), Entry> _told = [];

    public void Note(IPEndPoint who, string why)
    {
        int repeated;
        lock (_gate)
        {
            var now = time.GetTimestamp();
            if (_told.TryGetValue((who.Address, why), out var entry) && time.GetElapsedTime(entry.Told, now) < Silence)
            {
                entry.Repeated++;
                return;
            }

            repeated = entry?.Repeated ?? 0;
            if (_told.Count >= MaxKept)
                Forget(now);
            _told[(who.Address, why)] = new Entry(now);
        }

        log.Warn(LogName, $"refused {who}: {why}{(repeated > 0 ? $" ({repeated} more times since it was last told)" : "")}");
    }

    /// <summary>The old ones; all of them if strangers bring so many new ones that none is old.</summary>
    private void Forget(long now)
    {
        foreach (var key in _told.Where(pair => time.GetElapsedTime(pair.Value.Told, now) >= Silence).Select(pair => pair.Key).ToList())
            _told.Remove(key);
        if (_told.Count >= MaxKept)
            _told.Clear();
    }

    private sealed class Entry(long told)
    {
        public long Told { get; } = told;

        public int Repeated { get; set; }
    }
}
