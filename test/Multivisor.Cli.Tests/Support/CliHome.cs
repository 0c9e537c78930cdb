using System.Diagnostics;

namespace Multivisor.Cli.Tests.Support;

/// <summary>The real program, with a home of its own.</summary>
internal sealed class CliHome : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mvc-");

    public string Folder => _folder.FullName;

    public static string Program => Path.Combine(AppContext.BaseDirectory, "multivisor-cli");

    public string Config => Path.Combine(Folder, "config", "multivisor", "cli.toml");

    public string State => Path.Combine(Folder, "state", "multivisor");

    /// <summary>Runs a command to its end.</summary>
    /// <param name="input">Its standard input.</param>
    public async Task<CliResult> RunAsync(string[] arguments, string input = "", params (string Name, string Value)[] environment)
    {
        var start = Start(Program, arguments, environment);
        start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(100));
        await process.WaitForExitAsync(limit.Token);
        return new CliResult(process.ExitCode, await output, await error);
    }

    /// <summary>Runs it as a person does, in a terminal.</summary>
    public PtySession Open(string[] arguments, int columns = 100, params (string Name, string Value)[] environment)
    {
        var start = Start(
            "/usr/bin/python3", [Path.Combine(AppContext.BaseDirectory, "Support", "in_terminal.py"), $"{columns}", "40", Program, .. arguments], environment);
        return new PtySession(Process.Start(start)!, columns);
    }

    public void WriteConfig(string toml)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Config)!);
        File.WriteAllText(Config, toml);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private ProcessStartInfo Start(string program, string[] arguments, (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("MULTIVISOR_", StringComparison.Ordinal) || k is "NO_COLOR").ToList())
            start.Environment.Remove(name);
        start.Environment["XDG_CONFIG_HOME"] = Path.Combine(Folder, "config");
        start.Environment["XDG_STATE_HOME"] = Path.Combine(Folder, "state");
        start.Environment["TERM"] = "xterm-256color";
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return start;
    }
}

internal sealed record CliResult(int ExitCode, string Output, string Error);
