using System.Diagnostics;
using Multivisor.Testing;

namespace Multivisor.EndToEnd.Support;

/// <summary>A real nginx in front of a server, with the configuration of examples/proxies.</summary>
internal sealed class Nginx : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mvnginx-");
    private Process? _process;

    public int Port { get; } = FreePort.Take();

    /// <param name="path">Where browsers see the server, for example <c>/multivisor</c>.</param>
    /// <param name="stripsPath">The server gets the rest of the path alone.</param>
    public static async Task<Nginx> StartAsync(int server, string path, bool stripsPath = false)
    {
        var nginx = new Nginx();
        try
        {
            nginx.WriteConfiguration(server, path, stripsPath ? "/" : "");
            nginx._process = Process.Start(new ProcessStartInfo("/usr/sbin/nginx", ["-c", $"{nginx._folder.FullName}/nginx.conf", "-p", nginx._folder.FullName, "-e", "stderr"])
            {
                UseShellExecute = false,
                RedirectStandardError = true,
            })!;
            nginx._process.ErrorDataReceived += (_, _) => { };
            nginx._process.BeginErrorReadLine();
            await Eventually.BecomesAsync(() => Listening.AcceptsAsync(nginx.Port), accepts => accepts, TimeSpan.FromSeconds(20));
            return nginx;
        }
        catch
        {
            await nginx.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
            _process.Kill(entireProcessTree: true);
        _process?.Dispose();
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    private void WriteConfiguration(int server, string path, string rest)
    {
        var folder = _folder.FullName;
        File.WriteAllText($"{folder}/nginx.conf", $$"""
            daemon off;
            master_process off;
            pid {{folder}}/nginx.pid;
            events { worker_connections 512; }
            http {
                access_log off;
                client_body_temp_path {{folder}}/body;
                proxy_temp_path {{folder}}/proxy;
                fastcgi_temp_path {{folder}}/fastcgi;
                uwsgi_temp_path {{folder}}/uwsgi;
                scgi_temp_path {{folder}}/scgi;
                {{Example(server, path, rest)}}
            }

            """);
    }

    /// <summary>The example, without the certificate that nobody here has.</summary>
    private string Example(int server, string path, string rest) => string.Join('\n', File.ReadLines(Path.Combine(TestData.RepositoryRoot, "examples/proxies/nginx.conf"))
            .Where(line => !line.Contains("ssl_", StringComparison.Ordinal) && !line.Contains("server_name", StringComparison.Ordinal)))
        .Replace("listen 443 ssl", $"listen 127.0.0.1:{Port}", StringComparison.Ordinal)
        .Replace("http://127.0.0.1:22000", $"http://127.0.0.1:{server}{rest}", StringComparison.Ordinal)
        .Replace("/multivisor", path, StringComparison.Ordinal);
}
