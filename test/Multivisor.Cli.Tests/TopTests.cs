using Multivisor.Cli.Output;
using Multivisor.Cli.Tests.Support;
using Multivisor.Cli.Top;
using Multivisor.Contract;

namespace Multivisor.Cli.Tests;

/// <summary>The full screen.</summary>
[Collection(CliCollection.Name)]
public sealed class TopTests(CliSite site) : IDisposable
{
    private readonly CliHome _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task Top_FilterMarkAskActDetailsLog_AllByKeys()
    {
        await using var screen = await OpenAsync();
        await screen.ShowsAsync("one:top:top_00");
        await screen.PressAsync("/");
        await screen.PressAsync("group:top");
        // Half of it shows nothing at all.
        await screen.ShowsAsync("2 shown");
        await BackToTheListAsync(screen);

        await screen.PressAsync("Space");
        await screen.ShowsAsync("* one:top:top_00");
        await screen.PressAsync("Space");
        await screen.ShowsAsync(text => text.Contains("* one:top:top_00", StringComparison.Ordinal) && text.Contains("* one:top:top_01", StringComparison.Ordinal), "both marks");
        await screen.PressAsync("t");
        await screen.ShowsAsync("stop these 2 processes?");
        // What is pressed without thinking does nothing.
        await screen.PressAsync("Enter");
        await screen.ShowsAsync(text => !text.Contains("these 2", StringComparison.Ordinal), "the question is gone");
        Assert.Equal("RUNNING", await site.StateOfAsync("one:top:top_00"));

        await screen.PressAsync("t");
        await screen.ShowsAsync("stop these 2 processes?");
        await screen.PressAsync("Tab");
        await screen.PressAsync("Enter");
        await screen.ShowsAsync("stop: 2 done, 0 failed, 0 left alone");
        await screen.ShowsAsync("one:top:top_01 STOPPED");

        await screen.PressAsync("Enter");
        await screen.ShowsAsync("one:top:top_01 (Esc closes)");
        await screen.ShowsAsync("history:");
        await CloseAsync(screen);
        await screen.PressAsync("/");
        await screen.PressAsync("Escape");
        await screen.ShowsAsync("one:read:read_00");
        await screen.PressAsync("/");
        await screen.PressAsync("talks");
        await BackToTheListAsync(screen);
        await screen.ShowsAsync("Filter: talks");
        await screen.ShowsAsync("1 shown");
        await screen.PressAsync("l");
        await screen.ShowsAsync("^[[2Jhostile");
        await CloseAsync(screen);
        await screen.PressAsync("o");
        await screen.ShowsAsync("1 shown, by name");
        await screen.PressAsync("q");
        await screen.ShowsAsync("ended with 0");
    }

    [Fact]
    public async Task Top_Press_ChoosesByMouse()
    {
        await using var screen = await OpenAsync();
        await screen.ShowsAsync("one:top:top_00");
        var rows = (await screen.TextAsync()).Split('\n');
        var row = Array.FindIndex(rows, r => r.Contains("o order", StringComparison.Ordinal));
        var column = rows[row].IndexOf("o order", StringComparison.Ordinal);

        // A press and a release as xterm sends them (SGR, 1006).
        await screen.PressAsync("-l", $"\e[<0;{column + 3};{row + 1}M\e[<0;{column + 3};{row + 1}m");

        await screen.ShowsAsync("shown, by name");
    }

    [Fact]
    public async Task Top_IntoAPipe_SaysWhatIsForPipes()
    {
        var result = await _home.RunAsync(["--url", site.Url, "top"]);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("top needs a terminal", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void List_WhatIsWrong_ComesFirst()
    {
        ProcessJson[] all =
        [
            Process("a", ProcessStates.Running), Process("b", ProcessStates.Stopped), Process("c", ProcessStates.Fatal),
            Process("d", ProcessStates.Exited) with { ExitStatus = 1 }, Process("e", ProcessStates.Starting), Process("f", ProcessStates.Running) with { Stale = true },
        ];

        Assert.Equal("cdfeba", string.Concat(TopList.Of(all, _ => true, TopSort.State).Select(p => p.Name)));
        Assert.Equal("abcdef", string.Concat(TopList.Of(all.Reverse().ToArray(), _ => true, TopSort.Name).Select(p => p.Name)));
    }

    [Fact]
    public void Describe_LaterThanLastHeard_CountsOn()
    {
        var process = Process("a", ProcessStates.Running) with { Pid = 7, Running = true, Start = 1000, Now = 1001 };

        Assert.EndsWith("(1 second)", ProcessListing.Describe(process), StringComparison.Ordinal);
        Assert.EndsWith("(2 minutes)", ProcessListing.Describe(process, 1120), StringComparison.Ordinal);
        Assert.Equal(1001, HostClock.Now(process with { Stale = true }, new SupervisorJson { Link = new LinkJson() }));
    }

    /// <summary>A key right behind Escape would be one with Alt.</summary>
    private static async Task CloseAsync(TmuxScreen screen)
    {
        await screen.PressAsync("Escape");
        await screen.ShowsAsync(text => !text.Contains("(Esc closes)", StringComparison.Ordinal), "the list");
    }

    private static async Task BackToTheListAsync(TmuxScreen screen)
    {
        await screen.ShowsAsync("Enter leads back");
        await screen.PressAsync("Enter");
        await screen.ShowsAsync(text => !text.Contains("Enter leads back", StringComparison.Ordinal), "the list, in focus");
    }

    private static ProcessJson Process(string name, int state) => new() { Name = name, Group = "g", Supervisor = "s", Uid = $"s:g:{name}", State = state };

    private Task<TmuxScreen> OpenAsync() =>
        TmuxScreen.OpenAsync($"{CliHome.Program} --url {site.Url} top", ("XDG_CONFIG_HOME", _home.Folder), ("XDG_STATE_HOME", _home.Folder));
}
