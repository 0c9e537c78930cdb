using System.Diagnostics;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Multivisor.Contract;
using Multivisor.Testing;

namespace Multivisor.Bench;

/// <summary>The server under measurement, and a client of it.</summary>
internal sealed class BenchServer : IDisposable
{
    private readonly Process _process;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mvb-");

    public BenchServer(params (string Name, int Port)[] supervisors)
    {
        var port = FreePort.Take();
        var config = new StringBuilder("[global]\nname=Bench\n");
        foreach (var (name, agentPort) in supervisors)
            config.Append($"[supervisor:{name}]\nurl=127.0.0.1:{agentPort}\n");
        var file = Path.Combine(_folder.FullName, "multivisor.conf");
        File.WriteAllText(file, config.ToString());
        _process = Process.Start(Binaries.Server, ["-c", file, "--bind", $"127.0.0.1:{port}", "--log-level", "ERROR"]);
        Http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromMinutes(5) };
    }

    public HttpClient Http { get; }

    public int Pid => _process.Id;

    /// <summary>Waits until so many processes are shown.</summary>
    public async Task WaitForProcessesAsync(int count)
    {
        while (true)
        {
            try
            {
                if ((await ProcessesAsync()).Count >= count)
                    return;
            }
            catch (HttpRequestException)
            {
            }

            await Task.Delay(2);
        }
    }

    public async Task<IReadOnlyDictionary<string, ProcessJson>> ProcessesAsync()
    {
        using var document = JsonDocument.Parse(await Http.GetStringAsync("/api/data"));
        return document.RootElement.GetProperty("supervisors").EnumerateObject()
            .SelectMany(s => s.Value.Deserialize(ContractJson.Wire.SupervisorJson)!.Processes)
            .ToDictionary(StringComparer.Ordinal);
    }

    public void Dispose()
    {
        Http.Dispose();
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }
}
