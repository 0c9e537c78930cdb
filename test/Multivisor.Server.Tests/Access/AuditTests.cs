using System.Text.Json;
using Multivisor.Server.Audit;
using Multivisor.Server.Tests.Support;

namespace Multivisor.Server.Tests.Access;

/// <summary>The audit log: what is in it, and what becomes known when somebody changed it.</summary>
public sealed class AuditTests
{
    private static readonly DateTimeOffset Time = new(2026, 11, 24, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task SignInRefusalAndAction_AreEntriesOfOneChain()
    {
        using var folder = new TempFile("unused", "");
        var path = Path.Combine(Path.GetDirectoryName(folder.Path)!, "audit.log");
        await using var agent = ScriptedAgent.Start("s1", ScriptedAgent.Process("g:p"));
        await using (var server = await TestServer.StartAsync(TestServer.Config($"username=root\npassword=canary\naudit_log={path}\n[user:bob]\npassword=pw\nrole=viewer\n", agent)))
        {
            using var wrong = await server.PostAsync("/api/login", ("username", "typed-a-password"), ("password", "x"));
            var root = await server.SignInAsync("root", "canary");
            using var stop = await server.CallAsync("POST", "/api/process/stop", ("Cookie", root));
            using var refused = await server.CallAsync("POST", "/api/process/stop", ("Cookie", await server.SignInAsync("bob", "pw")));
            using var evil = await server.CallAsync("POST", "/api/process/stop", ("Cookie", root), ("Origin", "https://evil.example"));
            using var reload = await server.CallAsync("POST", "/api/admin/reload", ("Cookie", root));
            using var logout = await server.CallAsync("POST", "/api/logout", ("Cookie", root));
            Assert.Equal((200, 403, 403, 200), ((int)stop.StatusCode, (int)refused.StatusCode, (int)evil.StatusCode, (int)reload.StatusCode));
        }

        var text = await File.ReadAllTextAsync(path);
        Assert.DoesNotContain("typed-a-password", text, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", text, StringComparison.Ordinal);
        var entries = text.TrimEnd('\n').Split('\n').Select(line => JsonElement.Parse(line)).ToArray();
        Assert.Equal(
            ["sign-in unknown refused", "sign-in [global] done", "action [global] asked", "result [global] 1 done, 0 failed, 0 skipped", "sign-in bob done",
                "refusal bob 403", "refusal [global] 403", "action [global] asked", "result [global] answered 200", "sign-out [global] done"],
            entries.Select(e => $"{e.GetProperty("kind").GetString()} {e.GetProperty("who").GetString()} {e.GetProperty("result").GetString()}"));
        Assert.All(entries, e => Assert.Equal("127.0.0.1", e.GetProperty("from").GetString()));
        Assert.Equal("done", entries[3].GetProperty("targets").GetProperty("s1:g:p").GetString());
        Assert.Contains("uid=s1:g:p", entries[3].GetProperty("detail").GetString(), StringComparison.Ordinal);
        var verdict = Check(text);
        Assert.Equal((1L, (long)entries.Length, 0), (verdict.FirstNumber, verdict.Last!.Number, verdict.BrokenLine));
    }

    [Theory]
    [InlineData("changed", 3)]
    [InlineData("removed", 3)]
    [InlineData("inserted", 4)]
    [InlineData("swapped", 3)]
    [InlineData("torn", 5)]
    public void Check_BrokenFile_TellsTheFirstBrokenLine(string how, int line)
    {
        var lines = Lines(5);
        var broken = how switch
        {
            "changed" => [.. lines[..2], lines[2].Replace("entry 3", "entry x", StringComparison.Ordinal), .. lines[3..]],
            "removed" => [.. lines[..2], .. lines[3..]],
            "inserted" => [.. lines[..3], lines[1], .. lines[3..]],
            "swapped" => [.. lines[..2], lines[3], lines[2], lines[4]],
            _ => (string[])[.. lines[..4], lines[4][..20]],
        };
        var verdict = Check(string.Concat(broken.Select((l, i) => how == "torn" && i == 4 ? l : $"{l}\n")));
        Assert.Equal(line, verdict.BrokenLine);
        Assert.NotNull(verdict.Problem);
        Assert.Equal(line - 1, verdict.Last!.Number);
    }

    [Fact]
    public void File_OpenedAgain_ContinuesTheChainAlsoAfterATornLine()
    {
        using var file = new TempFile("audit.log", "");
        Append(file.Path, null, "a", "b");
        Append(file.Path, null, "c");
        Assert.Equal(3, Check(File.ReadAllText(file.Path)).Last!.Number);

        File.AppendAllText(file.Path, "{\"n\":4,\"time\":\"half a li");
        Append(file.Path, null, "d");
        var lines = File.ReadAllLines(file.Path);
        Assert.Equal(5, lines.Length);
        Assert.Equal((4, 3L), (Check(File.ReadAllText(file.Path)).BrokenLine, Check(File.ReadAllText(file.Path)).Last!.Number));
        Assert.Equal(0, Check(string.Join('\n', [.. lines[..3], lines[4], ""])).BrokenLine);
    }

    [Fact]
    public void File_MovedAway_IsContinuedInANewOne()
    {
        using var file = new TempFile("audit.log", "");
        var head = Append(file.Path, null, "a", "b");
        var first = File.ReadAllText(file.Path);
        File.Move(file.Path, file.Path + ".1");
        Append(file.Path, head, "c");
        var second = File.ReadAllText(file.Path);
        Assert.Equal((3L, 0), (Check(second).FirstNumber, Check(second).BrokenLine));
        Assert.Equal(0, Check(first + second).BrokenLine);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file.Path));
    }

