using System.Diagnostics;
using Multivisor.Testing;

namespace Multivisor.EndToEnd.Support;

/// <summary>
/// A real sshd with keys and a port of its own, and an <c>ssh</c> that knows them: a script of that name that adds a configuration file, so that the
/// user's own is neither used nor touched.
/// </summary>
internal sealed class Sshd : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mvssh-");
    private Process? _process;

    public int Port { get; } = FreePort.Take();

    public IReadOnlyDictionary<string, string> ClientEnvironment => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["PATH"] = $"{_folder.FullName}/bin:{Environment.GetEnvironmentVariable("PATH")}",
    };

    public static async Task<Sshd> StartAsync()
    {
        var sshd = new Sshd();
        try
        {
            sshd.WriteFiles();
            // Where sshd gives up its rights; Debian's service makes it.
            if (Environment.UserName == "root")
                Directory.CreateDirectory("/run/sshd");
            sshd._process = Process.Start(new ProcessStartInfo("/usr/sbin/sshd", ["-D", "-e", "-f", $"{sshd._folder.FullName}/sshd_config"])
            {
                UseShellExecute = false,
                RedirectStandardError = true,
            })!;
            sshd._process.ErrorDataReceived += (_, _) => { };
            sshd._process.BeginErrorReadLine();
            await Eventually.BecomesAsync(() => Listening.AcceptsAsync(sshd.Port), accepts => accepts, TimeSpan.FromSeconds(20));
            return sshd;
        }
        catch
        {
            await sshd.DisposeAsync();
            throw;
        }
    }

    /// <summary>No new and no old connection: as if the machine were gone.</summary>
    public void Kill() => _process!.Kill(entireProcessTree: true);

    public ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
            Kill();
        _process?.Dispose();
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    private void WriteFiles()
    {
        var folder = _folder.FullName;
        MakeKey($"{folder}/host");
        MakeKey($"{folder}/user");
        File.Copy($"{folder}/user.pub", $"{folder}/authorized");
        File.WriteAllText($"{folder}/sshd_config", $"""
            Port {Port}
            ListenAddress 127.0.0.1
            HostKey {folder}/host
            AuthorizedKeysFile {folder}/authorized
            PidFile none
            StrictModes no
            UsePAM no
            PermitRootLogin yes
            PasswordAuthentication no
            KbdInteractiveAuthentication no
            AllowStreamLocalForwarding yes

            """);
        File.WriteAllText($"{folder}/known_hosts", $"[127.0.0.1]:{Port} {File.ReadAllText($"{folder}/host.pub")}");
        File.WriteAllText($"{folder}/ssh_config", $"IdentityFile {folder}/user\nIdentitiesOnly yes\nUserKnownHostsFile {folder}/known_hosts\nStrictHostKeyChecking yes\n");
        Directory.CreateDirectory($"{folder}/bin");
        File.WriteAllText($"{folder}/bin/ssh", $"#!/bin/sh\nexec /usr/bin/ssh -F {folder}/ssh_config \"$@\"\n");
        Process.Start("/bin/chmod", ["u+x", $"{folder}/bin/ssh"]).WaitForExit();
    }

    private static void MakeKey(string path)
    {
        using var process = Process.Start("/usr/bin/ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", path]);
        process.WaitForExit();
    }
}
