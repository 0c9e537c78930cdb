using System.CommandLine;
using System.Text;
using Multivisor.Agent.Tls;

namespace Multivisor.Agent;

/// <summary>The command line of <c>multivisor-rpc</c>.</summary>
internal static class AgentCommandLine
{
    private static readonly string[] Levels = ["DEBUG", "INFO", "WARN", "ERROR"];

    public static async Task<int> RunAsync(string[] arguments)
    {
        var bind = new Option<string>("--bind")
        {
            Description = "Where to listen: host:port; * and 0 are every address of IPv4",
            HelpName = "address",
            DefaultValueFactory = _ => $"tcp://*:{BindAddress.DefaultPort}",
        };
        var level = new Option<string>("--log-level")
        {
            Description = "Least level that is logged to stderr: DEBUG, INFO, WARN, ERROR",
            HelpName = "level",
            DefaultValueFactory = _ => "INFO",
        };
        var noWake = new Option<bool>("--no-wake") { Description = "Do not wake supervisord when a process ends: it notices by itself, within a second" };
        var security = new SecurityArguments();
        var command = new RootCommand("Multivisor agent: runs as event listener of a supervisord and serves it over zerorpc.") { bind, level, noWake };
        security.AddTo(command);
        var parsed = command.Parse(arguments);
        if (parsed.Errors.Count == 0 && parsed.Action is not null)
            return await parsed.InvokeAsync();
        if (parsed.Errors.Count > 0)
            return Refuse(string.Join(' ', parsed.Errors.Select(e => e.Message)));
        if (security.InitFolder(parsed) is { } folder)
            return Init(folder, security.Names(parsed));
        if (!security.TryRead(parsed, out var files, out var access, out var wrong))
            return Refuse(wrong);
        if (!BindAddress.TryParse(parsed.GetValue(bind)!, out var address))
            return Refuse($"--bind {parsed.GetValue(bind)} is no address: write host:port, for example *:9002 or [::1]:9002.");
        // The original's log levels include WARNING.
        var levelIndex = Array.IndexOf(Levels, parsed.GetValue(level)!.ToUpperInvariant().Replace("WARNING", "WARN", StringComparison.Ordinal));
        if (levelIndex < 0)
            return Refuse($"--log-level {parsed.GetValue(level)} is none of DEBUG, INFO, WARN, ERROR.");
        if (!AgentOptions.TryCreate(address, (LogLevel)levelIndex, Environment.GetEnvironmentVariable, out var options, out var problem))
            return Refuse(problem);

        options = options with { Security = files, Access = access, Wakes = !parsed.GetValue(noWake) };
        var log = new AgentLog(Console.OpenStandardError(), options.LogLevel, TimeProvider.System);
        return await new AgentRun(options, Console.OpenStandardInput(), Console.OpenStandardOutput(), log, TimeProvider.System).RunAsync();
    }

    private static int Init(string folder, string? names)
    {
        if (InitTls.TryRun(folder, names, TimeProvider.System, out var problem) is not { } told)
            return Refuse(problem);
        using var output = Console.OpenStandardOutput();
        output.Write(Encoding.UTF8.GetBytes(told));
        return ExitCode.Done;
    }

    private static int Refuse(string problem)
    {
        using var error = Console.OpenStandardError();
        error.Write(Encoding.UTF8.GetBytes(problem + "\n"));
        return ExitCode.Usage;
    }
}
