using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Multivisor.Fleet;

namespace Multivisor.Server.Health;

/// <summary>Adds up what the fleet's meter reports, from the start of the server on.</summary>
internal sealed class MetricsCollector : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, Counter> _counters = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ActionHistogram> _actions = new(StringComparer.Ordinal);

    public MetricsCollector()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument is { Meter.Name: "Microsoft.AspNetCore.Server.Kestrel", Name: "kestrel.rejected_connections" })
            {
                const string Rejected = "multivisor_http_rejected_connections_total";
                listener.EnableMeasurementEvents(instrument, _counters.GetOrAdd(Rejected, n => new Counter(n, "Connections of clients that were closed because there were too many.")));
                return;
            }

            if (instrument.Meter.Name != FleetMetrics.MeterName)
                return;
            if (instrument is Counter<long>)
            {
                var name = $"{instrument.Name.Replace('.', '_')}_total";
                listener.EnableMeasurementEvents(instrument, _counters.GetOrAdd(name, n => new Counter(n, instrument.Description ?? "")));
            }
            else
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>(static (_, value, _, counter) => ((Counter?)counter)?.Add(value));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, _) =>
        {
            var action = tags.Length > 0 ? tags[0].Value as string ?? "" : "";
            _actions.GetOrAdd(action, a => new ActionHistogram(a)).Record(value);
        });
        _listener.Start();
    }

    public IEnumerable<Counter> Counters => _counters.Values.OrderBy(c => c.Name, StringComparer.Ordinal);

    public IEnumerable<ActionHistogram> Actions => _actions.Values.OrderBy(a => a.Action, StringComparer.Ordinal);

    public void Dispose() => _listener.Dispose();

    internal sealed class Counter(string name, string description)
    {
        private long _value;

        public string Name { get; } = name;

        public string Description { get; } = description;

        public long Value => Interlocked.Read(ref _value);

        public void Add(long value) => Interlocked.Add(ref _value, value);
    }
}

/// <summary>Durations of one kind of action, in seconds.</summary>
internal sealed class ActionHistogram(string action)
{
    /// <summary>Upper bounds; a stop of a well-behaved process takes milliseconds, one with a long stopwaitsecs minutes.</summary>
    public static readonly double[] Bounds = [0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10, 30, 60, 300];

    private readonly Lock _gate = new();
    private readonly long[] _counts = new long[Bounds.Length + 1];
    private double _sum;

    public string Action { get; } = action;

    public long Count => CountUpTo(Bounds.Length);

    public double Sum
    {
        get
        {
            lock (_gate)
                return _sum;
        }
    }

    public void Record(double seconds)
    {
        lock (_gate)
        {
            var bucket = Array.FindIndex(Bounds, bound => seconds <= bound);
            _counts[bucket < 0 ? Bounds.Length : bucket]++;
            _sum += seconds;
        }
    }

    /// <summary>How many took no longer than the bound of that index.</summary>
    public long CountUpTo(int index)
    {
        lock (_gate)
            return _counts.AsSpan(0, index + 1).ToArray().Sum();
    }
}
