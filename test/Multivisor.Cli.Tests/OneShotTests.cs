using System.Text.Json;
using Multivisor.Cli.Tests.Support;
using Multivisor.Testing;

namespace Multivisor.Cli.Tests;

/// <summary>One command for a shell: every output and every exit code.</summary>
[Collection(CliCollection.Name)]
public sealed class OneShotTests(CliSite site) : IDisposable
{
    private readonly CliHome _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task Status_EveryFormat_HasTheSameProcesses()
    {
        var table = await RunAsync("status", "one:read:*");
        var json = await RunAsync("status", "one:read:*", "--output", "json");
        var lines = await RunAsync("status", "--filter", "group:read", "-o", "ndjson");
        var plain = await RunAsync("status", "one:read:*", "-o", "plain");

        Assert.Matches(@"^read:\n  one:read:read_00 RUNNING  pid \d+, started \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4} \(\d+ \w+\)\n  one:read:read_01 RUNNING ", table.Output);
        Assert.Equal(["one:read:read_00", "one:read:read_01"], JsonElement.Parse(json.Output).EnumerateArray().Select(p => p.GetProperty("uid").GetString()!));
        Assert.Equal(["one:read:read_00", "one:read:read_01"], Lines(lines).Select(l => JsonElement.Parse(l).GetProperty("uid").GetString()!));
        Assert.Equal(["one:read:read_00\tRUNNING", "one:read:read_01\tRUNNING"], Lines(plain).Select(l => l[..l.LastIndexOf('\t')]));
        Assert.All([table, json, lines, plain], result => Assert.Equal((0, ""), (result.ExitCode, result.Error)));
        Assert.DoesNotContain('\e', table.Output);
    }

