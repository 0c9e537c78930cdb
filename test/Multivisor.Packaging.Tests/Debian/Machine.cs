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

    private Machine() => _parent = Process.Start(Script, ["start", _folder.Path]);

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
        // Its systemd dies with its parent, and everything with that.
        _parent.Kill();
        await _parent.WaitForExitAsync();
        _parent.Dispose();
        _folder.Dispose();
    }

    private async Task<bool> IsUpAsync()
    {
        Assert.False(_parent.HasExited, "machine.sh has ended");
        if (_systemd.Length == 0)
        {
            var children = await File.ReadAllTextAsync($"/proc/{_parent.Id}/task/{_parent.Id}/children");
            if (children.Trim() is not { Length: > 0 } child || (await File.ReadAllTextAsync($"/proc/{child}/comm")).Trim() != "systemd")
                return false;
            _systemd = child;
        }

        return (await TryAsync("systemctl is-active basic.target")).Output.Trim() == "active";
    }
}
