using System.Diagnostics;
using System.Text;
using Multivisor.Testing;

namespace Multivisor.Agent.Tests.Support;

/// <summary>Runs the agent as supervisord would, but with events of the test's own making on its standard input.</summary>
internal sealed class ListenerDriver : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _log = new();
    private readonly byte[] _buffer = new byte[256];
    private string _tokens = "";
    private int _serial;

    private ListenerDriver(Process process, int port)
    {
        _process = process;
        Port = port;
        process.ErrorDataReceived += (_, line) =>
        {
            lock (_log)
                _log.AppendLine(line.Data);
        };
        process.BeginErrorReadLine();
    }

    public int Port { get; }

    public int Pid => _process.Id;

    public string Log
    {
        get
        {
            lock (_log)
                return _log.ToString();
        }
    }

    /// <param name="url">Null leaves SUPERVISOR_SERVER_URL out.</param>
    public static ListenerDriver Start(string? url, int? port = null, string? arguments = null, params (string Name, string Value)[] environment)
    {
        var bind = port ?? FreePort.Take();
        var start = new ProcessStartInfo(AgentUnderTest.Program, arguments ?? $"--bind 127.0.0.1:{bind} --log-level DEBUG")
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("SUPERVISOR_", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(name);
        if (url is not null)
            start.Environment["SUPERVISOR_SERVER_URL"] = url;
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return new ListenerDriver(Process.Start(start)!, bind);
    }

    /// <summary>Waits for READY, writes an event, and waits until it is accepted.</summary>
    public async Task SendAsync(string name, string payload, int? serial = null, int? poolSerial = null, string server = "sup")
    {
        _serial = serial ?? _serial + 1;
        await ExpectAsync("READY\n");
        await WriteAsync(
            $"ver:3.0 server:{server} serial:{_serial} pool:multivisor-rpc poolserial:{poolSerial ?? _serial} eventname:{name} len:{payload.EnumerateRunes().Count()}\n{payload}");
        await ExpectAsync("RESULT 2\nOK");
    }

    public async Task WriteAsync(string text)
    {
        await _process.StandardInput.BaseStream.WriteAsync(Encoding.UTF8.GetBytes(text));
        await _process.StandardInput.BaseStream.FlushAsync();
    }

    /// <summary>Takes exactly these octets from the agent's standard output.</summary>
    public async Task ExpectAsync(string token)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (_tokens.Length < token.Length)
        {
            var count = await _process.StandardOutput.BaseStream.ReadAsync(_buffer, limit.Token);
            Assert.True(count > 0, $"The agent ended. {Log}");
            _tokens += Encoding.UTF8.GetString(_buffer, 0, count);
        }

        Assert.StartsWith(token, _tokens, StringComparison.Ordinal);
        _tokens = _tokens[token.Length..];
    }

    public void CloseInput() => _process.StandardInput.Close();

    public async Task<int> WaitForExitAsync(TimeSpan? limit = null)
    {
        using var timer = new CancellationTokenSource(limit ?? TimeSpan.FromSeconds(30));
        await _process.WaitForExitAsync(timer.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
