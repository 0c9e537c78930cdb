using System.Text;
using Multivisor.Agent.Logs;
using Multivisor.Supervisord.Logs;

namespace Multivisor.Agent.Tests.Logs;

/// <summary>Real files, and everything that may happen to them.</summary>
public sealed class LogCursorTests
{
    private static readonly LogStart All = new(null, 0, null, long.MaxValue / 2, 0);

    [Fact]
    public void Next_FileGrows_EachOctetOnce()
    {
        using var folder = new LogFolder().Write("one\n");
        using var reader = new LogReader(folder, All);

        Assert.Equal("one\n", reader.Drain().Text);
        folder.Write("two\n").Write("three");
        Assert.Equal("one\ntwo\nthree", reader.Drain().Drain().Text);
        Assert.Equal(["Begun@0 lost 0"], reader.Changes);
    }

    [Fact]
    public void Next_RotatedWhileBehind_ReadsAllFilesInOrder()
    {
        using var folder = new LogFolder().Write("a");
        using var reader = new LogReader(folder, All);
        reader.Drain();
        for (var i = 0; i < 5; i++)
            folder.Write($"<{i}").Rotate().Write($"{i}>");

        Assert.Equal("a<00><11><22><33><44>", reader.Drain().Text);
        Assert.Equal(5, reader.Changes.Count(c => c == "Rotated@0 lost 0"));
    }

    [Fact]
    public void Next_RotatedOutOfTheKeptFiles_ReadsOnAndSaysThatItCannotKnow()
    {
        using var folder = new LogFolder().Write("a");
        using var reader = new LogReader(folder, All);
        reader.Drain();
        folder.Write("b");
        for (var i = 0; i < 4; i++)
            folder.Rotate(backups: 2).Write($"{i}");

        // Ours is read to its end although it has no name any more; the next ones that are left follow.
        Assert.Equal("ab123", reader.Drain().Text);
        Assert.Equal(["Begun@0 lost 0", "Rotated@0 lost ?", "Rotated@0 lost 0", "Rotated@0 lost 0"], reader.Changes);
    }

    [Fact]
    public void Next_ClearedBySupervisord_IsClearedAndNothingIsLost()
    {
        using var folder = new LogFolder().Write("old").Rotate().Write("a");
        using var reader = new LogReader(folder, All);
        reader.Drain();
        folder.Write("b").Clear().Write("new");

        Assert.Equal("oldabnew", reader.Drain().Text);
        Assert.Equal("Cleared@0 lost 0", reader.Changes[^1]);
    }

    [Fact]
    public void Next_TruncatedInPlace_BeginsAnew()
    {
        using var folder = new LogFolder().Write("some text");
        using var reader = new LogReader(folder, All);
        reader.Drain();
        folder.Truncate("x");

        Assert.Equal("some textx", reader.Drain().Text);
        Assert.Equal("Cleared@0 lost ?", reader.Changes[^1]);
    }

    [Fact]
    public void Next_TruncatedAndGrownPastTheOldEnd_IsNoticedByWhatIsBefore()
    {
        using var folder = new LogFolder().Write("some text");
        using var reader = new LogReader(folder, All);
        reader.Drain();
        folder.Truncate("another and longer text");

        Assert.Equal("some textanother and longer text", reader.Drain().Text);
        Assert.Equal("Cleared@0 lost ?", reader.Changes[^1]);
    }

    [Fact]
    public void Next_DeletedAndMadeAgain_GoesOn()
    {
        using var folder = new LogFolder().Write("a");
        using var reader = new LogReader(folder, All);
        reader.Drain();
        File.Delete(folder.Path);
        reader.Drain();
        folder.Write("b");

        Assert.Equal("ab", reader.Drain().Text);
        Assert.Equal("Cleared@0 lost 0", reader.Changes[^1]);
    }

    [Fact]
    public void Next_RenamedByAnotherRule_ReadsTheOldToItsEnd()
    {
        using var folder = new LogFolder().Write("a");
        using var reader = new LogReader(folder, All);
        reader.Drain();
        folder.Write("b");
        File.Move(folder.Path, folder.Path + "-20261124");
        reader.Drain();
        folder.Write("c");

        Assert.Equal("abc", reader.Drain().Text);
        Assert.Equal("Rotated@0 lost 0", reader.Changes[^1]);
    }

    [Fact]
    public void Begin_NoFileYet_WaitsForIt()
    {
        using var folder = new LogFolder();
        using var reader = new LogReader(folder);
        Assert.Equal("", reader.Drain().Text);
        folder.Write("first");

        Assert.Equal("first", reader.Drain().Text);
        Assert.Equal(["Begun@0 lost 0", "Begun@0 lost 0"], reader.Changes);
    }

