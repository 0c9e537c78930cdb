using System.CommandLine;
using System.CommandLine.Completions;
using Multivisor.Cli.Commands;
using Multivisor.Cli.Output;
using Multivisor.Cli.Top;
using Multivisor.Client;

namespace Multivisor.Cli.CommandLine;

/// <summary>Carries a command out with a session for it.</summary>
internal delegate Task<int> CommandRunner(ParseResult parsed, Func<CliSession, CancellationToken, Task<int>> work, CancellationToken cancellationToken);

/// <summary>The commands, the same ones for a shell and at the prompt.</summary>
internal sealed class CommandTree(CommandRunner run, Func<CompletionContext, IEnumerable<string>> uids, Func<CompletionContext, IEnumerable<string>> supervisors)
{
    private static readonly string[] StateNames = ["STOPPED", "STARTING", "RUNNING", "BACKOFF", "STOPPING", "EXITED", "FATAL", "UNKNOWN"];

    private readonly Option<bool> _yes = new("--yes", "-y") { Description = "Do not ask" };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Show what would be touched, and do nothing" };

    public IEnumerable<Command> Create()
    {
        yield return Status();
        yield return OnProcesses("start", "Start processes", ProcessVerb.Start);
        yield return OnProcesses("stop", "Stop processes, and wait until they stopped", ProcessVerb.Stop);
        yield return OnProcesses("restart", "Stop processes that run, then start them", ProcessVerb.Restart);
        yield return Signal();
        yield return Group();
        yield return Supervisor();
        yield return Logs();
        yield return Events();
        yield return Info();
        yield return Wait();
        yield return Plain("top", "Show everything on one screen, live, and act on it", TopCommand.RunAsync);
        yield return Config();
        yield return Plain("doctor", "Tell why supervisors cannot be reached, and what is odd", DoctorCommand.RunAsync);
        yield return Login();
        yield return Plain("logout", "End the session of login", AccountCommands.SignOutAsync);
        yield return Plain("version", "Show the versions of this program and of the server", VersionCommand.RunAsync);
    }

    /// <summary>A command that lists, without what carries it out.</summary>
    public (Command Command, Argument<string?> Pattern, Option<string?> Filter) StatusShape(string name, string description)
    {
        var pattern = new Argument<string?>("PATTERN") { Description = "A pattern of uids, as 'lid001:web:*'", Arity = ArgumentArity.ZeroOrOne, CompletionSources = { Uids } };
        var filter = new Option<string?>("--filter", "-f") { Description = "Words as in the page's filter: 'state:fatal group:PLC -name:test'", HelpName = "WORDS" };
        return (new Command(name, description) { pattern, filter }, pattern, filter);
    }

    private Command Status()
    {
        var (command, pattern, filter) = StatusShape("status", "List processes");
        command.SetAction((parsed, ct) => run(parsed, (s, c) => StatusCommand.RunAsync(s, parsed.GetValue(pattern), parsed.GetValue(filter), c), ct));
        return command;
    }

    private Command OnProcesses(string name, string description, ProcessVerb verb)
    {
        var patterns = Patterns();
        return Action(name, description, patterns, "process", name, names => SiteAction.OnProcesses(verb, names), isGrave: false);
    }

    private Command Signal()
    {
        var signal = new Argument<string>("SIGNAL") { Description = "A name or a number: HUP, USR1, 10" };
        signal.CompletionSources.Add("HUP", "INT", "QUIT", "KILL", "USR1", "USR2", "TERM", "CONT", "STOP");
        var patterns = Patterns();
        var command = new Command("signal", "Send a signal to processes") { signal, patterns, _yes, _dryRun };
        command.SetAction((parsed, ct) => run(
            parsed,
            (s, c) => ActionCommand.RunAsync(
                With(s, parsed), $"signal {parsed.GetRequiredValue(signal)}", names => SiteAction.Signal(parsed.GetRequiredValue(signal), names), Required(parsed, patterns, "process"), isGrave: false, c),
            ct));
        return command;
    }

