using System.Diagnostics;
using System.Text.Json;
using Multivisor.Testing;

namespace Multivisor.Bench;

/// <summary>The simulated fleet as a process of its own, and the configuration with which a server watches it.</summary>
internal sealed class SimulatedFleetProcess : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mvf-");
    private readonly Process _process;

    private SimulatedFleetProcess(string[] options)
    {
        ConfigFile = Path.Combine(_folder.FullName, "multivisor.conf");
        _process = Process.Start(new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, "Multivisor.SimulatedFleet"), ["--config", ConfigFile, "--commands", .. options])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            // 256 MB before it collects: what is measured is how late the server is, not how late its hosts are.
            Environment = { ["DOTNET_GCgen0size"] = "10000000" },
        })!;
    }

    public string ConfigFile { get; }

    public int Pid => _process.Id;

    /// <param name="options">As on its command line.</param>
    public static async Task<SimulatedFleetProcess> StartAsync(params string[] options)
    {
        var fleet = new SimulatedFleetProcess(options);
        if (await fleet._process.StandardOutput.ReadLineAsync() is null)
            throw new InvalidOperationException("The simulated fleet did not start.");
        return fleet;
    }

    public void Command(string command)
    {
        _process.StandardInput.WriteLine(command);
        _process.StandardInput.Flush();
    }

    /// <summary>Changes of state so far.</summary>
    public Task<long> ChangesAsync() => StatisticAsync("changes");

    /// <summary>One of the numbers of its <c>stats</c>.</summary>
    public async Task<long> StatisticAsync(string name)
    {
        Command("stats");
        using var statistics = JsonDocument.Parse((await _process.StandardOutput.ReadLineAsync())!);
        return statistics.RootElement.GetProperty(name).GetInt64();
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(10_000))
            _process.Kill();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }
}
