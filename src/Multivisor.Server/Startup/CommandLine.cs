using System.CommandLine;

namespace Multivisor.Server.Startup;

/// <summary>The command line of <c>multivisor</c>: the original's options, <c>--check</c>, and small tools.</summary>
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
        var check = new Option<bool>("--check") { Description = "Say how the configuration is understood and what is wrong with it, and exit" };
        var service = new Option<bool>("--service") { Description = "Run as a service of Windows" };
        service.Validators.Add(result =>
        {
            if (result.GetValue(service) && !OperatingSystem.IsWindows())
                result.AddError("--service is for Windows; systemd and supervisord start the program without it");
        });
        var root = new RootCommand("Web server for all the supervisord instances of a site") { config, bind, level, check, service };
        root.SetAction((result, _) => ServerProgram.RunAsync(new ServerOptions(
            result.GetRequiredValue(config), result.GetValue(bind), Parse(result.GetRequiredValue(level)), result.GetValue(check), result.GetValue(service))));

        root.Add(HashPassword());
        root.Add(CreateToken());
        root.Add(VerifyAudit());
        root.Add(HealthCheck());

        var parsed = root.Parse(arguments);
        // The host sees to signals; a second guard with a time limit of its own would end the program half-way.
        return parsed.Errors.Count > 0 ? FailAsync(parsed) : parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }

    private static Command HashPassword()
    {
        var command = new Command("hash-password", "Asks for a password, or reads it from stdin, and prints what to write into the configuration");
        command.SetAction(_ => AccountCommands.HashPassword());
        return command;
    }

    private static Command CreateToken()
    {
        var name = new Argument<string>("NAME") { Description = "What the token is called in the configuration and in the audit log" };
        var role = new Option<string>("--role") { Description = "viewer, operator or admin", DefaultValueFactory = _ => "viewer", HelpName = "ROLE" };
        var scope = new Option<string?>("--scope") { Description = "Patterns of what it sees and may touch. Default: everything", HelpName = "PATTERN,..." };
        var command = new Command("create-token", "Makes an API token and prints the section for the configuration") { name, role, scope };
        command.SetAction(result => AccountCommands.CreateToken(result.GetRequiredValue(name), result.GetRequiredValue(role), result.GetValue(scope)));
        return command;
    }

    private static Command VerifyAudit()
    {
        var file = new Argument<string>("FILE") { Description = "The file of audit_log=" };
        var command = new Command("verify-audit", "Checks an audit log and tells the first entry that is not as it was written") { file };
        command.SetAction(result => AuditCommand.Run(result.GetRequiredValue(file)));
        return command;
    }

    private static Command HealthCheck()
    {
        var url = new Option<string?>("--url") { Description = $"The server. Default: {HealthCheckCommand.DefaultUrl}", HelpName = "URL" };
        var command = new Command("healthcheck", "Asks a running server whether it is alive, for containers") { url };
        command.SetAction((result, end) => HealthCheckCommand.RunAsync(result.GetValue(url), end));
        return command;
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