    [Theory]
    [InlineData(0, "")]
    [InlineData(1, "ten\n")]
    [InlineData(3, "eight\nnine\nten\n")]
    [InlineData(4, "seven\neight\nnine\nten\n")]
    [InlineData(100, "six\nseven\neight\nnine\nten\n")]
    public void Begin_LastLines_AlsoFromRotatedFiles(int lines, string text)
    {
        using var folder = new LogFolder().Write("six\nseven\n").Rotate().Write("eight\n").Rotate().Write("nine\nten\n");
        using var reader = new LogReader(folder, new LogStart(null, 0, null, 0, lines));

        Assert.Equal(text, reader.Drain().Text);
    }

    [Theory]
    [InlineData(3, "en\n")]
    [InlineData(11, "t\nnine\nten\n")]
    public void Begin_LastOctets_AlsoFromRotatedFiles(int octets, string text)
    {
        using var folder = new LogFolder().Write("eight\n").Rotate().Write("nine\nten\n");
        using var reader = new LogReader(folder, new LogStart(null, 0, null, octets, 0));

        Assert.Equal(text, reader.Drain().Text);
    }

    [Fact]
    public void Begin_PositionInARotatedFile_ContinuesThere()
    {
        using var folder = new LogFolder().Write("read, ");
        FileIdentity file;
        using (var first = new LogReader(folder, All))
            file = first.Drain().LastFile.Identity!.Value;
        folder.Write("not read").Rotate().Write(", nor this").Rotate().Write(", nor that");

        using var second = new LogReader(folder, new LogStart(file, 6, LogCheck.Of("read, "u8), 0, 0));

        Assert.Equal("not read, nor this, nor that", second.Drain().Text);
        Assert.Equal("Resumed@6 lost 0", second.Changes[0]);
    }

    [Fact]
    public void Begin_PositionOfARangeBehindItsFile_ContinuesInTheYoungerOne()
    {
        using var folder = new LogFolder().Write("12345");
        FileIdentity file;
        using (var first = new LogReader(folder, All))
            file = first.Drain().LastFile.Identity!.Value;
        folder.Rotate().Write("67").Rotate().Write("89 rest");

        using var behind = new LogReader(folder, new LogStart(file, 9, null, 0, 0));
        Assert.Equal(" rest", behind.Drain().Text);
        Assert.Equal("Resumed@2 lost 0", behind.Changes[0]);

        using var nowhere = new LogReader(folder, new LogStart(file, 99, null, 0, 0));
        Assert.Equal("89 rest", nowhere.Drain().Text);
        Assert.Equal("Cleared@0 lost ?", nowhere.Changes[0]);
    }

    [Fact]
    public void Begin_PositionInAFileWithOtherContent_BeginsAnew()
    {
        using var folder = new LogFolder().Write("read, ");
        FileIdentity file;
        using (var first = new LogReader(folder, All))
            file = first.Drain().LastFile.Identity!.Value;
        folder.Truncate("something else");

        using var second = new LogReader(folder, new LogStart(file, 6, LogCheck.Of("read, "u8), 0, 0));

        Assert.Equal("something else", second.Drain().Text);
        Assert.Equal("Cleared@0 lost ?", second.Changes[0]);
    }

