using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Multivisor.Testing;

/// <summary>
/// A real supervisord with a folder, sockets and ports of its own. Dispose it: that kills it and everything it has started.
/// </summary>
/// <example><code>await using var sup = await SupervisordInstance.StartAsync(new() { Sections = SupervisordOptions.Sleepers("web", 3) });</code></example>
public sealed class SupervisordInstance : IAsyncDisposable
{
    private const string Program = "/usr/bin/supervisord";
    private static readonly HashSet<SupervisordInstance> Alive = [];
    private readonly SupervisordOptions _options;
    private Process? _process;

    static SupervisordInstance() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        SupervisordInstance[] left;
        lock (Alive)
            left = [.. Alive];
        foreach (var instance in left)
            instance.Kill();
    };

    private SupervisordInstance(SupervisordOptions options)
    {
        _options = options;
        // Short, because the path of a unix socket holds 107 octets.
        Folder = Directory.CreateTempSubdirectory("mv-").FullName;
        InetPort = FreePort.Take();
        AgentPort = FreePort.Take();
        lock (Alive)
            Alive.Add(this);
    }

    /// <summary>The instance's own folder; gone after dispose.</summary>
    public string Folder { get; }

    public string ConfigFile => Path.Combine(Folder, "supervisord.conf");

    public string SocketPath => Path.Combine(Folder, "s.sock");

    /// <summary>Port of the HTTP server when <see cref="SupervisordOptions.Inet"/> is set.</summary>
    public int InetPort { get; }

    /// <summary>Port of the agent or the plug-in when there is one; free otherwise.</summary>
    public int AgentPort { get; }

    /// <summary><c>unix:///…/s.sock</c>, without credentials.</summary>
    public string UnixUrl => $"unix://{SocketPath}";

    /// <summary><c>http://127.0.0.1:port</c>, without credentials.</summary>
    public string InetUrl => $"http://127.0.0.1:{InetPort}";

    public int Pid => _process?.Id ?? throw new InvalidOperationException("supervisord does not run.");

    /// <summary>supervisord's own log so far; for messages of failed tests.</summary>
    public string Log => ReadShared("supervisord.log");

    /// <summary>What the agent, or the plug-in, has logged so far.</summary>
    public string AgentLog => _options.PlugIn is null ? ReadShared("agent.log") : Log;

    /// <summary>Its folder, ports and configuration; <see cref="LaunchAsync"/> starts it.</summary>
    public static SupervisordInstance Prepare(SupervisordOptions? options = null)
    {
        var instance = new SupervisordInstance(options ?? new SupervisordOptions());
        instance.WriteConfig(instance._options.Sections);
        return instance;
    }

    /// <summary>Starts supervisord and waits until it answers.</summary>
    /// <exception cref="InvalidOperationException">It ended, or did not answer in time; the message has its output.</exception>
    public static async Task<SupervisordInstance> StartAsync(SupervisordOptions? options = null, CancellationToken cancellationToken = default)
    {
        var instance = Prepare(options);
        try
        {
            await instance.LaunchAsync(cancellationToken);
            return instance;
        }
        catch
        {
            await instance.DisposeAsync();
            throw;
        }
    }

    /// <summary>Writes the configuration file anew with other <see cref="SupervisordOptions.Sections"/>, for reread and update.</summary>
    public void WriteConfig(string sections) => SupervisordConfigFile.Write(ConfigFile, _options, sections, Folder, InetPort, AgentPort);

    /// <summary>Starts supervisord after <see cref="Prepare"/>, or again after <see cref="Kill"/>: same folder, same ports.</summary>
    public async Task LaunchAsync(CancellationToken cancellationToken = default)
    {
        var start = new ProcessStartInfo(Program)
        {
            WorkingDirectory = Folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in (string[])(_options.Daemon ? ["-c", ConfigFile] : ["-n", "-s", "-c", ConfigFile]))
            start.ArgumentList.Add(argument);
        // What a test run's own environment says must not reach the programs.
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("SUPERVISOR_", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(name);
        foreach (var (name, value) in _options.Environment)
            start.Environment[name] = value;
        if (_options.PlugIn is { } plugIn)
        {
            var others = _options.Environment.TryGetValue("PYTHONPATH", out var path) ? $":{path}" : "";
            start.Environment["PYTHONPATH"] = (plugIn.Folder ?? Path.Combine(TestData.RepositoryRoot, "plugin")) + others;
            start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        }

        File.Delete(Path.Combine(Folder, "supervisord.pid"));
        var output = new StringBuilder();
        _process = Process.Start(start) ?? throw new InvalidOperationException($"{Program} did not start.");
        _process.OutputDataReceived += (_, line) => Append(output, line.Data);
        _process.ErrorDataReceived += (_, line) => Append(output, line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        _process.StandardInput.Close();

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_options.StartTimeout);
        if (_options.Daemon)
            await FollowToBackgroundAsync(output, limit.Token);
        while (!await AnswersAsync(limit.Token))
        {
            if (_process.HasExited || limit.IsCancellationRequested)
                throw new InvalidOperationException($"supervisord {(_process.HasExited ? "ended" : "did not answer")}.\n{output}\n{Log}");
            await Task.Delay(10, cancellationToken);
        }
    }

    /// <summary>Sends a signal to a process, by name: <c>TERM</c>, <c>STOP</c>, <c>CONT</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not the pid of one process: 0 would mean the group of the caller itself.</exception>
    public static void Signal(long pid, string signal)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pid, 2);
        using var kill = Process.Start("/bin/kill", ["-s", signal, pid.ToString()]);
        kill.WaitForExit();
    }

    /// <summary>Kills supervisord and everything it has started, at once. The folder stays.</summary>
    public void Kill()
    {
        var process = _process;
        _process = null;
        if (process is null)
            return;
        ProcessTree.Kill(process);
        process.Dispose();
    }

    public ValueTask DisposeAsync()
    {
        Kill();
        lock (Alive)
            Alive.Remove(this);
        try
        {
            Directory.Delete(Folder, recursive: true);
        }
        catch (IOException)
        {
            // A child may still have been writing its log; the folder is in /tmp.
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>The program that was started ends when the daemon, another process, has written who it is.</summary>
    private async Task FollowToBackgroundAsync(StringBuilder output, CancellationToken cancellationToken)
    {
        using var starter = _process!;
        await starter.WaitForExitAsync(cancellationToken);
        var pid = "";
        while (starter.ExitCode == 0 && pid.Length == 0)
        {
            await Task.Delay(10, cancellationToken);
            pid = ReadShared("supervisord.pid").Trim();
        }

        _process = pid.Length > 0 ? Process.GetProcessById(int.Parse(pid)) : null;
        if (_process is null)
            throw new InvalidOperationException($"supervisord did not become a daemon.\n{output}\n{Log}");
    }

    private static void Append(StringBuilder output, string? line)
    {
        lock (output)
            output.AppendLine(line);
    }

    private string ReadShared(string name)
    {
        var path = Path.Combine(Folder, name);
        if (!File.Exists(path))
            return "";
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        return reader.ReadToEnd();
    }

    /// <summary>Any HTTP answer will do, a 401 too; asked by hand, so that this does not rest on what it serves to test.</summary>
    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        if (!_options.UnixSocket && !_options.Inet)
            return Log.Contains("supervisord started with pid", StringComparison.Ordinal);
        EndPoint endPoint = _options.UnixSocket ? new UnixDomainSocketEndPoint(SocketPath) : new IPEndPoint(IPAddress.Loopback, InetPort);
        using var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(endPoint, cancellationToken);
            const string Body = "<methodCall><methodName>supervisor.getState</methodName></methodCall>";
            await socket.SendAsync(Encoding.ASCII.GetBytes($"POST /RPC2 HTTP/1.1\r\nHost: x\r\nContent-Length: {Body.Length}\r\n\r\n{Body}"), cancellationToken);
            return await socket.ReceiveAsync(new byte[64], cancellationToken) > 0;
        }
        catch (Exception notYet) when (notYet is SocketException or OperationCanceledException)
        {
            return false;
        }
    }
}
