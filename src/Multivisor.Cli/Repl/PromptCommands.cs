using System.CommandLine;
using Multivisor.Cli.CommandLine;
using Multivisor.Cli.Commands;
using Multivisor.Client;

namespace Multivisor.Cli.Repl;

/// <summary>What can be entered at the prompt: the commands of the program, and those that only make sense here.</summary>
internal static class PromptCommands
{
    /// <param name="status">Lists what is known, at once.</param>
    /// <param name="refresh">Reads everything again first.</param>
    /// <param name="leave">Ends the prompt.</param>
    public static Command Create(
        CommandTree tree, CommandRunner run, Func<CliSession, string?, string?, int> status, Func<CancellationToken, Task> refresh, Action leave)
    {
        var root = new Command("multivisor");
        foreach (var command in tree.Create().Where(c => c.Name is not "status"))
            root.Add(command);
        root.Add(Status("status", "List processes", run, status, before: null, tree));
        root.Add(Status("refresh-status", "Ask the server again, then list processes (F5)", run, status, refresh, tree));
        foreach (var (name, verb, description) in new[]
        {
            ("reread", SupervisorVerb.Reread, "Make supervisord read its configuration file"),
            ("update", SupervisorVerb.Update, "Read the configuration file, and add, restart and remove groups accordingly"),
            ("restart-supervisor", SupervisorVerb.Restart, "Restart supervisord with all its processes"),
            ("shutdown", SupervisorVerb.Shutdown, "Shut supervisord down with all its processes"),
        })
        {
            root.Add(tree.OnSupervisors(name, description, verb, isGrave: verb != SupervisorVerb.Reread));
        }

        foreach (var name in (string[])["exit", "quit"])
        {
            var command = new Command(name, "Leave");
            command.SetAction(_ => leave());
            root.Add(command);
        }

        root.Add(Help(root, run));
        return root;
    }

    private static Command Status(
        string name, string description, CommandRunner run, Func<CliSession, string?, string?, int> status, Func<CancellationToken, Task>? before, CommandTree tree)
    {
        var (command, pattern, filter) = tree.StatusShape(name, description);
        command.SetAction((parsed, ct) => run(
            parsed,
            async (session, c) =>
            {
                if (before is not null)
                    await before(c);
                return status(session, parsed.GetValue(pattern), parsed.GetValue(filter));
            },
            ct));
        return command;
    }

    private static Command Help(Command root, CommandRunner run)
    {
        var name = new Argument<string?>("COMMAND") { Description = "What to explain", Arity = ArgumentArity.ZeroOrOne };
        name.CompletionSources.Add(_ => root.Subcommands.Select(c => new System.CommandLine.Completions.CompletionItem(c.Name)));
        var command = new Command("help", "List the commands, or explain one") { name };
        command.SetAction((parsed, ct) => run(parsed, (session, _) => Task.FromResult(HelpText.Show(session.Terminal, root, parsed.GetValue(name))), ct));
        return command;
    }
}
