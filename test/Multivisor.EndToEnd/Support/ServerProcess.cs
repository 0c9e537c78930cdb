using System.Diagnostics;
using System.Net;
using System.Text;
using Multivisor.Testing;

namespace Multivisor.EndToEnd.Support;

/// <summary>The real server as a process of its own, with a configuration of its own.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mvs-");
    private readonly StringBuilder _log = new();
    private readonly Process _process;

    private ServerProcess(string config, int? softLimit, int? hardLimit, int? port, IReadOnlyDictionary<string, string>? environment)
    {
        Port = port ?? FreePort.Take();
        ConfigFile = Path.Combine(_folder.FullName, "multivisor.conf");
        File.WriteAllText(ConfigFile, config);
        // prlimit (util-linux) sets the limits of descriptors and becomes the program.
        var limits = softLimit is null ? "" : $"--nofile={softLimit}:{hardLimit}";
        var program = Path.Combine(AppContext.BaseDirectory, "multivisor");
        var start = new ProcessStartInfo(softLimit is null ? program : "/usr/bin/prlimit")
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
            // Wanted when a configuration turns sign-in on.
            Environment = { ["MULTIVISOR_SECRET_KEY"] = "as long as it has to be, and of no other use" },
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
            start.Environment[name] = value;
        string[] arguments = ["-c", ConfigFile, "--bind", $"127.0.0.1:{Port}"];
        foreach (var argument in softLimit is null ? arguments : [limits, program, .. arguments])
            start.ArgumentList.Add(argument);
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, line) => Append(line.Data);
        _process.OutputDataReceived += (_, line) => Append(line.Data);
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        Api = new Api(Port);
    }

    public int Port { get; }

    public string ConfigFile { get; }

    public Api Api { get; }

    public int Pid => _process.Id;

    public string Log
    {
        get
        {
            lock (_log)
                return _log.ToString();
        }
    }

    /// <summary>Starts it for these supervisors and waits until it has read the first state of all that can be reached.</summary>
    public static Task<ServerProcess> StartAsync(params (string Name, int Port)[] supervisors) => StartAsync(Configuration("", supervisors));

    /// <summary>The text of a configuration file.</summary>
    /// <param name="settings">Further settings of its global section, one per line.</param>
    public static string Configuration(string settings, params (string Name, int Port)[] supervisors)
    {
        var config = new StringBuilder($"[global]\nname=End to end\n{settings}\n");
        foreach (var (name, port) in supervisors)
            config.Append($"[supervisor:{name}]\nurl=127.0.0.1:{port}\n");
        return config.ToString();
    }

    /// <param name="config">The text of its configuration file.</param>
    /// <param name="softLimit">File descriptors that it may open at first.</param>
    /// <param name="hardLimit">As far as it may raise that by itself; unchanged when null.</param>
    /// <param name="port">Where an earlier one listened, to take its place; a free one when null.</param>
    /// <param name="environment">Further variables of it.</param>
    public static async Task<ServerProcess> StartAsync(string config, int? softLimit = null, int? hardLimit = null, int? port = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        var server = new ServerProcess(config, softLimit, hardLimit, port, environment);
        try
        {
            await Eventually.BecomesAsync(server.IsReadyAsync, ready => ready, TimeSpan.FromSeconds(30));
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public int CountDescriptors() => Directory.GetFiles($"/proc/{Pid}/fd").Length;

    /// <summary>Asks it to stop as systemd does, and waits for its end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> TerminateAsync(TimeSpan limit)
    {
        SupervisordInstance.Signal(Pid, "TERM");
        using var end = new CancellationTokenSource(limit);
        await _process.WaitForExitAsync(end.Token);
        return _process.ExitCode;
    }

    public ValueTask DisposeAsync()
    {
        Api.Dispose();
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    private async Task<bool> IsReadyAsync()
    {
        Assert.False(_process.HasExited, Log);
        try
        {
            return await Api.StatusAsync("/readyz") == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private void Append(string? line)
    {
        lock (_log)
            _log.AppendLine(line);
    }
}
