using System.Globalization;
using System.Text;
using Multivisor.Fleet;
using Multivisor.Supervisord;

namespace Multivisor.Server.Health;

/// <summary>
/// The metrics as Prometheus reads them (text format 0.0.4). Written by hand: the one exporter library that compiles
/// ahead of time is no longer maintained, and what there is to write is this page.
/// </summary>
internal sealed class MetricsText(SupervisorFleet fleet, MetricsCollector collector, ProgramMetrics program)
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public string Write()
    {
        var text = new StringBuilder();
        WriteState(text);
        Head(text, "multivisor_stream_clients", "gauge", "Clients of the event stream.");
        Sample(text, "multivisor_stream_clients", "", fleet.Feed.SubscriberCount);
        Head(text, "multivisor_stream_resyncs_total", "counter", "Times that a client read too slowly and was told to read everything again.");
        Sample(text, "multivisor_stream_resyncs_total", "", fleet.Feed.ResyncCount);
        Head(text, "multivisor_stream_dropped_events_total", "counter", "Events that a client did not get because it read too slowly.");
        Sample(text, "multivisor_stream_dropped_events_total", "", fleet.Feed.DroppedCount);
        foreach (var counter in collector.Counters)
        {
            Head(text, counter.Name, "counter", counter.Description);
            Sample(text, counter.Name, "", counter.Value);
        }

        WriteActions(text);
        program.Write((name, type, help, value) =>
        {
            Head(text, name, type, help);
            Sample(text, name, "", value);
        });
        return text.ToString();
    }

    private void WriteState(StringBuilder text)
    {
        var snapshots = fleet.Supervisors.Select(s => s.Snapshot).ToArray();
        var running = snapshots.Count(s => s.IsRunning);
        Head(text, "multivisor_supervisors", "gauge", "Supervisors of the configuration.");
        Sample(text, "multivisor_supervisors", "{state=\"up\"}", running);
        Sample(text, "multivisor_supervisors", "{state=\"down\"}", snapshots.Length - running);
        var processes = snapshots.Where(s => s.IsRunning)
            .SelectMany(s => s.Processes.All)
            .CountBy(p => p.Info.State)
            .ToDictionary();
        Head(text, "multivisor_processes", "gauge", "Processes of connected supervisors by state.");
        foreach (var state in Enum.GetValues<ProcessState>())
            Sample(text, "multivisor_processes", $"{{state=\"{state.ToName()}\"}}", processes.GetValueOrDefault(state));
    }

    private void WriteActions(StringBuilder text)
    {
        const string Name = "multivisor_action_duration_seconds";
        Head(text, Name, "histogram", "From the request of an action to its last result.");
        foreach (var histogram in collector.Actions)
        {
            var action = $"action=\"{histogram.Action}\"";
            for (var i = 0; i < ActionHistogram.Bounds.Length; i++)
                Sample(text, $"{Name}_bucket", $"{{{action},le=\"{ActionHistogram.Bounds[i].ToString(CultureInfo.InvariantCulture)}\"}}", histogram.CountUpTo(i));
            Sample(text, $"{Name}_bucket", $"{{{action},le=\"+Inf\"}}", histogram.Count);
            Sample(text, $"{Name}_sum", $"{{{action}}}", histogram.Sum);
            Sample(text, $"{Name}_count", $"{{{action}}}", histogram.Count);
        }
    }

    private static void Head(StringBuilder text, string name, string type, string help) =>
        text.Append("# HELP ").Append(name).Append(' ').Append(help).Append("\n# TYPE ").Append(name).Append(' ').Append(type).Append('\n');

    private static void Sample(StringBuilder text, string name, string labels, double value) =>
        text.Append(name).Append(labels).Append(' ').Append(value.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
