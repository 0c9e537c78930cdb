using Multivisor.Cli.Tests.Support;
using Multivisor.Testing;

namespace Multivisor.Cli.Tests;

/// <summary>The prompt in a real terminal.</summary>
[Collection(CliCollection.Name)]
public sealed class PromptTests(CliSite site) : IDisposable
{
    private const string CtrlC = "\u0003";
    private const string CtrlD = "\u0004";
    private const string CtrlR = "\u0012";
    private const string CtrlU = "\u0015";
    private const string Right = "\e[C";
    private const string Left = "\e[D";
    private const string Up = "\e[A";
    private const string F5 = "\e[15~";

    private readonly CliHome _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task Start_ListsAndLives_UntilCtrlD()
    {
        await using var terminal = Open();
        await terminal.ReadyAsync();
        Assert.Contains("read:", terminal.Rows);
        await terminal.ShowsAsync(rows => rows[^1].Contains("End to end | Supervisors: 1 (1/0) | Processes: ", StringComparison.Ordinal), "the toolbar");
        Assert.Contains("Welcome to multivisor CLI", terminal.Rows[^1], StringComparison.Ordinal);

        await site.Api.ActAsync("process/stop", "uid", "one:live:live_00");
        await terminal.ShowsAsync(rows => rows[^1].Contains("live_00", StringComparison.Ordinal), "the notification");
        await terminal.TypeAsync("status one:live:*\r");
        await terminal.ShowsAsync(rows => rows.Any(r => r.StartsWith("  one:live:live_00 STOPPED", StringComparison.Ordinal)), "the stopped process");

        await terminal.ReadyAsync();
        await terminal.TypeAsync("dropped" + CtrlC);
        await terminal.ShowsAsync("multivisor> dropped");
        await terminal.ReadyAsync();
        await terminal.TypeAsync(CtrlD);
        Assert.Equal(0, await terminal.EndAsync());
    }

    [Fact]
    public async Task Completion_PartsOfUids_MenuAndChoice()
    {
        await using var terminal = Open();
        await terminal.ReadyAsync();

        await terminal.TypeAsync("rest\t");
        await terminal.PromptShowsAsync("restart");
        await terminal.TypeAsync(" shell_\t");
        await terminal.ShowsAsync(rows => rows[^2].StartsWith("one:shell:shell_00  one:shell:shell_01", StringComparison.Ordinal), "the menu");
        await terminal.TypeAsync("\t\t");
        await terminal.PromptShowsAsync("restart one:shell:shell_01");
        await terminal.TypeAsync("\r\r");
        await terminal.ShowsAsync("one:shell:shell_01 done    restarted");

        await terminal.ReadyAsync();
        await terminal.TypeAsync("signal US\t");
        await terminal.PromptShowsAsync("signal USR");
        await terminal.TypeAsync("1 shell_00\t");
        await terminal.PromptShowsAsync("signal USR1 one:shell:shell_00");
        await terminal.TypeAsync(CtrlU + "reread o\t");
        await terminal.PromptShowsAsync("reread one");
    }

