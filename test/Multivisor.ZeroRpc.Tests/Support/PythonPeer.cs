using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Multivisor.Testing;

namespace Multivisor.ZeroRpc.Tests.Support;

/// <summary>test/Interop/zerorpc_peer.py in a process of its own: another implementation, over libzmq.</summary>
internal sealed class PythonPeer : IDisposable
{
    private const string Python = "/usr/bin/python3";

    private readonly Process _process;

    private PythonPeer(Process process) => _process = process;

    /// <summary>Null when python with zmq and msgpack is there, else what is missing.</summary>
    public static string? Missing { get; } = Probe();

    public static PythonPeer Start(params string[] arguments)
    {
        Assert.SkipUnless(Missing is null, Missing ?? "");
        var script = Path.Combine(TestData.RepositoryRoot, "test", "Interop", "zerorpc_peer.py");
        return new PythonPeer(Run([script, .. arguments]));
    }

    /// <summary>A serving peer and its port.</summary>
    public static async Task<(PythonPeer Peer, int Port)> ServeAsync(double heartbeat)
    {
        var peer = Start("server", "--heartbeat", heartbeat.ToString(CultureInfo.InvariantCulture));
        return (peer, (await peer.LineAsync()).GetProperty("port").GetInt32());
    }

    /// <summary>Runs one scenario of the client role to its end and gives what it printed.</summary>
    public static async Task<JsonElement> ClientAsync(int port, params string[] arguments)
    {
        using var peer = Start(["client", "--port", port.ToString(CultureInfo.InvariantCulture), .. arguments]);
        return await peer.LineAsync();
    }

    public async Task<JsonElement> LineAsync()
    {
        var line = await _process.StandardOutput.ReadLineAsync().Soon();
        if (line is null)
            Assert.Fail(await _process.StandardError.ReadToEndAsync().Soon());
        return JsonDocument.Parse(line).RootElement;
    }

    /// <summary>Freezes the process: its sockets stay open and say nothing any more.</summary>
    public async Task StopAsync()
    {
        using var kill = Process.Start("kill", ["-STOP", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync().Soon();
        Assert.Equal(0, kill.ExitCode);
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static Process Run(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Python, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        return Process.Start(start)!;
    }

    private static string? Probe()
    {
        if (!File.Exists(Python))
            return $"{Python} is missing";
        using var process = Run(["-c", "import zmq, msgpack"]);
        process.WaitForExit();
        return process.ExitCode == 0 ? null : $"{Python} lacks zmq or msgpack (Debian: python3-zmq, python3-msgpack)";
    }
}