    [Fact]
    public void Begin_PositionInAFileThatIsGone_RepeatsNothing()
    {
        using var folder = new LogFolder().Write("older").Rotate().Write("read");
        FileIdentity file;
        using (var first = new LogReader(folder, All))
            file = first.Drain().LastFile.Identity!.Value;
        folder.Clear().Write("new");

        using var second = new LogReader(folder, new LogStart(file, 4, LogCheck.Of("read"u8), 0, 0));

        Assert.Equal("new", second.Drain().Text);
        Assert.Contains("lost ?", second.Changes[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Next_TooFarBehind_SkipsWithTheExactNumber()
    {
        using var folder = new LogFolder().Write("start");
        using var reader = new LogReader(folder, All, maxLag: 1000);
        reader.Drain();
        folder.Write(new string('a', 700)).Rotate().Write(new string('b', 700)).Rotate().Write(new string('c', 300) + "end");

        // When the first file is read to its end 1003 wait, of which 500 are kept.
        Assert.Equal($"start{new string('a', 700)}{new string('b', 197)}{new string('c', 300)}end", reader.Drain().Text);
        Assert.Equal(["Begun@0 lost 0", "Skipped@503 lost 503", "Rotated@0 lost 0"], reader.Changes);
        folder.Write(new string('d', 2000));
        reader.Drain();
        Assert.Equal(("Skipped@1803 lost 1500", new string('d', 500)), (reader.Changes[^1], reader.Text[^500..]));
    }

    [Fact]
    public void Next_SparseFileOf5GiB_ReadsItsEnd()
    {
        using var folder = new LogFolder().Write("begin");
        using (var file = new FileStream(folder.Path, FileMode.Open, FileAccess.Write))
        {
            file.SetLength(5L << 30);
            file.Seek(0, SeekOrigin.End);
            file.Write("the end"u8);
        }

        using var reader = new LogReader(folder, new LogStart(null, 0, null, 7, 0));
        Assert.Equal("the end", reader.Drain().Text);
        Assert.Equal("Begun@5368709120 lost 0", reader.Changes[0]);
        folder.Write("!");
        Assert.Equal("the end!", reader.Drain().Text);
    }

    [Fact]
    public void Next_AnyOctets_AreGivenAsTheyAre()
    {
        byte[] octets = [.. Enumerable.Range(0, 256).Select(i => (byte)i), 0xe2, 0x82, .. Enumerable.Repeat((byte)'x', 1 << 20), 0, 0x1b, (byte)'\r'];
        using var folder = new LogFolder().Write(octets);
        using var reader = new LogReader(folder, All);

        Assert.Equal(octets, reader.Drain().Octets);
    }

    [Fact]
    public async Task Next_FileGrowsAsFastAsItCan_IsReadWithoutALoss()
    {
        using var folder = new LogFolder().Write("");
        using var cursor = new LogCursor(folder.Family, 1 << 30);
        cursor.Begin(All);
        const int Pieces = 500;
        var piece = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 16_000).Select(i => $"{i:d7}\n")));
        var writing = Task.Run(() =>
        {
            using var file = new FileStream(folder.Path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            for (var i = 0; i < Pieces; i++)
                file.Write(piece);
        });

        var read = 0L;
        while (read < Pieces * (long)piece.Length)
        {
            if (cursor.Next() is not LogStep.Data data)
            {
                Assert.False(writing.IsFaulted);
                continue;
            }

            Assert.Equal(read, data.Offset);
            var at = (int)(read % piece.Length);
            var length = Math.Min(data.Octets.Length, piece.Length - at);
            Assert.True(data.Octets.AsSpan(0, length).SequenceEqual(piece.AsSpan(at, length)) && data.Octets.AsSpan(length).SequenceEqual(piece.AsSpan(0, data.Octets.Length - length)));
            read += data.Octets.Length;
        }

        await writing;
    }

    [Fact]
    public void TryOpen_FolderOrDeviceOrFifo_IsRefusedAtOnce()
    {
        using var folder = new LogFolder();
        var fifo = Path.Combine(Path.GetDirectoryName(folder.Path)!, "fifo");
        using (var make = System.Diagnostics.Process.Start("mkfifo", [fifo]))
            make.WaitForExit();

        Assert.Null(LogFile.TryOpen(Path.GetDirectoryName(folder.Path)!));
        Assert.Null(LogFile.TryOpen("/dev/zero"));
        Assert.Null(LogFile.TryOpen(fifo));
        Assert.Null(LogFile.TryOpen(folder.Path));
    }

    /// <summary>The writer never waits for the reader; what it does between two looks is chosen by a seed.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Next_RandomWritesRotationsAndResumes_IsByteIdentical(int seed)
    {
        var random = new Random(seed);
        using var folder = new LogFolder().Write("begin\n");
        var expected = new StringBuilder("begin\n");
        var got = new List<byte>();
        LogStart start = All;
        for (var round = 0; round < 40; round++)
        {
            using var reader = new LogReader(folder, start);
            for (var i = random.Next(6); i >= 0; i--)
            {
                for (var lines = random.Next(20); lines > 0; lines--)
                {
                    var line = $"{expected.Length} {new string((char)('a' + random.Next(26)), random.Next(60))}\n";
                    expected.Append(line);
                    folder.Write(line);
                    if (random.Next(15) == 0)
                        folder.Rotate(backups: 200);
                }

                if (random.Next(3) == 0)
                    reader.Step();
                else if (random.Next(2) == 0)
                    reader.Drain();
            }

            reader.Drain();
            got.AddRange(reader.Octets);
            var all = Encoding.UTF8.GetBytes(expected.ToString());
            var offset = new FileInfo(folder.Path).Length;
            start = new LogStart(FileStat.Of(folder.Path)!.Value.Identity, offset, LogCheck.Of(all.AsSpan(all.Length - (int)offset)), 0, 0);
        }

        Assert.Equal(expected.ToString(), Encoding.UTF8.GetString([.. got]));
    }
}
