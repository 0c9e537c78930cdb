using Multivisor.Cli.Output;
using Multivisor.Client;
using Multivisor.Contract;

namespace Multivisor.Cli.Repl;

/// <summary>The line at the foot: <c>name | Supervisors: T (R/S) | Processes: T (R/S) | last notification</c>, as the original has it.</summary>
internal sealed class Toolbar(LiveSite site, CliTerminal terminal)
{
    private volatile NotificationJson _last = new("Welcome to multivisor CLI", "INFO", 0);

    public void Notify(NotificationJson notification) => _last = notification;

    public string Line(int columns)
    {
        var room = columns - 1;
        var counts = site.Counts;
        var status = site.Status;
        var parts = new List<(string Text, string Style)>
        {
            (SafeText.Line(site.Name), ""),
            (" | Supervisors: ", ""),
        };
        Count(parts, counts.Supervisors, counts.SupervisorsUp, counts.SupervisorsDown);
        parts.Add((" | Processes: ", ""));
        Count(parts, counts.Processes, counts.ProcessesUp, counts.ProcessesDown);
        parts.Add((" | ", ""));
        if (status.IsLive)
            parts.Add((SafeText.Line(_last.Message), terminal.HasColor ? Background(_last.Level) : ""));
        else
            parts.Add(($"not connected since {status.Since.ToLocalTime():HH:mm:ss}: {SafeText.Line(status.Error)}", Background("ERROR")));

        var line = new System.Text.StringBuilder();
        foreach (var (text, style) in parts)
        {
            var shown = SafeText.Cut(text, room);
            room -= SafeText.WidthOf(shown);
            line.Append(terminal.HasColor ? style.Length > 0 ? $"\e[0;7;{style}m{shown}\e[0;7m" : $"\e[7m{shown}" : shown);
        }

        return terminal.HasColor ? line.Append(' ', Math.Max(0, room)).Append("\e[0m").ToString() : line.ToString();
    }

    private static void Count(List<(string Text, string Style)> parts, int all, int up, int down)
    {
        parts.Add(($"{all} (", ""));
        parts.Add(($"{up}", "27;1;97;42"));
        parts.Add(("/", ""));
        parts.Add(($"{down}", "27;1;97;41"));
        parts.Add((")", ""));
    }

    private static string Background(string level) => level switch
    {
        "ERROR" => "27;97;41",
        "WARNING" => "27;30;48;5;208",
        "INFO" => "27;97;44",
        _ => "27;97;100",
    };
}
