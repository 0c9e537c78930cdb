using System.CommandLine;
using System.Globalization;

namespace Multivisor.SimulatedFleet;

/// <summary>The command line of the simulation.</summary>
internal static class FleetCommandLine
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        var supervisors = Number("--supervisors", "How many supervisors, each with a port of its own on 127.0.0.1", 10);
        var processes = Number("--processes", "How many processes each of them has, its agent's included", 50);
        var original = Number("--original", "How many of them have an agent of the original, which loses events in bursts", 0);
        var direct = Number("--direct", "How many of them have no agent and are supervisord itself, over HTTP", 0);
        var noMainLog = new Option<bool>("--no-main-log") { Description = "Those have no log of their own that could be followed" };
        var dead = Number("--dead", "How many hosts refuse the connection", 0);
        var silent = Number("--silent", "How many hosts accept it and never say a word", 0);
        var endless = Number("--endless", "How many hosts answer with one message that never ends", 0);
        var hung = Number("--hung", "How many supervisords answer nothing behind a living agent", 0);
        var latency = Number("--latency", "Mean delay of each answer and event, in milliseconds", 0);
        var loss = Real("--loss", "Percent of the answers and events that are lost on the way once, and come late", 0);
        var latencyHosts = new Option<int?>("--latency-hosts") { Description = "How many hosts have that delay and that loss [default: all]", HelpName = "number" };
        var rate = Real("--rate", "Changes of state per second, over the whole fleet", 0);
        var logRate = Real("--log-rate", "Lines per second in each log", 1);
        var logLines = Number("--log-lines", "Lines in each log at the start", 2000);
        var config = Text("--config", "Where to write the configuration for a server", "multivisor.conf");
        var script = new Option<string?>("--script") { Description = "Commands to run, each line: seconds since the start, command", HelpName = "file" };
        var commands = new Option<bool>("--commands") { Description = "Read commands from standard input, and end when it ends" };
        var stamp = new Option<bool>("--stamp") { Description = "Tell the moment of the last change (monotonic clock, microseconds) in each description" };
        var seed = Number("--seed", "Another number gives another fleet", 1);
        var command = new RootCommand($"A fleet of supervisors that are not there, behind real sockets.\n\n{Life.Commands.Help}")
        {
            supervisors, processes, original, direct, noMainLog, dead, silent, endless, hung, latency, loss, latencyHosts, rate, logRate, logLines, config, script, commands, stamp, seed,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new SimulationOptions
            {
                Supervisors = parsed.GetValue(supervisors),
                Processes = parsed.GetValue(processes),
                Original = parsed.GetValue(original),
                Direct = parsed.GetValue(direct),
                MainLog = !parsed.GetValue(noMainLog),
                Dead = parsed.GetValue(dead),
                Silent = parsed.GetValue(silent),
                Endless = parsed.GetValue(endless),
                Hung = parsed.GetValue(hung),
                Latency = TimeSpan.FromMilliseconds(parsed.GetValue(latency)),
                Loss = parsed.GetValue(loss),
                LatencyHosts = parsed.GetValue(latencyHosts),
                Rate = parsed.GetValue(rate),
                LogRate = parsed.GetValue(logRate),
                LogLines = parsed.GetValue(logLines),
                ConfigFile = parsed.GetValue(config)!,
                ScriptFile = parsed.GetValue(script),
                ReadCommands = parsed.GetValue(commands),
                Stamp = parsed.GetValue(stamp),
                Seed = parsed.GetValue(seed),
            };
            return await Simulation.RunAsync(options, cancellationToken);
        });
        return await command.Parse(arguments).InvokeAsync();
    }

    private static Option<int> Number(string name, string description, int preset) => new(name)
    {
        Description = description,
        HelpName = "number",
        DefaultValueFactory = _ => preset,
        Validators = { result => Refuse(result.Tokens, name, text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _), result.AddError) },
    };

    private static Option<double> Real(string name, string description, double preset) => new(name)
    {
        Description = description,
        HelpName = "number",
        DefaultValueFactory = _ => preset,
        Validators =
        {
            result => Refuse(
                result.Tokens, name, text => double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _), result.AddError),
        },
    };

    private static Option<string> Text(string name, string description, string preset) => new(name)
    {
        Description = description,
        HelpName = "file",
        DefaultValueFactory = _ => preset,
    };

    private static void Refuse(
        IReadOnlyList<System.CommandLine.Parsing.Token> tokens, string name, Func<string, bool> isRight, Action<string> refuse)
    {
        if (tokens.FirstOrDefault(token => !isRight(token.Value)) is { } wrong)
            refuse($"{name} {wrong.Value} is no number of at least 0.");
    }
}
