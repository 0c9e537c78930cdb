using System.Diagnostics;
using System.Text;
using Multivisor.Testing;

namespace Multivisor.Packaging.Tests.Support;

/// <summary>An installed server, started with a configuration of its own, until it is disposed of.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Process _process;
    private readonly StringBuilder _log = new();
    private readonly HttpClient _http;

    private RunningServer(string program, string supervisors, IReadOnlyDictionary<string, string>? environment)
    {
        Port = FreePort.Take();
        var start = new ProcessStartInfo(program, ["-c", _folder.Write("multivisor.conf", $"[global]\nname=Installed\n{supervisors}"), "--bind", $"localhost:{Port}"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
            start.Environment[name] = value;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Append(line.Data);
        _process.ErrorDataReceived += (_, line) => Append(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _http = new HttpClient { BaseAddress = new Uri($"http://localhost:{Port}") };
    }

    public int Port { get; }

    public string Url => $"http://localhost:{Port}";

    /// <param name="supervisors">Sections of the configuration.</param>
    public static async Task<RunningServer> StartAsync(string program, string supervisors = "", IReadOnlyDictionary<string, string>? environment = null)
    {
        var server = new RunningServer(program, supervisors, environment);
        try
        {
            await Eventually.BecomesAsync(server.IsReadyAsync, ready => ready, TimeSpan.FromMinutes(1));
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public Task<string> GetAsync(string path) => _http.GetStringAsync(path, TestContext.Current.CancellationToken);

    /// <summary>Asks it to end as systemd does, and waits for that.</summary>
    public async Task<int> TerminateAsync()
    {
        SupervisordInstance.Signal(_process.Id, "TERM");
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        ProcessTree.Kill(_process);
        _process.Dispose();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<bool> IsReadyAsync()
    {
        Assert.False(_process.HasExited, Log());
        try
        {
            using var answer = await _http.GetAsync("/readyz", TestContext.Current.CancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private string Log()
    {
        lock (_log)
            return _log.ToString();
    }

    private void Append(string? line)
    {
        lock (_log)
            _log.AppendLine(line);
    }
}