    private Command Group()
    {
        var command = new Command("group", "Start, stop or restart whole groups");
        foreach (var verb in Enum.GetValues<ProcessVerb>())
        {
            var word = verb.ToString().ToLowerInvariant();
            var groups = Names("GROUP", "A group wherever there is one, or supervisor:group; patterns work");
            groups.CompletionSources.Add(context => GroupsOf(uids(context)).Select(g => new CompletionItem(g)));
            command.Add(Action(word, $"{verb} all processes of groups", groups, "group", $"{word} group", names => SiteAction.OnGroups(verb, names), isGrave: true));
        }

        return command;
    }

    private Command Supervisor()
    {
        var command = new Command("supervisor", "Re-read, update, restart or shut down whole supervisors");
        command.Add(OnSupervisors("reread", "Make supervisord read its configuration file", SupervisorVerb.Reread, isGrave: false));
        command.Add(OnSupervisors("update", "Read the configuration file, and add, restart and remove groups accordingly", SupervisorVerb.Update, isGrave: true));
        command.Add(OnSupervisors("restart", "Restart supervisord with all its processes", SupervisorVerb.Restart, isGrave: true));
        command.Add(OnSupervisors("shutdown", "Shut supervisord down with all its processes", SupervisorVerb.Shutdown, isGrave: true));
        return command;
    }

    public Command OnSupervisors(string word, string description, SupervisorVerb verb, bool isGrave)
    {
        var names = Names("SUPERVISOR", "A name of the configuration");
        names.CompletionSources.Add(Supervisors);
        return Action(word, description, names, "supervisor", $"{verb.ToString().ToLowerInvariant()} supervisor", all => SiteAction.OnSupervisors(verb, all), isGrave);
    }

    private Command Logs()
    {
        var patterns = Patterns();
        var follow = new Option<bool>("--follow", "-f") { Description = "Show what comes, until Ctrl-C" };
        var lines = new Option<int>("--lines", "-n") { Description = "How much of what is there", DefaultValueFactory = _ => 20, HelpName = "N" };
        var stream = new Option<string>("--stream") { Description = "out, err or both", DefaultValueFactory = _ => "out", HelpName = "STREAM" };
        stream.AcceptOnlyFromAmong("out", "err", "both");
        var main = new Option<string?>("--main") { Description = "Follow supervisord's own log", HelpName = "SUPERVISOR", CompletionSources = { Supervisors } };
        var command = new Command("logs", "Show logs of processes; those of several together") { patterns, follow, lines, stream, main };
        command.Validators.Add(result =>
        {
            var hasPatterns = result.GetValue(patterns) is { Length: > 0 };
            if (!hasPatterns && result.GetValue(main) is null)
                result.AddError("Need at least one process, or --main SUPERVISOR");
            if (result.GetValue(lines) is < 0 or > 100_000)
                result.AddError("--lines is a number from 0 to 100000");
        });
        command.SetAction((parsed, ct) => run(
            parsed,
            (s, c) => parsed.GetValue(main) is { } name
                ? LogsCommand.RunMainAsync(s, name, parsed.GetValue(lines), c)
                : LogsCommand.RunAsync(s, parsed.GetValue(patterns)!, Streams(parsed.GetRequiredValue(stream)), parsed.GetValue(lines), parsed.GetValue(follow), c),
            ct));
        return command;

        static string[] Streams(string stream) => stream == "both" ? ["out", "err"] : [stream];
    }

    private Command Events()
    {
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on when the server went away and comes back" };
        var count = new Option<int?>("--count", "-n") { Description = "End after so many", HelpName = "N" };
        var command = new Command("events", "Show what changes, as it happens") { follow, count };
        command.SetAction((parsed, ct) => run(parsed, (s, c) => EventsCommand.RunAsync(s, parsed.GetValue(follow), parsed.GetValue(count), c), ct));
        return command;
    }

    private Command Info()
    {
        var name = new Argument<string>("UID") { Description = "The uid of a process, or the name of a supervisor", CompletionSources = { Uids, Supervisors } };
        var command = new Command("info", "Show all about one process or one supervisor") { name };
        command.SetAction((parsed, ct) => run(parsed, (s, c) => InfoCommand.RunAsync(s, parsed.GetRequiredValue(name), c), ct));
        return command;
    }

