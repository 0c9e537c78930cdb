using System.CommandLine;
using Multivisor.Cli.Output;

namespace Multivisor.Cli.Repl;

/// <summary><c>help</c> at the prompt.</summary>
internal static class HelpText
{
    public static int Show(CliTerminal terminal, Command root, string? name)
    {
        if (name is null)
        {
            var width = root.Subcommands.Max(c => c.Name.Length);
            foreach (var command in root.Subcommands.OrderBy(c => c.Name, StringComparer.Ordinal))
                terminal.Line($"  {terminal.Paint(Style.Bold, command.Name.PadRight(width))}  {command.Description}");
            terminal.Line("help COMMAND tells more. Tab completes, Ctrl-R searches what was entered, F5 lists anew, Ctrl-D leaves.");
            terminal.Flush();
            return ExitCode.Done;
        }

        var found = root.Subcommands.FirstOrDefault(c => c.Name == name) ?? throw new CliException(ExitCode.WrongUsage, $"Unknown command '{name}'");
        Explain(terminal, found, found.Name);
        terminal.Flush();
        return ExitCode.Done;
    }

    private static void Explain(CliTerminal terminal, Command command, string path)
    {
        var arguments = string.Concat(command.Arguments.Select(a => a.Arity.MinimumNumberOfValues == 0 ? $" [{a.Name}]" : $" {a.Name}"));
        terminal.Line($"{terminal.Paint(Style.Bold, path + arguments)}: {command.Description}");
        foreach (var argument in command.Arguments.Where(a => a.Description is { Length: > 0 }))
            terminal.Line($"  {argument.Name,-18} {argument.Description}");
        foreach (var option in command.Options)
            terminal.Line($"  {string.Join(", ", option.Aliases.Prepend(option.Name)),-18} {option.Description}");
        foreach (var below in command.Subcommands)
            Explain(terminal, below, $"{path} {below.Name}");
    }
}
