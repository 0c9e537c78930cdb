using System.Diagnostics;
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
        : this("[global]\nname=Bench\n" + string.Concat(supervisors.Select(s => $"[supervisor:{s.Name}]\nurl=127.0.0.1:{s.Port}\n")))
    {
    }

    public BenchServer(string config)
    {
        Port = FreePort.Take();
        var file = Path.Combine(_folder.FullName, "multivisor.conf");
        File.WriteAllText(file, config);
        _process = Process.Start(Binaries.Server, ["-c", file, "--bind", $"127.0.0.1:{Port}", "--log-level", "ERROR"]);
        Http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{Port}"), Timeout = TimeSpan.FromMinutes(5) };
    }

    public HttpClient Http { get; }

    public int Port { get; }

    public int Pid => _process.Id;

    public static BenchServer Watching(SimulatedFleetProcess fleet) => new(File.ReadAllText(fleet.ConfigFile));

    /// <summary>Waits until the first state of every supervisor is known.</summary>
    public async Task WaitUntilReadyAsync()
    {
        while (true)
        {
            try
            {
                using var answer = await Http.GetAsync("/readyz");
                if (answer.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
            }

            await Task.Delay(2);
        }
    }

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
