using System.CommandLine;

namespace Multivisor.Server.Startup;

/// <summary>The command line of <c>multivisor</c>: the original's options and <c>--check</c>.</summary>
internal static class CommandLine
{
    private static readonly string[] LogLevels = ["DEBUG", "INFO", "WARN", "ERROR"];

    public static Task<int> RunAsync(string[] arguments)
    {
        var config = new Option<string>("--config-file", "-c")
        {
            Description = "The configuration file",
            DefaultValueFactory = _ => ServerOptions.DefaultConfigPath,
            HelpName = "FILE",
        };
        var bind = new Option<string?>("--bind")
        {
            Description = "Where to listen. Default: *:22000 when sign-in is configured, else localhost:22000",
            HelpName = "[host][:port]",
        };
        var level = new Option<string>("--log-level")
        {
            Description = "DEBUG, INFO, WARN or ERROR",
            DefaultValueFactory = _ => "INFO",
            HelpName = "LEVEL",
        };
        level.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, LogLevels);
        var check = new Option<bool>("--check") { Description = "Check the configuration and exit" };
        var root = new RootCommand("Web server for all the supervisord instances of a site") { config, bind, level, check };
        root.SetAction((result, _) => ServerProgram.RunAsync(new ServerOptions(
            result.GetRequiredValue(config), result.GetValue(bind), Parse(result.GetRequiredValue(level)), result.GetValue(check))));

        var parsed = root.Parse(arguments);
        // The host sees to signals; a second guard with a time limit of its own would end the program half-way.
        return parsed.Errors.Count > 0 ? FailAsync(parsed) : parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }

    private static async Task<int> FailAsync(ParseResult parsed)
    {
        foreach (var error in parsed.Errors)
            await Console.Error.WriteLineAsync($"multivisor: {OneLine(error.Message)} (see multivisor --help)");
        return ExitCode.BadConfiguration;
    }

    private static string OneLine(string text) =>
        string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static LogLevel Parse(string level) => level.ToUpperInvariant() switch
    {
        "DEBUG" => LogLevel.Debug,
        "WARN" => LogLevel.Warning,
        "ERROR" => LogLevel.Error,
        _ => LogLevel.Information,
    };
}
