using System.CommandLine;
using System.CommandLine.Completions;
using Multivisor.Cli.Commands;
using Multivisor.Cli.Connection;
using Multivisor.Cli.Output;
using Multivisor.Cli.Repl;
using Multivisor.Client;

namespace Multivisor.Cli.CommandLine;

/// <summary>The command line of <c>multivisor-cli</c>: one command, or the prompt without one.</summary>
internal static class CliProgram
{
    /// <summary>Who presses Tab waits no longer for names.</summary>
    private static readonly TimeSpan CompletionLimit = TimeSpan.FromSeconds(2);

    public static async Task<int> RunAsync(string[] arguments)
    {
        var shared = new SharedOptions();
        var root = new RootCommand("Command line for all the supervisord instances of a site. Without a command: a prompt") { shared.Output, shared.NoColor };
        foreach (var option in shared.AboutServer)
            root.Add(option);
        Task<int> Run(ParseResult parsed, Func<CliSession, CancellationToken, Task<int>> work, CancellationToken end) => RunAsync(shared, parsed, work, end);
        var tree = new CommandTree(Run, context => Names(shared, context).Uids, context => Names(shared, context).Supervisors);
        foreach (var command in tree.Create())
            root.Add(command);
        root.Add(CompletionCommand.Create());
        root.SetAction((parsed, end) => Run(parsed, (session, c) => PromptSession.RunAsync(session, shared, c), end));

        var parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors.Select(e => OneLine(e.Message)).Distinct(StringComparer.Ordinal))
                await Console.Error.WriteLineAsync($"multivisor-cli: {error} (see multivisor-cli {Help(parsed)}--help)");
            return ExitCode.WrongUsage;
        }

        return await GuardAsync(parsed.GetValue(shared.NoColor), () =>
        {
            var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false };
            // At the prompt Ctrl-C ends a command and not the program.
            if (parsed.CommandResult.Command is RootCommand)
                configuration.ProcessTerminationTimeout = null;
            return parsed.InvokeAsync(configuration);
        });
    }

    /// <summary>What went wrong as one sentence and an exit code.</summary>
    private static async Task<int> GuardAsync(bool noColor, Func<Task<int>> work)
    {
        try
        {
            return await work();
        }
        catch (CliException e)
        {
            new CliTerminal(noColor).Error(e.Message);
            return e.ExitCode;
        }
        catch (MultivisorException e)
        {
            var terminal = new CliTerminal(noColor);
            terminal.Error(e.Problem == MultivisorProblem.NotSignedIn ? $"{e.Message}: multivisor-cli login, --user or MULTIVISOR_TOKEN" : e.Message);
            foreach (var detail in e.Details)
                terminal.Note($"  {detail}");
            return ExitCode.Of(e.Problem);
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
        catch (IOException e) when (e is not FileNotFoundException)
        {
            // The reader of our output has gone: a pipe into head.
            return ExitCode.SomeFailed;
        }
    }

    private static async Task<int> RunAsync(
        SharedOptions shared, ParseResult parsed, Func<CliSession, CancellationToken, Task<int>> work, CancellationToken end)
    {
        var terminal = new CliTerminal(parsed.GetValue(shared.NoColor));
        var choice = Choose(shared, parsed);
        using var client = new MultivisorClient(choice.Options);
        if (choice is { User: { } user, Options: { Token: null, Session: null } } && parsed.CommandResult.Command.Name is not ("login" or "logout"))
            await AccountCommands.SignInAsync(client, user, terminal, end);
        try
        {
            return await work(new CliSession(client, terminal) { Format = parsed.GetValue(shared.Output) }, end);
        }
        finally
        {
            terminal.Flush();
            // The server may have renewed it.
            if (choice.Options.Session is not null && parsed.CommandResult.Command.Name is not ("login" or "logout"))
                SessionStore.Keep(choice.Options.Url, client.Session);
        }
    }

    private static ServerChoice Choose(SharedOptions shared, ParseResult parsed) => ServerChoice.Make(
        new ServerArguments(
            parsed.GetValue(shared.Url), parsed.GetValue(shared.Context), parsed.GetValue(shared.Token), parsed.GetValue(shared.User), parsed.GetValue(shared.Ca)),
        CliSettings.Read(CliSettings.DefaultPath), Environment.GetEnvironmentVariable);

    /// <summary>For a shell that completes: what the server knows, or nothing.</summary>
    private static (IReadOnlyList<string> Uids, IReadOnlyList<string> Supervisors) Names(SharedOptions shared, CompletionContext context)
    {
        try
        {
            using var client = new MultivisorClient(Choose(shared, context.ParseResult).Options with { Timeout = CompletionLimit });
            var site = client.GetSiteAsync().GetAwaiter().GetResult();
            return ([.. StatusCommand.ProcessesOf(site).Select(p => p.Process.Uid)], [.. site.Supervisors.Keys]);
        }
        catch (Exception e) when (e is MultivisorException or CliException)
        {
            return ([], []);
        }
    }

    private static string Help(ParseResult parsed) => parsed.CommandResult.Command is RootCommand ? "" : $"{parsed.CommandResult.Command.Name} ";

    private static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.');
}