    private Command Wait()
    {
        var patterns = Patterns();
        var states = new Option<string>("--state") { Description = "The state to wait for, or several: stopped,exited", DefaultValueFactory = _ => "running", HelpName = "STATE" };
        states.CompletionSources.Add(StateNames.Select(s => s.ToLowerInvariant()).ToArray());
        var limit = new Option<string>("--timeout") { Description = "How long, as 90s, 5m, 1h", DefaultValueFactory = _ => "60s", HelpName = "TIME" };
        var command = new Command("wait", "Wait until processes are in a state") { patterns, states, limit };
        command.SetAction((parsed, ct) =>
        {
            string[] wanted = [.. parsed.GetRequiredValue(states).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(s => s.ToUpperInvariant())];
            if (wanted.Length == 0 || Array.Find(wanted, s => !StateNames.Contains(s, StringComparer.Ordinal)) is not null)
                throw new CliException(ExitCode.WrongUsage, $"'{parsed.GetValue(states)}' is no state: {string.Join(", ", StateNames.Select(s => s.ToLowerInvariant()))}");
            var time = Duration(parsed.GetRequiredValue(limit));
            return run(parsed, (s, c) => WaitCommand.RunAsync(s, Required(parsed, patterns, "process"), wanted.ToHashSet(StringComparer.Ordinal), time, c), ct);
        });
        return command;
    }

    private Command Config()
    {
        var command = Plain("config", "Show the server's configuration file, its secrets masked", ConfigCommand.ShowAsync);
        command.Add(Plain("reload", "Make the server read it again", ConfigCommand.ReloadAsync));
        return command;
    }

    private Command Login()
    {
        var user = new Argument<string?>("USER") { Description = "Who signs in; asked for when it is missing", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("login", "Sign in; later commands use the session") { user };
        command.SetAction((parsed, ct) => run(parsed, (s, c) => AccountCommands.SignInAsync(s, parsed.GetValue(user), c), ct));
        return command;
    }

    private Command Plain(string name, string description, Func<CliSession, CancellationToken, Task<int>> work)
    {
        var command = new Command(name, description);
        command.SetAction((parsed, ct) => run(parsed, work, ct));
        return command;
    }

    private Command Action(string name, string description, Argument<string[]> names, string what, string verb, Func<IEnumerable<string>, SiteAction> action, bool isGrave)
    {
        var command = new Command(name, description) { names, _yes, _dryRun };
        command.SetAction((parsed, ct) => run(
            parsed, (s, c) => ActionCommand.RunAsync(With(s, parsed), verb, action, Required(parsed, names, what), isGrave, c), ct));
        return command;
    }

    private CliSession With(CliSession session, ParseResult parsed) => session with { AssumeYes = parsed.GetValue(_yes), DryRun = parsed.GetValue(_dryRun) };

    private Argument<string[]> Patterns()
    {
        var patterns = Names("PATTERN", "uids, or patterns of them: web_00, 'lid001:web:*', '*:web_?'");
        patterns.CompletionSources.Add(Uids);
        return patterns;
    }

    /// <summary>Any number to the parser, whose words for none at all say too little; see <see cref="Required"/>.</summary>
    private static Argument<string[]> Names(string name, string description) => new(name) { Description = description, Arity = ArgumentArity.ZeroOrMore };

    /// <exception cref="CliException">There is none.</exception>
    private static string[] Required(ParseResult parsed, Argument<string[]> names, string what) =>
        parsed.GetValue(names) is { Length: > 0 } some ? some : throw new CliException(ExitCode.WrongUsage, $"Need at least one {what}");

    private static TimeSpan Duration(string text)
    {
        try
        {
            return Times.ParseDuration(text);
        }
        catch (FormatException e)
        {
            throw new CliException(ExitCode.WrongUsage, e.Message);
        }
    }

    private static IEnumerable<string> GroupsOf(IEnumerable<string> all) =>
        all.Select(uid => uid.Split(':')).Where(parts => parts.Length == 3).SelectMany(parts => new[] { parts[1], $"{parts[0]}:{parts[1]}" }).Distinct(StringComparer.Ordinal);

    private IEnumerable<CompletionItem> Uids(CompletionContext context) => uids(context).Select(uid => new CompletionItem(uid));

    private IEnumerable<CompletionItem> Supervisors(CompletionContext context) => supervisors(context).Select(name => new CompletionItem(name));
}