    [Fact]
    public async Task Reload_AuditLogThatCannotBeWritten_IsRefused()
    {
        await using var server = await TestServer.StartAsync("[global]\n");
        server.ConfigFile.Write("[global]\naudit_log = /nonexistent/folder/audit.log\n");
        using var reload = await server.PostAsync("/api/admin/reload");
        Assert.Equal(409, (int)reload.StatusCode);
        Assert.Contains("/nonexistent/folder/audit.log", await reload.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public void Flood_OfStrangers_IsCountedAndNotWritten()
    {
        var time = new ManualTime();
        var flood = new AuditFlood(time);
        for (var i = 0; i < AuditFlood.PerMinute; i++)
            Assert.True(flood.Passes(out _));
        for (var i = 0; i < 1000; i++)
            Assert.False(flood.Passes(out _));
        time.Pass(TimeSpan.FromMinutes(1));
        Assert.True(flood.Passes(out var dropped));
        Assert.Equal(1000, dropped);
    }

    [Fact]
    public async Task VerifyAudit_OfTheProgram_SaysWhatHoldsAndWhatDoesNot()
    {
        using var good = new TempFile("audit.log", string.Concat(Lines(3).Select(l => $"{l}\n")));
        var (code, output, _) = await ServerProcess.RunAsync("verify-audit", good.Path);
        Assert.Equal(0, code);
        Assert.Contains("entries 1 to 3 hold", Assert.Single(output), StringComparison.Ordinal);

        good.Write((await File.ReadAllTextAsync(good.Path)).Replace("entry 2", "entry 9", StringComparison.Ordinal));
        var (broken, _, errors) = await ServerProcess.RunAsync("verify-audit", good.Path);
        Assert.Equal(1, broken);
        Assert.Contains($"{good.Path}:2: it was changed", Assert.Single(errors), StringComparison.Ordinal);
        Assert.Equal(2, (await ServerProcess.RunAsync("verify-audit", "/nonexistent/audit.log")).ExitCode);
    }

    private static AuditHead Append(string path, AuditHead? head, params string[] details)
    {
        using var file = AuditFile.Open(path, head);
        foreach (var detail in details)
            file.Append(new AuditEntry("action") { Detail = detail }, Time);
        return file.Head;
    }

    private static string[] Lines(int count)
    {
        var head = AuditHead.Start;
        var lines = new List<string>();
        for (var i = 1; i <= count; i++)
        {
            var (line, next) = AuditChain.Add(head, new AuditEntry("action") { Detail = $"entry {i}", Targets = [("s1:g:p", "done")], TargetCount = 1 }, Time);
            lines.Add(System.Text.Encoding.UTF8.GetString(line).TrimEnd('\n'));
            head = next;
        }

        return [.. lines];
    }

    private static AuditVerdict Check(string text)
    {
        using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text));
        return AuditCheck.Run(stream);
    }
}
