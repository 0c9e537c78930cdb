using System.ComponentModel;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Multivisor.Fleet.Configuration;
using Multivisor.ZeroRpc.Security;

namespace Multivisor.Fleet.Links.Direct;

/// <summary>
/// A running <c>ssh -N -L</c> that leads from a socket in a folder of ours to one of another machine. Its configuration, keys and known hosts are
/// those of the user that the server runs as; it never asks for anything.
/// </summary>
internal sealed class SshTunnel : IAsyncDisposable
{
    private const int MaxSaid = 2000;
    private const int MaxShown = 300;

    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LookPeriod = TimeSpan.FromMilliseconds(50);

    private readonly DirectoryInfo _folder;
    private readonly Process _ssh;
    private readonly StringBuilder _said = new();
    private int _disposed;

    private SshTunnel(DirectoryInfo folder, Process ssh)
    {
        _folder = folder;
        _ssh = ssh;
        ssh.ErrorDataReceived += (_, line) => Hear(line.Data);
        ssh.BeginErrorReadLine();
    }

    public string SocketPath => Path.Combine(_folder.FullName, "s");

    /// <summary>The last line that ssh wrote, for an operator; maybe empty.</summary>
    public string Said
    {
        get
        {
            lock (_said)
                return PeerText.Clean(_said.ToString().TrimEnd().Split('\n')[^1].TrimEnd('.', '\r'), MaxShown);
        }
    }

    /// <exception cref="LinkException">There is no ssh, it could not sign in, or it took too long.</exception>
    public static async Task<SshTunnel> OpenAsync(SupervisorUrl url, TimeProvider time, CancellationToken cancellationToken)
    {
        // Only for this user: who opens the socket may do what our user may do on the other machine's supervisord.
        var folder = Directory.CreateTempSubdirectory("mv-ssh-");
        SshTunnel? tunnel = null;
        try
        {
            var ssh = Process.Start(StartInfo(url, Path.Combine(folder.FullName, "s"))) ?? throw new LinkException("ssh did not start");
            tunnel = new SshTunnel(folder, ssh);
            await tunnel.WaitAsync(url, time, cancellationToken);
            return tunnel;
        }
        catch (Exception e)
        {
            if (tunnel is not null)
                await tunnel.DisposeAsync();
            else
                folder.Delete(recursive: true);
            if (e is Win32Exception)
                throw new LinkException($"{url}: the program ssh cannot be started ({e.Message}); install the OpenSSH client", e);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        try
        {
            _ssh.Kill(entireProcessTree: true);
            using var limit = new CancellationTokenSource(EndLimit);
            await _ssh.WaitForExitAsync(limit.Token);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or OperationCanceledException)
        {
            // It has ended by itself, or will.
        }

        _ssh.Dispose();
        try
        {
            _folder.Delete(recursive: true);
        }
        catch (IOException)
        {
            // ssh removes its socket at the same moment.
        }
    }

    private static ProcessStartInfo StartInfo(SupervisorUrl url, string socket)
    {
        var start = new ProcessStartInfo("ssh") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        string[] arguments =
        [
            "-N", "-T", "-x",
            "-o", "BatchMode=yes",
            "-o", "ExitOnForwardFailure=yes",
            "-o", "ConnectTimeout=10",
            "-o", "ServerAliveInterval=5",
            "-o", "ServerAliveCountMax=3",
            // A shared connection of the user's configuration would outlive this tunnel, or end it.
            "-o", "ControlMaster=no",
            "-o", "ControlPath=none",
            "-L", $"{socket}:{url.Path}",
        ];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        if (url.Port != SupervisorUrl.SshPort)
        {
            start.ArgumentList.Add("-p");
            start.ArgumentList.Add(url.Port.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        start.ArgumentList.Add("--");
        start.ArgumentList.Add(url.UserName is null ? url.Host : $"{url.UserName}@{url.Host}");
        return start;
    }

    private async Task WaitAsync(SupervisorUrl url, TimeProvider time, CancellationToken cancellationToken)
    {
        _ssh.StandardInput.Close();
        var started = time.GetTimestamp();
        while (!IsOpen())
        {
            if (_ssh.HasExited)
            {
                await _ssh.WaitForExitAsync(cancellationToken);
                throw new LinkException($"{url}: ssh ended: {(Said.Length > 0 ? Said : $"exit code {_ssh.ExitCode}")} (try it as the server's user: ssh {url.UserName ?? ""}{(url.UserName is null ? "" : "@")}{url.Host}; see docs/troubleshooting.md)");
            }

            if (time.GetElapsedTime(started) > ConnectLimit)
                throw new LinkException($"{url}: ssh has not signed in within {ConnectLimit.TotalSeconds:0} s{(Said.Length > 0 ? $" ({Said})" : "")}");
            // Nothing tells that ssh has made its socket.
            await Task.Delay(LookPeriod, time, cancellationToken);
        }
    }

    private bool IsOpen()
    {
        if (!File.Exists(SocketPath))
            return false;
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Connect(new UnixDomainSocketEndPoint(SocketPath));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private void Hear(string? line)
    {
        lock (_said)
        {
            if (string.IsNullOrWhiteSpace(line))
                return;
            if (_said.Length > MaxSaid)
                _said.Clear();
            _said.Append(line.AsSpan(0, Math.Min(line.Length, MaxSaid))).Append('\n');
        }
    }
}
