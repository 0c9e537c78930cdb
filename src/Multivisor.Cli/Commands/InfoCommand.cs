using System.Globalization;
using System.Text.Json;
using Multivisor.Cli.Output;
using Multivisor.Contract;

namespace Multivisor.Cli.Commands;

/// <summary><c>info</c>: all about one process, or about one supervisor.</summary>
internal static class InfoCommand
{
    private const int MostHistory = 10;

    public static async Task<int> RunAsync(CliSession session, string name, CancellationToken cancellationToken)
    {
        if (!name.Contains(':', StringComparison.Ordinal))
        {
            Show(session, await session.Client.GetSupervisorAsync(name, cancellationToken));
        }
        else
        {
            var process = await session.Client.GetProcessAsync(name, cancellationToken);
            Show(session, process, await session.Client.GetHistoryAsync(name, cancellationToken));
        }

        session.Terminal.Flush();
        return ExitCode.Done;
    }

    private static void Show(CliSession session, ProcessJson process, IReadOnlyList<HistoryEntryJson> history)
    {
        if (session.Format is OutputFormat.Json or OutputFormat.Ndjson)
        {
            session.Terminal.Line(JsonSerializer.Serialize(process, ContractJson.Wire.ProcessJson));
            return;
        }

        var terminal = session.Terminal;
        Fields(
            session,
            ("uid", process.Uid),
            ("state", Paint(process.State, process.StateName) + (process.Stale ? " (not connected; last known)" : "")),
            ("description", ProcessListing.Describe(process)),
            ("pid", process.Pid is null or 0 ? "" : Number(process.Pid.Value)),
            ("started", Date(process.Start)),
            ("stopped", Date(process.Stop)),
            ("exit status", process.State == ProcessStates.Exited ? $"{process.ExitStatus}{Expected(process.Expected)}" : ""),
            ("spawn error", process.SpawnError),
            ("host", process.Host),
            ("stdout log", process.StdoutLogFile),
            ("stderr log", process.StderrLogFile));
        if (history.Count == 0 || session.Format == OutputFormat.Plain)
            return;
        terminal.Line("history:");
        foreach (var entry in history.TakeLast(MostHistory))
        {
            var time = entry.At is { } at ? Times.Date((long)at) : "when the server came";
            var exit = entry.ExitStatus is { } status ? $" exit status {status}{Expected(entry.Expected)}" : "";
            terminal.Line($"  {time,-31} {entry.State}{(entry.Pid > 0 ? $" pid {entry.Pid}" : "")}{exit}{(entry.Gap ? " (found later; states may be missing)" : "")}");
        }

        string Paint(int? state, string text) => session.Format == OutputFormat.Table ? terminal.Paint(Style.OfState(state), text) : text;
    }

    private static void Show(CliSession session, SupervisorJson supervisor)
    {
        if (session.Format is OutputFormat.Json or OutputFormat.Ndjson)
        {
            session.Terminal.Line(JsonSerializer.Serialize(supervisor, ContractJson.Wire.SupervisorJson));
            return;
        }

        var link = supervisor.Link;
        var processes = (supervisor.StaleProcesses ?? supervisor.Processes).Values;
        Fields(
            session,
            ("name", supervisor.Name),
            ("state", link?.State ?? (supervisor.Running ? "connected" : "lost")),
            ("why", link?.Error ?? ""),
            ("since", link is null ? "" : Date((long)link.Since)),
            ("next attempt", link?.NextAttempt is { } next ? Date((long)next) : ""),
            ("url", supervisor.Url),
            ("address", link?.Address ?? ""),
            ("link", link?.Kind is { } kind ? $"{kind}{(link.Agent is { } agent ? $" ({agent} {link.AgentVersion})" : "")}, {(link.Protected ? "protected" : "unprotected")}" : ""),
            ("asked every", link?.PollPeriod is { } period ? $"{period.ToString("0.##", CultureInfo.InvariantCulture)} s" : ""),
            ("round trip", link?.RoundTrip is { } trip ? $"{(trip * 1000).ToString("0.0", CultureInfo.InvariantCulture)} ms" : ""),
            ("clock", link?.ClockDifference is { } clock and not 0 ? $"{Math.Abs(clock).ToString("0.#", CultureInfo.InvariantCulture)} s {(clock > 0 ? "ahead" : "behind")}" : ""),
            ("supervisord", supervisor.SupervisorVersion is { } version ? $"{version} (pid {supervisor.Pid}, {supervisor.Identification})" : ""),
            ("labels", string.Join(", ", (supervisor.Labels ?? new Dictionary<string, string>(StringComparer.Ordinal)).Select(l => l.Value.Length > 0 ? $"{l.Key}={l.Value}" : l.Key))),
            ("processes", $"{processes.Count()}, {processes.Count(p => p.Running)} up{(supervisor.StaleProcesses is null ? "" : " when last seen")}"));
    }

    private static void Fields(CliSession session, params (string Name, string Value)[] fields)
    {
        foreach (var (name, value) in fields.Where(f => f.Value.Length > 0))
        {
            // A painted value is our own word.
            var shown = value.StartsWith('\e') ? value : session.Terminal.Safe(value);
            session.Terminal.Line(session.Format == OutputFormat.Plain ? $"{name}\t{shown}" : $"{name + ":",-13} {shown}");
        }
    }

    private static string Expected(bool? expected) => expected switch
    {
        true => " (expected)",
        false => " (unexpected)",
        null => "",
    };

    private static string Date(long time) => time > 0 ? Times.Date(time) : "";

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