    [Fact]
    public async Task Status_NothingMatches_IsThree()
    {
        var result = await RunAsync("status", "nothing*");

        Assert.Equal((3, ""), (result.ExitCode, result.Output));
        Assert.Contains("no process matches 'nothing*'", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_DryRunThenDoneThenStart_TellsEachTarget()
    {
        var dry = await RunAsync("stop", "--dry-run", "one:many:*");
        Assert.Equal("RUNNING", await site.StateOfAsync("one:many:many_00"));
        var stop = await RunAsync("stop", "one:many:*");
        Assert.Equal("STOPPED", await site.StateOfAsync("one:many:many_00"));
        var start = await RunAsync("start", "many_0?", "-o", "json");

        Assert.Equal(["one:many:many_00 would stop", "one:many:many_01 would stop"], Lines(dry).Order());
        Assert.Matches(@"one:many:many_0\d done    stopped\n.*\n2 done in \d+\.\d s\n$", stop.Output);
        var answer = JsonElement.Parse(start.Output);
        Assert.Equal(2, answer.GetProperty("done").GetInt32());
        Assert.Equal("done", answer.GetProperty("results")[0].GetProperty("outcome").GetString());
        Assert.All([dry, stop, start], result => Assert.Equal(0, result.ExitCode));
    }

    [Fact]
    public async Task Start_WhatCannotStart_IsOneAndSaysWhy()
    {
        var result = await RunAsync("start", "one:broken:broken", "-o", "plain");

        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("one:broken:broken\tfailed\t", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restart_OneOfTwoNamesIsUnknown_DoesTheOtherAndIsOne()
    {
        var result = await RunAsync("restart", "one:one:one_00", "one:one:missing");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("one:one:one_00 done", result.Output, StringComparison.Ordinal);
        Assert.Contains("nothing is called 'one:one:missing'", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signal_Group_Supervisor_AreCarriedOut()
    {
        var signal = await RunAsync("signal", "USR1", "one:group:group_00");
        var group = await RunAsync("group", "restart", "one:group");
        var reread = await RunAsync("supervisor", "reread", "one");

        Assert.All([signal, group, reread], result => Assert.True(result.ExitCode == 0, result.Output + result.Error));
        Assert.Contains("one:group:group_01", group.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Unrecognized command or argument 'nonsense'", "nonsense")]
    [InlineData("Need at least one process", "stop")]
    [InlineData("Need at least one group", "group", "stop")]
    [InlineData("--output is table, json, ndjson or plain, not 'xml'", "status", "-o", "xml")]
    [InlineData("'sleeping' is no state", "wait", "x", "--state", "sleeping")]
    [InlineData("'soon' is no duration", "wait", "x", "--timeout", "soon")]
    [InlineData("is no address of a server", "--url", "ftp://x", "status")]
    [InlineData("no context is called 'nowhere'", "--context", "nowhere", "status")]
    [InlineData("Need at least one process, or --main SUPERVISOR", "logs")]
    public async Task WrongUsage_IsTwoAndOneSentence(string sentence, params string[] arguments)
    {
        var result = await _home.RunAsync(arguments);

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Contains(sentence, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public async Task Stop_NothingMatches_IsThree() => Assert.Equal((3, 3), ((await RunAsync("stop", "one:no:such")).ExitCode, (await RunAsync("stop", "one:no:*")).ExitCode));

    [Fact]
    public async Task Status_NoServer_IsFive()
    {
        var port = FreePort.Take();
        var result = await _home.RunAsync(["--url", $"127.0.0.1:{port}", "status"]);

        Assert.Equal(5, result.ExitCode);
        Assert.Equal($"Error: 127.0.0.1:{port}: connection refused (is multivisor running there?)\n", result.Error);
    }

    [Fact]
    public async Task Wait_ForAStop_EndsWithItAndTimesOutWithout()
    {
        var late = await RunAsync("wait", "one:waits:*", "--state", "stopped", "--timeout", "8s");
        var waiting = RunAsync("wait", "one:waits:*", "--state", "stopped,exited", "--timeout", "90s", "-o", "plain");
        await RunAsync("stop", "one:waits:*");
        var done = await waiting;

        Assert.Equal(6, late.ExitCode);
        Assert.Contains("one:waits:waits_00 is RUNNING", late.Error, StringComparison.Ordinal);
        Assert.Equal(0, done.ExitCode);
        Assert.Contains("one:waits:waits_01\tSTOPPED", done.Output, StringComparison.Ordinal);
        Assert.Equal(3, (await RunAsync("wait", "nothing")).ExitCode);
    }

    [Fact]
    public async Task Logs_LastLines_AreAsTheyAreInAFileAndSafeInATerminal()
    {
        var one = await RunAsync("logs", "talks", "-n", "3");
        var both = await RunAsync("logs", "talks", "--stream", "both", "-o", "ndjson");
        await using var terminal = _home.Open(["--url", site.Url, "logs", "talks"]);
        var code = await terminal.EndAsync();

        Assert.Equal("second \e[31mred\e[0m\n\e[2Jhostile\nlast\n", one.Output);
        Assert.Contains("""{"uid":"one:talks:talks","stream":"err","line":"a warning"}""", both.Output, StringComparison.Ordinal);
        Assert.Equal(0, code);
        Assert.Contains("second \e[31mred\e[0m", terminal.Raw, StringComparison.Ordinal);
        Assert.Contains("^[[2Jhostile", terminal.Raw, StringComparison.Ordinal);
        Assert.DoesNotContain("\e[2J", terminal.Raw, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_CountOfOne_EndsWithTheFirst()
    {
        await using var events = _home.Open(["--url", site.Url, "events", "-n", "1", "-o", "plain"], columns: 300);
        // Nobody knows when it listens but by what it tells.
        var end = events.EndAsync();
        while (!end.IsCompleted)
        {
            await RunAsync("restart", "one:one:one_01");
            await Task.WhenAny(end, Task.Delay(TimeSpan.FromSeconds(1)));
        }

        Assert.Equal(0, await end);
        Assert.Matches(@"\d\d:\d\d:\d\d\t(STOPPING|STOPPED|STARTING|RUNNING)\tone:", events.Raw);
    }

    [Fact]
    public async Task CtrlC_OnACommandThatWouldGoOn_IsAHundredAndThirty()
    {
        await using var follow = _home.Open(["--url", site.Url, "logs", "-f", "talks"]);
        await follow.ShowsAsync("last");

        await follow.TypeAsync("\u0003");

        Assert.Equal(130, await follow.EndAsync());
    }

    [Fact]
    public async Task Info_ProcessAndSupervisor_TellAll()
    {
        var process = await RunAsync("info", "one:read:read_00");
        var supervisor = await RunAsync("info", "one");
        var json = await RunAsync("info", "one", "-o", "json");
        var unknown = await RunAsync("info", "one:no:such");

        Assert.Contains("state:        RUNNING", process.Output, StringComparison.Ordinal);
        Assert.Contains("link:         agent (multivisor-rpc ", supervisor.Output, StringComparison.Ordinal);
        Assert.Equal("one", JsonElement.Parse(json.Output).GetProperty("name").GetString());
        Assert.Equal(3, unknown.ExitCode);
    }

    [Fact]
    public async Task SignedOut_IsFour_AndEveryWayInWorks()
    {
        string[] closed = ["--url", site.ClosedUrl];
        var stranger = await _home.RunAsync([.. closed, "status"]);
        var user = await _home.RunAsync([.. closed, "--user", "vera", "status", "one:read:*"], environment: ("MULTIVISOR_PASSWORD", "correct horse"));
        var wrong = await _home.RunAsync([.. closed, "login", "vera"], environment: ("MULTIVISOR_PASSWORD", "incorrect horse"));
        var login = await _home.RunAsync([.. closed, "login", "vera"], environment: ("MULTIVISOR_PASSWORD", "correct horse"));
        var session = await _home.RunAsync([.. closed, "status", "one:read:*"]);
        var viewer = await _home.RunAsync([.. closed, "stop", "one:read:read_00"]);
        var logout = await _home.RunAsync([.. closed, "logout"]);
        var after = await _home.RunAsync([.. closed, "status"]);

        Assert.Equal(4, stranger.ExitCode);
        Assert.Contains("multivisor-cli login", stranger.Error, StringComparison.Ordinal);
        Assert.Equal(4, wrong.ExitCode);
        Assert.DoesNotContain("horse", wrong.Error, StringComparison.Ordinal);
        Assert.All([user, login, session, logout], result => Assert.True(result.ExitCode == 0, result.Error));
        Assert.Contains("one:read:read_00", session.Output, StringComparison.Ordinal);
        Assert.Equal((4, 4), (viewer.ExitCode, after.ExitCode));
    }

    [Fact]
    public async Task Login_AtATerminal_AsksAndShowsNothingOfThePassword()
    {
        await using var terminal = _home.Open(["--url", site.ClosedUrl, "login"]);
        await terminal.ShowsAsync("User:");
        await terminal.TypeAsync("eva\r");
        await terminal.ShowsAsync("Password of eva:");
        await terminal.TypeAsync("correct horse\r");
        var code = await terminal.EndAsync();

        Assert.Equal(0, code);
        Assert.DoesNotContain("horse", terminal.Raw, StringComparison.Ordinal);
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_home.State, "sessions.json")));
    }

    [Fact]
    public async Task Context_OfTheSettings_IsUsedAndKeepsItsSecret()
    {
        _home.WriteConfig($"""
            current = "hall"
            [contexts.hall]
            url = "{site.Url}"
            [contexts.other]
            url = "{site.ClosedUrl}"
            token = "mvt_not_one"
            """);

        var current = await _home.RunAsync(["status", "one:read:*"]);
        var named = await _home.RunAsync(["--context", "other", "status"]);
        var variable = await _home.RunAsync(["status", "one:read:*"], environment: ("MULTIVISOR_URL", site.Url));
        File.AppendAllText(_home.Config, "\n[[[");
        var broken = await _home.RunAsync(["status"]);

        Assert.All([current, variable], result => Assert.True(result.ExitCode == 0, result.Error));
        Assert.Equal(4, named.ExitCode);
        Assert.Contains("does not know this token", named.Error, StringComparison.Ordinal);
        Assert.Equal(2, broken.ExitCode);
        Assert.Contains("cli.toml", broken.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("mvt_not_one", named.Error + broken.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Config_Doctor_Version_Completion_Answer()
    {
        var config = await RunAsync("config");
        var doctor = await RunAsync("doctor");
        var version = await RunAsync("version", "-o", "json");
        var completion = await _home.RunAsync(["completion", "bash"]);

        Assert.Contains("[supervisor:one]", config.Output, StringComparison.Ordinal);
        Assert.Equal(0, doctor.ExitCode);
        Assert.Contains("1 supervisor, no problem", doctor.Output, StringComparison.Ordinal);
        Assert.False(string.IsNullOrEmpty(JsonElement.Parse(version.Output).GetProperty("server").GetString()));
        Assert.Contains("complete -F _multivisor_cli multivisor-cli", completion.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("restart one:read:r", "read_00 read_01")]
    [InlineData("restart read_0", "")]
    [InlineData("supervisor up", "update")]
    [InlineData("info o", "one one:")]
    public async Task Completion_InBash_OffersWhatTheServerKnows(string line, string offered)
    {
        const string Script = """
            PATH=$1:$PATH; source <(multivisor-cli completion bash)
            COMP_LINE="multivisor-cli $2"; COMP_POINT=${#COMP_LINE}
            # As bash splits it: a colon is a word of its own.
            read -ra COMP_WORDS <<<"${COMP_LINE//:/ : }"; COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _multivisor_cli; echo "${COMPREPLY[@]}"
            """;
        var start = new System.Diagnostics.ProcessStartInfo("/bin/bash", ["-c", Script, "bash", AppContext.BaseDirectory, line])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            Environment = { ["MULTIVISOR_URL"] = site.Url, ["XDG_CONFIG_HOME"] = _home.Folder, ["XDG_STATE_HOME"] = _home.Folder },
        };
        using var bash = System.Diagnostics.Process.Start(start)!;
        var words = (await bash.StandardOutput.ReadToEndAsync()).Trim();

        Assert.StartsWith(offered, words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_ManyAtATerminal_AsksAndTakesNoForAnAnswer()
    {
        await using var terminal = _home.Open(["--url", site.Url, "stop", "one:ask:*"]);
        await terminal.ShowsAsync("stop 2: one:ask:ask_00, one:ask:ask_01? [y/N]");
        await terminal.TypeAsync("n\r");

        Assert.Equal(1, await terminal.EndAsync());
        Assert.Contains("nothing was done", terminal.Raw, StringComparison.Ordinal);
        Assert.Equal("RUNNING", await site.StateOfAsync("one:ask:ask_00"));
    }

    [Fact]
    public async Task Color_InATerminal_IsThereUnlessRefused()
    {
        await using var with = _home.Open(["--url", site.Url, "status", "one:read:*"]);
        await with.EndAsync();
        await using var without = _home.Open(["--url", site.Url, "status", "one:read:*"], environment: ("NO_COLOR", "1"));
        await without.EndAsync();
        await using var dumb = _home.Open(["--url", site.Url, "status", "one:read:*"], environment: ("TERM", "dumb"));
        await dumb.EndAsync();

        Assert.Contains("\e[32mRUNNING ", with.Raw, StringComparison.Ordinal);
        Assert.All([without, dumb], terminal => Assert.DoesNotContain("\e[3", terminal.Raw, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Input_FromAFile_IsCarriedOutLineByLine()
    {
        var result = await _home.RunAsync(["--url", site.Url], "status one:read:read_00\n\nnonsense\nrestart one:shell:shell_00\n");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("one:read:read_00 RUNNING", result.Output, StringComparison.Ordinal);
        Assert.Contains("one:shell:shell_00 done", result.Output, StringComparison.Ordinal);
        Assert.Contains("Error: Unknown command 'nonsense'", result.Error, StringComparison.Ordinal);
    }

    private Task<CliResult> RunAsync(params string[] arguments) => _home.RunAsync([.. arguments[0].StartsWith('[') ? arguments : ["--url", site.Url, .. arguments]]);

    private static string[] Lines(CliResult result) => result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
