using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Multivisor.Server.Account;

namespace Multivisor.Server.Tests.Support;

/// <summary>The built program, run as a user runs it.</summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task _reading;
    private readonly ConcurrentQueue<string> _errors = [];
    private readonly ConcurrentQueue<string> _output = [];

    private ServerProcess(Process process)
    {
        _process = process;
        _reading = Task.WhenAll(CollectAsync(process.StandardOutput, _output), CollectAsync(process.StandardError, _errors));
    }

    /// <summary>Lines on stdout so far.</summary>
    public IReadOnlyList<string> Output => [.. _output];

    /// <summary>Lines on stderr so far.</summary>
    public IReadOnlyList<string> Errors => [.. _errors];

    /// <summary>In octets, now.</summary>
    public long ResidentMemory
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    public static ServerProcess Start(params string[] arguments) => Start(TestServer.Secret, arguments);

    public static ServerProcess StartWithoutSecret(params string[] arguments) => Start(null, arguments);

    /// <summary>Starts with more environment variables; an empty one is not set.</summary>
    public static ServerProcess StartWith((string Name, string Value)[] environment, params string[] arguments) =>
        Start(TestServer.Secret, arguments, environment);

    /// <summary>Starts, and waits until it listens.</summary>
    public static Task<(ServerProcess Program, Uri Address)> StartListeningAsync(params string[] arguments) => StartListeningAsync([], arguments);

    /// <inheritdoc cref="StartListeningAsync(string[])"/>
    public static async Task<(ServerProcess Program, Uri Address)> StartListeningAsync((string Name, string Value)[] environment, params string[] arguments)
    {
        var program = StartWith(environment, arguments);
        var line = await program.LogAsync("listening on");
        return (program, new Uri(Address().Match(line).Value));
    }

    /// <summary>Runs to the end.</summary>
    public static async Task<(int ExitCode, IReadOnlyList<string> Output, IReadOnlyList<string> Errors)> RunAsync(params string[] arguments)
    {
        await using var program = Start(arguments);
        return (await program.ExitAsync(), program.Output, program.Errors);
    }

    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync().Soon();
        await _reading.Soon();
        return _process.ExitCode;
    }

    /// <summary>The first line on stderr that contains the text.</summary>
    public async Task<string> LogAsync(string text)
    {
        await Limits.EventuallyAsync(
            () => _errors.Any(e => e.Contains(text, StringComparison.Ordinal)) || _process.HasExited,
            $"no '{text}' on stderr: {string.Join('\n', _errors)}");
        return _errors.FirstOrDefault(e => e.Contains(text, StringComparison.Ordinal))
            ?? throw new InvalidOperationException($"it ended without '{text}': {string.Join('\n', _errors)}");
    }

    /// <param name="name">For example TERM.</param>
    public async Task SignalAsync(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", _process.Id.ToString()]);
        await kill.WaitForExitAsync().Soon();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync().Soon();
        _process.Dispose();
    }

    private static ServerProcess Start(string? secret, string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "multivisor"), arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove(SessionKey.VariableName);
        if (secret is not null)
            start.Environment[SessionKey.VariableName] = secret;
        foreach (var (name, value) in environment.Where(e => e.Value.Length > 0))
            start.Environment[name] = value;
        return new ServerProcess(Process.Start(start)!);
    }

    private static async Task CollectAsync(StreamReader reader, ConcurrentQueue<string> lines)
    {
        while (await reader.ReadLineAsync() is { } line)
            lines.Enqueue(line);
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Address();
}
