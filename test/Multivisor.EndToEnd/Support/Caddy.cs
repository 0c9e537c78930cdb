using System.Diagnostics;
using System.Text;
using Multivisor.Testing;

namespace Multivisor.EndToEnd.Support;

/// <summary>A real Caddy in front of a server, with the configuration of examples/proxies.</summary>
internal sealed class Caddy : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mvcaddy-");
    private Process? _process;

    public int Port { get; } = FreePort.Take();

    public static async Task<Caddy> StartAsync(int server)
    {
        var caddy = new Caddy();
        try
        {
            var file = Path.Combine(caddy._folder.FullName, "Caddyfile");
            await File.WriteAllTextAsync(file, caddy.Configuration(server));
            var start = new ProcessStartInfo("/usr/bin/caddy", ["run", "--adapter", "caddyfile", "--config", file]) { UseShellExecute = false, RedirectStandardError = true };
            start.Environment["HOME"] = start.Environment["XDG_DATA_HOME"] = start.Environment["XDG_CONFIG_HOME"] = caddy._folder.FullName;
            caddy._process = Process.Start(start)!;
            var said = new StringBuilder();
            caddy._process.ErrorDataReceived += (_, line) => said.AppendLine(line.Data);
            caddy._process.BeginErrorReadLine();
            await Eventually.BecomesAsync(async () => caddy._process.HasExited || await Listening.AcceptsAsync(caddy.Port), done => done, TimeSpan.FromSeconds(60));
            if (caddy._process.HasExited)
            {
                await caddy._process.WaitForExitAsync();
                Assert.Fail($"Caddy has ended: {said}");
            }

            return caddy;
        }
        catch
        {
            await caddy.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process?.Dispose();
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>The example, with plain HTTP: it would ask for a certificate.</summary>
    private string Configuration(int server) => "{\n\tadmin off\n\tauto_https off\n}\n"
        + File.ReadAllText(Path.Combine(TestData.RepositoryRoot, "examples/proxies/Caddyfile"))
            .Replace("multivisor.example {", $"http://127.0.0.1:{Port} {{\n\tbind 127.0.0.1", StringComparison.Ordinal)
            .Replace("127.0.0.1:22000", $"127.0.0.1:{server}", StringComparison.Ordinal);
}
