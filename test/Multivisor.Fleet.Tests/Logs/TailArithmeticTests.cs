using System.Text;
using Multivisor.Fleet.Logs;
using Multivisor.Supervisord;
using Multivisor.Testing;

namespace Multivisor.Fleet.Tests.Logs;

/// <summary>Every row of supervisor.md section 5.1, against a real supervisord, and what a follower at that position makes of it.</summary>
public sealed class TailArithmeticTests
{
    private static readonly string File = string.Concat(Enumerable.Range(0, 100).Select(i => (char)('!' + (i % 90))));

    [Fact]
    public async Task Of_EveryRow_GivesWhatIsNewAndNothingTwice()
    {
        await using var supervisord = await SupervisordInstance.StartAsync(new()
        {
            Sections = "[program:p]\ncommand=/bin/sleep 1000\nautostart=false\nstdout_logfile={dir}/p.log\nstderr_logfile=NONE\n",
        });
        await System.IO.File.WriteAllTextAsync(Path.Combine(supervisord.Folder, "p.log"), File);
        await using var client = new SupervisordClient(SupervisordUrl.Parse(supervisord.UnixUrl));

        foreach (var (offset, length, last, overflow, fresh, skipped) in ((int, int, int, bool, int, int)[])
        [
            (0, 0, 0, true, 0, 100),
            (0, 10, 10, true, 10, 90),
            (0, 100, 100, false, 100, 0),
            (0, 200, 100, false, 100, 0),
            (90, 10, 10, false, 10, 0),
            (90, 50, 50, false, 10, 0),
            (95, 50, 50, false, 5, 0),
            (50, 20, 20, true, 20, 30),
            (100, 10, 0, false, 0, 0),
            (50, 1, 1, true, 1, 49),
            (99, 1, 1, false, 1, 0),
        ])
        {
            var answer = await TailAsync(client, offset, length);
            Assert.Equal(new LogTailChunk(File[^last..], 100, overflow), answer);
            var found = TailArithmetic.Of(offset, length, answer);
            Assert.Equal((skipped, File[^fresh..], 100, false), (found.Skipped, Encoding.UTF8.GetString(found.Octets.Span), found.Position, found.IsReplaced));
        }

        // Behind the end the offset falls back: the file is another one.
        Assert.Equal(new LogTailChunk("", 100, false), await TailAsync(client, 150, 10));
        Assert.True(TailArithmetic.Of(150, 10, await TailAsync(client, 150, 10)).IsReplaced);
        // What no follower asks for.
        Assert.Equal(new LogTailChunk(File[^5..], 100, true), await TailAsync(client, -10, 5));
        Assert.Equal(new LogTailChunk("", 100, true), await TailAsync(client, 0, -5));
        // No file.
        Assert.Equal(new LogTail("", 0, false), await client.TailProcessStderrLogAsync("p", 7, 10));
        // Cut inside a character.
        await System.IO.File.WriteAllTextAsync(Path.Combine(supervisord.Folder, "p.log"), "aé");
        Assert.Equal(500, (await Assert.ThrowsAsync<SupervisordHttpException>(() => client.TailProcessStdoutLogAsync("p", 2, 1))).Status);
    }

    /// <summary>What is known to be before the position tells one file from another, as far as it was sent.</summary>
    [Theory]
    [InlineData("abc", 6, "abcNEW", "NEW")]
    [InlineData("abc", 5, "bcNEW", "NEW")]
    [InlineData("xxxabc", 6, "abcNEW", "NEW")]
    [InlineData("abd", 6, "abcNEW", null)]
    [InlineData("ab\r", 6, "bcNEW", "NEW")] // one octet less than was sent: which one is not known
    [InlineData("abd", 3, "NEW", "NEW")] // nothing before it was sent
    public void Of_OctetsBeforeAreKnown_AnotherFileIsSeen(string before, int length, string text, string? fresh)
    {
        var found = TailArithmetic.Of(3, length, new LogTailChunk(text, 6, false), Encoding.UTF8.GetBytes(before));

        Assert.Equal(fresh is null, found.IsReplaced);
        Assert.Equal(fresh ?? "", Encoding.UTF8.GetString(found.Octets.Span));
    }

    private static async Task<LogTailChunk> TailAsync(SupervisordClient client, int offset, int length)
    {
        var answer = await client.TailProcessStdoutLogAsync("p", offset, length);
        return new LogTailChunk(answer.Text, answer.Offset, answer.Overflow);
    }
}
