using System.Diagnostics;
using Multivisor.Testing;

namespace Multivisor.Cli.Tests.Support;

/// <summary>A program in tmux, which is the terminal: for programs that use all of one.</summary>
internal sealed class TmuxScreen : IAsyncDisposable
{
    public const int Columns = 110;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mvt-");

    private TmuxScreen()
    {
    }

    public static async Task<TmuxScreen> OpenAsync(string command, params (string Name, string Value)[] environment)
    {
        var screen = new TmuxScreen();
        string[] variables = [.. environment.SelectMany(e => new[] { "-e", $"{e.Name}={e.Value}" })];
        // The pane stays when the program has ended, so that its end can be seen.
        await screen.TmuxAsync(["-f", "/dev/null", "new-session", "-d", "-x", $"{Columns}", "-y", "34", .. variables, $"{command}; echo ended with $?; sleep 1000"]);
        return screen;
    }

    /// <summary>Keys by tmux's names, or text.</summary>
    public Task PressAsync(params string[] keys) => TmuxAsync(["send-keys", .. keys]);

    public Task<string> TextAsync() => TmuxAsync(["capture-pane", "-p"]);

    /// <summary>What it shows, with the sequences that say in which colours.</summary>
    public Task<string> PictureAsync() => TmuxAsync(["capture-pane", "-p", "-e"]);

    public async Task ShowsAsync(Func<string, bool> isRight, string what)
    {
        var last = "";
        try
        {
            await Eventually.BecomesAsync(async () => last = await TextAsync(), isRight, Limit, TimeSpan.FromMilliseconds(100));
        }
        catch (TimeoutException)
        {
            Assert.Fail($"{what} is not there:\n{last}");
        }
    }

    public Task ShowsAsync(string text) => ShowsAsync(seen => seen.Contains(text, StringComparison.Ordinal), $"'{text}'");

    public async ValueTask DisposeAsync()
    {
        await TmuxAsync(["kill-server"]);
        _folder.Delete(recursive: true);
    }

    private async Task<string> TmuxAsync(string[] arguments)
    {
        var start = new ProcessStartInfo("tmux", ["-S", Path.Combine(_folder.FullName, "t"), .. arguments]) { UseShellExecute = false, RedirectStandardOutput = true };
        start.Environment["LC_ALL"] = "C.UTF-8";
        start.Environment.Remove("TMUX");
        using var tmux = Process.Start(start)!;
        var output = await tmux.StandardOutput.ReadToEndAsync();
        await tmux.WaitForExitAsync();
        return output;
    }
}
