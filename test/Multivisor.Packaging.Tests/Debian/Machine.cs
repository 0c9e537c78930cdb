using System.Diagnostics;
using Multivisor.Packaging.Tests.Support;
using Multivisor.Testing;

namespace Multivisor.Packaging.Tests.Debian;

/// <summary>
/// A systemd of its own over this machine's files (machine.sh), to install packages on; what it changes goes away with it.
/// </summary>
internal sealed class Machine : IAsyncDisposable
{
    private static readonly string Script = Path.Combine(AppContext.BaseDirectory, "Debian", "machine.sh");

    private readonly TemporaryFolder _folder = new();
    private readonly Process _parent;
    private string _systemd = "";

    private Machine() =>
        _parent = Process.Start(new ProcessStartInfo(Script, ["start", _folder.Path]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true })!;

    /// <summary>Why there can be none here; null where there can.</summary>
    public static string? Missing => !Environment.IsPrivilegedProcess ? "needs root, to install packages in a root of its own"
        : !File.Exists("/lib/systemd/systemd") ? "needs systemd on this machine"
        : !File.Exists("/usr/bin/dpkg") ? "needs a Debian"
        : null;

    public static async Task<Machine> StartAsync()
    {
        var machine = new Machine();
        try
        {
            machine._systemd = await machine._parent.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) ?? "";
            await Eventually.BecomesAsync(machine.IsUpAsync, up => up, TimeSpan.FromMinutes(2), TimeSpan.FromMilliseconds(100));
            return machine;
        }
        catch
        {
            await machine.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a line of a shell in it, which has to succeed.</summary>
    public async Task<string> RunAsync(string line)
    {
        var ended = await TryAsync(line);
        Assert.True(ended.ExitCode == 0, $"{line}: {ended}\n{(await TryAsync("journalctl --no-pager --lines 30")).Output}");
        return ended.Output.TrimEnd();
    }

    public Task<Ended> TryAsync(string line, string? input = null) => Shell.TryAsync(Script, ["run", _systemd, "sh", "-c", line], input: input);

    public async Task WriteAsync(string path, string text) => Assert.Equal(0, (await TryAsync($"cat >{path}", text)).ExitCode);

    /// <summary>Hands it a file.</summary>
    public Task CopyAsync(string file, string target) =>
        Shell.RunAsync("cp", [file, $"/proc/{_systemd}/root{target}"]);

    public async ValueTask DisposeAsync()
    {
        _parent.StandardInput.Close();
        await _parent.WaitForExitAsync();
        _parent.Dispose();
        _folder.Dispose();
    }

    /// <summary>False also while it is being put together.</summary>
    private async Task<bool> IsUpAsync()
    {
        Assert.False(_systemd.Length == 0 || _parent.HasExited, "machine.sh has ended");
        return (await TryAsync("systemctl is-active basic.target")).Output.Trim() == "active";
    }
}
