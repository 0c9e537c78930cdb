using System.Text.Json;
using Multivisor.Contract;

namespace Multivisor.Cli.Output;

/// <summary>Processes by group, in the words and columns of the original's command line (multivisor-http.md section 7).</summary>
internal static class ProcessListing
{
    private const int StateWidth = 8;

    /// <param name="now">The clock of a process's host, Unix seconds; what was last heard of it when null.</param>
    public static void Write(CliTerminal terminal, IReadOnlyCollection<ProcessJson> processes, OutputFormat format, Func<ProcessJson, long>? now = null)
    {
        now ??= process => process.Now;
        var sorted = processes.OrderBy(p => p.Group, StringComparer.Ordinal).ThenBy(p => p.Uid, StringComparer.Ordinal);
        switch (format)
        {
            case OutputFormat.Json:
                terminal.Line(JsonSerializer.Serialize([.. sorted], CliJson.Wire.IReadOnlyListProcessJson));
                break;
            case OutputFormat.Ndjson:
                foreach (var process in sorted)
                    terminal.Line(JsonSerializer.Serialize(process, ContractJson.Wire.ProcessJson));
                break;
            case OutputFormat.Plain:
                foreach (var process in sorted)
                    terminal.Line(string.Join('\t', process.Uid, process.StateName, terminal.Safe(Describe(process, now(process)))));
                break;
            default:
                var width = processes.Count == 0 ? 0 : processes.Max(p => SafeText.WidthOf(terminal.Safe(p.Uid)));
                foreach (var group in sorted.GroupBy(p => p.Group, StringComparer.Ordinal))
                {
                    terminal.Line($"{terminal.Safe(group.Key)}:");
                    foreach (var process in group)
                        terminal.Line("  " + Line(terminal, process, width, now(process)));
                }

                break;
        }

        terminal.Flush();
    }

    private static string Line(CliTerminal terminal, ProcessJson process, int uidWidth, long now)
    {
        var state = terminal.Paint(Style.OfState(process.State), process.StateName.PadRight(StateWidth));
        return $"{SafeText.Pad(terminal.Safe(process.Uid), uidWidth)} {state} {terminal.Safe(Describe(process, now))}".TrimEnd();
    }

    /// <summary>What the original says beside a state, as it was when the process was last heard of.</summary>
    public static string Describe(ProcessJson process) => Describe(process, process.Now);

    /// <param name="now">The clock of its host, which <c>start</c> and <c>stop</c> are of too.</param>
    public static string Describe(ProcessJson process, long now)
    {
        var text = process switch
        {
            { Running: true, Pid: { } pid, Start: > 0 } => $"pid {pid}, started {Times.Date(process.Start)} ({Times.Delta(TimeSpan.FromSeconds(now - process.Start))})",
            { State: ProcessStates.Fatal } => process.Description,
            { Stop: > 0 } => $"stopped on {Times.Date(process.Stop)} ({Times.Delta(TimeSpan.FromSeconds(now - process.Stop))} ago)",
            _ => process.Description,
        };
        return process.Stale ? $"{text} (not connected; last known state)".TrimStart() : text;
    }
}
