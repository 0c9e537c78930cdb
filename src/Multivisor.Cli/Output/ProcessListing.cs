using System.Text.Json;
using Multivisor.Contract;

namespace Multivisor.Cli.Output;

/// <summary>Processes by group, in the words and columns of the original's command line (multivisor-http.md section 7).</summary>
internal static class ProcessListing
{
    private const int StateWidth = 8;

    public static void Write(Terminal terminal, IReadOnlyCollection<ProcessJson> processes, OutputFormat format)
    {
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
                    terminal.Line(string.Join('\t', process.Uid, process.StateName, terminal.Safe(Describe(process))));
                break;
            default:
                var width = processes.Count == 0 ? 0 : processes.Max(p => SafeText.WidthOf(terminal.Safe(p.Uid)));
                foreach (var group in sorted.GroupBy(p => p.Group, StringComparer.Ordinal))
                {
                    terminal.Line($"{terminal.Safe(group.Key)}:");
                    foreach (var process in group)
                        terminal.Line("  " + Line(terminal, process, width));
                }

                break;
        }

        terminal.Flush();
    }

    public static string Line(Terminal terminal, ProcessJson process, int uidWidth)
    {
        var state = terminal.Paint(Style.OfState(process.State), process.StateName.PadRight(StateWidth));
        return $"{SafeText.Pad(terminal.Safe(process.Uid), uidWidth)} {state} {terminal.Safe(Describe(process))}".TrimEnd();
    }

    /// <summary>What the original says beside a state; times are those of the host, whose clock <c>now</c> is.</summary>
    public static string Describe(ProcessJson process)
    {
        var text = process switch
        {
            { Running: true, Pid: { } pid, Start: > 0 } => $"pid {pid}, started {Times.Date(process.Start)} ({Times.Delta(TimeSpan.FromSeconds(process.Now - process.Start))})",
            { State: ProcessStates.Fatal } => process.Description,
            { Stop: > 0 } => $"stopped on {Times.Date(process.Stop)} ({Times.Delta(TimeSpan.FromSeconds(process.Now - process.Stop))} ago)",
            _ => process.Description,
        };
        return process.Stale ? $"{text} (not connected; last known state)".TrimStart() : text;
    }
}
