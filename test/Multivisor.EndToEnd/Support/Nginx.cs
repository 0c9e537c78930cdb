using System.Diagnostics;
using Multivisor.Testing;

namespace Multivisor.EndToEnd.Support;

/// <summary>A real nginx in front of a server, as docs/operations.md has it, with the server below a path.</summary>
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
                server {
                    listen 127.0.0.1:{{Port}};
                    location {{path}}/ {
                        proxy_pass http://127.0.0.1:{{server}}{{rest}};
                        proxy_http_version 1.1;
                        proxy_set_header Connection "";
                        proxy_set_header Host $http_host;
                        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
                        proxy_set_header X-Forwarded-Proto $scheme;
                        proxy_set_header X-Forwarded-Host $http_host;
                        proxy_read_timeout 1h;
                    }
                }
            }

            """);
    }
}
