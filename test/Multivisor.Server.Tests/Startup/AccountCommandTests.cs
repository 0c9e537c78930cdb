using System.Diagnostics;
using System.Text.Json;
using Multivisor.Fleet.Access;
using Multivisor.Server.Tests.Support;

namespace Multivisor.Server.Tests.Startup;

/// <summary><c>hash-password</c> and <c>create-token</c>, at a terminal and in a pipe.</summary>
public sealed class AccountCommandTests
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "multivisor");

    [Fact]
    public async Task HashPassword_AtATerminal_AsksTwiceAndShowsNothingOfIt()
    {
        var run = await AtATerminalAsync(["hash-password"], "Password: ", "wörd of misx\u007ftakes\n", "Again: ", "wörd of mistakes\n");

        Assert.Equal((0, true), (run.Code, run.IsRestored));
        Assert.DoesNotContain("rd of", run.Shown, StringComparison.Ordinal);
        Assert.True(StoredPassword.TryParse(run.Shown.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)[^1], out var password));
        Assert.Equal(PasswordKind.Pbkdf2, password.Kind);
        Assert.True(password.Matches("wörd of mistakes"));
    }

    [Fact]
    public async Task HashPassword_PastedInOnePiece_ShowsNothingOfIt()
    {
        var run = await AtATerminalAsync(["hash-password"], "Password: ", "pasted-word\npasted-word\n");

        Assert.Equal((0, true), (run.Code, run.IsRestored));
        Assert.DoesNotContain("pasted", run.Shown, StringComparison.Ordinal);
        Assert.Contains(StoredPassword.Pbkdf2Prefix, run.Shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("one\n", "other\n", "the two are different")]
    [InlineData("\n", "\n", "no password")]
    [InlineData("\u0004", "\u0004", "no password")]
    public async Task HashPassword_Unusable_SaysWhyAndEndsWith2(string first, string second, string expected)
    {
        var run = await AtATerminalAsync(["hash-password"], "Password: ", first, "Again: ", second);

        Assert.Equal((2, true), (run.Code, run.IsRestored));
        Assert.Contains(expected, run.Shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\u0003", 2)]
    [InlineData("\u001c", 3)]
    public async Task HashPassword_Interrupted_LeavesTheTerminalAsItWas(string key, int signal)
    {
        var run = await AtATerminalAsync(["hash-password"], "Password: ", "half", "", key);

        Assert.Equal((-signal, true), (run.Code, run.IsRestored));
        Assert.DoesNotContain("half", run.Shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HashPassword_FromAPipe_ReadsOneLine()
    {
        var (code, output, errors) = await PipeAsync("piped word\nno more\n", "hash-password");

        Assert.Equal((0, ""), (code, errors));
        Assert.True(StoredPassword.TryParse(output.Trim(), out var password));
        Assert.True(password.Matches("piped word"));

        var empty = await PipeAsync("", "hash-password");
        Assert.Equal(2, empty.Code);
        Assert.Contains("no password", empty.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CreateToken_AtATerminalAndInAPipe_TellsTheTokenOnceAndItsSection()
    {
        var run = await AtATerminalAsync(["create-token", "ci", "--role", "operator", "--scope", "web*"]);
        Assert.Equal((0, true), (run.Code, run.IsRestored));
        var token = Assert.Single(run.Shown.Split("\r\n"), line => line.StartsWith(StoredToken.TokenPrefix, StringComparison.Ordinal));
        Assert.Contains("[token:ci]\r\nhash = {SHA256}", run.Shown, StringComparison.Ordinal);
        Assert.Contains("role = operator\r\nscope = web*", run.Shown, StringComparison.Ordinal);
        Assert.Equal(run.Shown.IndexOf(token, StringComparison.Ordinal), run.Shown.LastIndexOf(token, StringComparison.Ordinal));

        // The token alone on stdout, for a script that keeps it.
        var (code, output, errors) = await PipeAsync("", "create-token", "ci");
        Assert.Equal(0, code);
        Assert.StartsWith(StoredToken.TokenPrefix, output, StringComparison.Ordinal);
        var stored = errors.Split('\n').Single(line => line.StartsWith("hash = ", StringComparison.Ordinal))["hash = ".Length..];
        Assert.True(StoredToken.TryParse(stored, out var hash));
        Assert.True(hash.Matches(output.Trim()));
    }

    [Theory]
    [InlineData("there is no role 'king'", "ci", "--role", "king")]
    [InlineData("the scope is empty", "ci", "--scope", ",")]
    [InlineData("needs a name", "a]b")]
    public async Task CreateToken_Wrong_SaysWhyAndEndsWith2(string expected, params string[] arguments)
    {
        var (code, output, errors) = await PipeAsync("", ["create-token", .. arguments]);

        Assert.Equal((2, ""), (code, output));
        Assert.Contains(expected, errors, StringComparison.Ordinal);
    }

    /// <param name="dialogue">In turns: what is waited for on the terminal, and what is typed then.</param>
    private static async Task<TerminalRun> AtATerminalAsync(string[] arguments, params string[] dialogue)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "Startup", "terminal.py");
        var (_, output, errors) = await RunAsync("python3", JsonSerializer.Serialize(dialogue), [script, Program, .. arguments]);
        Assert.True(output.Length > 0, errors);
        var run = JsonElement.Parse(output);
        return new TerminalRun(run.GetProperty("shown").GetString()!, run.GetProperty("code").GetInt32(), run.GetProperty("restored").GetBoolean());
    }

    private static Task<(int Code, string Output, string Errors)> PipeAsync(string input, params string[] arguments) => RunAsync(Program, input, arguments);

    private static async Task<(int Code, string Output, string Errors)> RunAsync(string program, string input, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync().Soon();
        return (process.ExitCode, await output.Soon(), await errors.Soon());
    }

    private sealed record TerminalRun(string Shown, int Code, bool IsRestored);
}
