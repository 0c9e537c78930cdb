using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace Multivisor.Bench.Page;

/// <summary>Chromium without a window, with nothing remembered.</summary>
internal sealed class Browser : IDisposable
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    private readonly DirectoryInfo _profile = Directory.CreateTempSubdirectory("mvp-");
    private readonly Process _process;
    private readonly HttpClient _http = new();
    private int _port;

    private Browser()
    {
        _process = Process.Start(new ProcessStartInfo(Find(),
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--window-size=1280,800", "--remote-debugging-port=0",
            $"--user-data-dir={_profile.FullName}", "about:blank",
        ])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
    }

    public static async Task<Browser> StartAsync()
    {
        var browser = new Browser();
        var file = Path.Combine(browser._profile.FullName, "DevToolsActivePort");
        while (!File.Exists(file) || File.ReadAllLines(file) is not [var port, ..] || !int.TryParse(port, out browser._port))
        {
            if (browser._process.HasExited)
                throw new InvalidOperationException("Chromium did not start.");
            await Task.Delay(20);
        }

        return browser;
    }

    /// <summary>A new tab, empty.</summary>
    public async Task<CdpSession> OpenAsync()
    {
        using var answer = await _http.PutAsync($"http://127.0.0.1:{_port}/json/new?about:blank", null);
        var target = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return await CdpSession.ConnectAsync(new Uri(target.GetProperty("webSocketDebuggerUrl").GetString()!));
    }

    public void Dispose()
    {
        _http.Dispose();
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
        // Its children may still be writing.
        for (var attempt = 0; _profile.Exists && attempt < 50; attempt++)
        {
            try
            {
                _profile.Delete(recursive: true);
            }
            catch (IOException)
            {
                Thread.Sleep(100);
            }

            _profile.Refresh();
        }
    }

    private static string Find() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .SelectMany(folder => Names.Select(name => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists)
        ?? throw new FileNotFoundException("The page is measured in Chromium, and there is none: install the package chromium.");
}