    [Fact]
    public async Task History_SuggestsSearchesAndSurvives()
    {
        await using (var first = Open())
        {
            await first.ReadyAsync();
            await first.TypeAsync("status one:read:*\r");
            await first.ReadyAsync();
            await first.TypeAsync("status nothing*\r");
            await first.ShowsAsync("no process matches 'nothing*'");
            await first.ReadyAsync();
            await first.TypeAsync(CtrlD);
            await first.EndAsync();
        }

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_home.State, "history")));
        await using var second = Open();
        await second.ReadyAsync();
        await second.TypeAsync("status o");
        // What would be taken over stands behind the cursor.
        await second.PromptShowsAsync("status one:read:*");
        Assert.Equal("multivisor> status o".Length, second.Cursor.Column);
        await second.TypeAsync(Right + Left);
        await second.ShowsAsync(_ => second.Cursor.Column == "multivisor> status one:read:".Length, "the cursor before the last character");
        await second.TypeAsync(CtrlU + Up);
        await second.PromptShowsAsync("status nothing*");
        await second.TypeAsync(CtrlU + CtrlR + "read");
        await second.ShowsAsync("(reverse search) 'read': status one:read:*");
        await second.TypeAsync("\r");
        await second.ReadyAsync();
        Assert.Contains("multivisor> status one:read:*", second.Rows);
    }

    [Fact]
    public async Task Keys_F5_UnknownCommand_Help()
    {
        await using var terminal = Open();
        await terminal.ReadyAsync();

        await terminal.TypeAsync(F5);
        await terminal.ShowsAsync("multivisor> refresh-status");
        await terminal.ReadyAsync();
        await terminal.TypeAsync("nonsense here\r");
        await terminal.ShowsAsync("Error: Unknown command 'nonsense'");
        await terminal.TypeAsync("stop\r");
        await terminal.ShowsAsync("Error: Need at least one process");
        await terminal.TypeAsync("help stop\r");
        await terminal.ShowsAsync("stop [PATTERN]: Stop processes, and wait until they stopped");
        await terminal.TypeAsync("quit\r");
        Assert.Equal(0, await terminal.EndAsync());
    }

    [Fact]
    public async Task Line_WideCharactersResizeAndPaste_StayInPlace()
    {
        await using var terminal = Open(columns: 60);
        await terminal.ReadyAsync();

        await terminal.TypeAsync("status 試験中" + Left);
        await terminal.ShowsAsync(_ => terminal.Cursor.Column == "multivisor> status ".Length + 4, "the cursor before the last wide character");
        await terminal.TypeAsync(CtrlU + "\u000b" + new string('x', 80));
        await terminal.ShowsAsync(rows => rows.Contains("multivisor> " + new string('x', 48)) && rows.Contains(new string('x', 32)), "a line in two rows");
        await terminal.TypeAsync(CtrlU);
        await terminal.ReadyAsync();
        await terminal.ResizeAsync(120, 40);
        await terminal.ShowsAsync(rows => rows[^1].Length > 60, "a wider toolbar");

        await terminal.TypeAsync("\e[200~status one:paste:paste_00\nstatus one:paste:paste_01\nsta\e[201~");
        await terminal.ShowsAsync(rows => rows.Any(r => r.StartsWith("  one:paste:paste_01 ", StringComparison.Ordinal)), "both lines carried out");
        await terminal.ShowsAsync(rows => rows[^2].StartsWith("multivisor> sta", StringComparison.Ordinal), "the rest waits");
    }

    [Fact]
    public async Task Logs_FollowedUntilCtrlC_ComeBackToThePrompt()
    {
        await using var terminal = Open();
        await terminal.ReadyAsync();

        await terminal.TypeAsync("logs -f talks\r");
        await terminal.ShowsAsync("^[[2Jhostile");
        await terminal.TypeAsync(CtrlC);
        await terminal.ReadyAsync();
        await terminal.TypeAsync("stop one:follow:*\r");
        await terminal.ShowsAsync("[y/N]");
        await terminal.TypeAsync("y\r");
        await terminal.ShowsAsync("2 done in ");
        Assert.Equal("STOPPED", await site.StateOfAsync("one:follow:follow_00"));
    }

    [Fact]
    public async Task Start_ServerWithUsers_AsksWho()
    {
        await using var terminal = _home.Open(["--url", site.ClosedUrl]);
        await terminal.ShowsAsync("User:");
        await terminal.TypeAsync("vera\r");
        await terminal.ShowsAsync("Password of vera:");
        await terminal.TypeAsync("correct horse\r");
        await terminal.ReadyAsync();

        await terminal.TypeAsync("stop one:read:read_00\r");
        await terminal.ShowsAsync(rows => rows.Any(r => r.StartsWith("Error: ", StringComparison.Ordinal)), "a refusal");
        Assert.Equal("RUNNING", await site.StateOfAsync("one:read:read_00"));
    }

    [Fact]
    public async Task Terminate_AtThePrompt_LeavesTheTerminalAsItWas()
    {
        var script = $"stty -g > {_home.Folder}/before; {CliHome.Program} --url {site.Url}; stty -g > {_home.Folder}/after";
        var start = new System.Diagnostics.ProcessStartInfo("/usr/bin/python3", [Path.Combine(AppContext.BaseDirectory, "Support", "in_terminal.py"), "80", "30", "/bin/sh", "-c", script])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
            Environment = { ["XDG_STATE_HOME"] = _home.Folder },
        };
        await using var terminal = new PtySession(System.Diagnostics.Process.Start(start)!, 80);
        await terminal.ReadyAsync();

        var pid = int.Parse(Directory.GetDirectories("/proc")
            .Select(folder => Path.GetFileName(folder)!)
            .Single(name => int.TryParse(name, out _) && CommandLineOf(name).StartsWith($"{CliHome.Program}\0--url\0{site.Url}\0", StringComparison.Ordinal)), null);
        SupervisordInstance.Signal(pid, "TERM");
        await terminal.EndAsync();

        Assert.Equal(File.ReadAllText($"{_home.Folder}/before"), File.ReadAllText($"{_home.Folder}/after"));
    }

    private static string CommandLineOf(string pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline");
        }
        catch (IOException)
        {
            return "";
        }
    }

    private PtySession Open(int columns = 100) => _home.Open(["--url", site.Url], columns);
}
