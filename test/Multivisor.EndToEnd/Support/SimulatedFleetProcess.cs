using System.Diagnostics;

namespace Multivisor.EndToEnd.Support;

/// <summary>The simulated fleet as a process of its own. It ends with its standard input, so also when the tests are killed.</summary>
internal sealed class SimulatedFleetProcess : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mvf-");
    private readonly Process _process;

    private SimulatedFleetProcess(string[] options)
    {
        var config = Path.Combine(_folder.FullName, "multivisor.conf");
        _process = Process.Start(new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, "Multivisor.SimulatedFleet"), ["--config", config, "--commands", .. options])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
    }

    /// <summary>The text of the configuration file for a server.</summary>
    public string Configuration => File.ReadAllText(Path.Combine(_folder.FullName, "multivisor.conf"));

    /// <param name="options">As on its command line.</param>
    public static async Task<SimulatedFleetProcess> StartAsync(params string[] options)
    {
        var fleet = new SimulatedFleetProcess(options);
        Assert.StartsWith("ready", await fleet._process.StandardOutput.ReadLineAsync(), StringComparison.Ordinal);
        return fleet;
    }

    public void Command(string command)
    {
        _process.StandardInput.WriteLine(command);
        _process.StandardInput.Flush();
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }
}
