using System.Diagnostics.Metrics;

namespace Multivisor.Fleet;

/// <summary>What the fleet counts. The server adds gauges of its own and exposes all of them.</summary>
public static class FleetMetrics
{
    public const string MeterName = "Multivisor.Fleet";

    private static readonly Meter Meter = new(MeterName);

    internal static readonly Counter<long> Events =
        Meter.CreateCounter<long>("multivisor.events", "{event}", "Process changes applied to the model.");

    internal static readonly Counter<long> Reconnects =
        Meter.CreateCounter<long>("multivisor.reconnects", "{attempt}", "Connections to supervisors that were lost or failed.");

    internal static readonly Histogram<double> ActionDuration =
        Meter.CreateHistogram<double>("multivisor.action.duration", "s", "From the request of an action to its last result.");
}
