using System.Text;
using Multivisor.Fleet.Logs;
using Multivisor.Testing;

namespace Multivisor.EndToEnd.Logs;

/// <summary>Files that are larger, faster or stranger than most, through each way to read logs of a real supervisord.</summary>
public abstract partial class LogCompliance
{
    private const string Quiet = """
        [program:writer]
        command=/bin/sleep 100000
        stdout_logfile={dir}/writer.log
        stdout_logfile_maxbytes=0
        stderr_logfile=NONE
        startsecs=0
        autostart=false

        """;

    /// <summary>False where nothing can be asked for beyond, which has to be said.</summary>
    protected virtual bool ReachesBeyond2GiB => true;

    private static readonly LogTarget Target = new("writer:writer", LogChannel.Stdout);

    /// <summary>supervisord's numbers have 32 bits, and files have more.</summary>
    [Fact]
    public async Task Follow_FileOf5GiB_ReadsItsEndAndGoesOn()
    {
        await using var supervisord = await StartAsync(Quiet);
        var file = Path.Combine(supervisord.Folder, "writer.log");
        await using (var sparse = new FileStream(file, FileMode.Create, FileAccess.Write))
        {
            sparse.SetLength(5L << 30);
            sparse.Seek(0, SeekOrigin.End);
            sparse.Write("the end\n"u8);
        }

        await using var opened = await OpenAsync(supervisord);
        await opened.StartWriterAsync();
        using var limit = new CancellationTokenSource(Limit);
        if (!ReachesBeyond2GiB)
        {
            var refusal = await Assert.ThrowsAsync<LogUnreadableException>(async () =>
                await opened.Source.FollowAsync(Target, LogStart.LastOctets(8), limit.Token).FirstAsync(limit.Token));
            Assert.Contains("2 GiB or more", refusal.Message, StringComparison.Ordinal);
            return;
        }

        var (got, offset) = (new StringBuilder(), 0L);
        await foreach (var happened in opened.Source.FollowAsync(Target, LogStart.LastOctets(8), limit.Token))
        {
            switch (happened)
            {
                case LogEvent.Moved moved:
                    Assert.Equal((LogMove.Begun, 5L << 30), (moved.Reason, moved.Offset));
                    break;
                case LogEvent.Data data:
                    got.Append(Encoding.UTF8.GetString(data.Octets.Span));
                    offset = data.Offset + data.Length;
                    break;
            }

            if (got.ToString() == "the end\n")
                await File.AppendAllTextAsync(file, "and on\n", limit.Token);
            if (got.ToString() == "the end\nand on\n")
                break;
        }

        Assert.Equal((5L << 30) + 15, offset);
        var extract = await opened.Source.ReadAsync(Target, new LogRange(Length: 11), limit.Token);
        Assert.Equal(((5L << 30) + 4, (5L << 30) + 15), (extract.From, extract.To));
        var read = new List<byte>();
        await foreach (var octets in extract.Octets)
            read.AddRange(octets.Span);
        Assert.Equal("end\nand on\n", Encoding.UTF8.GetString([.. read]));
    }

    [Fact]
    public async Task Follow_OctetsThatAreNoText_AreGivenOrCounted()
    {
        byte[] odd =
        [
            .. "before\n"u8, .. Enumerable.Range(0, 256).Select(i => (byte)i), .. "\n\0\u001b[2J\rback\n"u8, 0xe2, 0x82, (byte)'\n',
            .. Enumerable.Repeat((byte)'x', 1 << 20), .. "\nafter\n"u8,
        ];
        await using var supervisord = await StartAsync(Quiet);
        var file = Path.Combine(supervisord.Folder, "writer.log");
        await using var opened = await OpenAsync(supervisord);
        await opened.StartWriterAsync();
        await Eventually.IsTrueAsync(() => File.Exists(file), Limit);
        await File.WriteAllBytesAsync(file, odd);
        var lost = await ReadUntilAsync(opened, odd.Length * 2L, offset => odd[(int)(offset % odd.Length)], async position =>
        {
            // Once more when all of it is known: now as something new.
            if (position == odd.Length)
                await File.AppendAllBytesAsync(file, odd);
        });
        // Without our agent what is no text is left out, and little else.
        Assert.InRange(lost, 0, IsComplete ? 0 : 400_000);
    }

    [Fact]
    public async Task Follow_Grows50MegabytesASecond_IsExactOrCounted()
    {
        await using var supervisord = await StartAsync(Quiet);
        var file = Path.Combine(supervisord.Folder, "writer.log");
        await using var opened = await OpenAsync(supervisord);
        await opened.StartWriterAsync();
        await Eventually.IsTrueAsync(() => File.Exists(file), Limit);
        // Each line is eight octets, so that an offset tells what is there.
        const int LinesEach = 312_500;
        const int Seconds = 2;
        var writing = Task.Run(async () =>
        {
            await using var log = new FileStream(file, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
            for (var (beat, line) = (0, 0); beat < Seconds * 20; beat++)
            {
                var lines = new StringBuilder(LinesEach * 8);
                for (var i = 0; i < LinesEach; i++)
                    lines.Append($"{line++ % 10_000_000:d7}\n");
                await log.WriteAsync(Encoding.ASCII.GetBytes(lines.ToString()));
                await timer.WaitForNextTickAsync();
            }
        });
        await ReadUntilAsync(opened, Seconds * 20L * LinesEach * 8, offset => (byte)(offset % 8 == 7 ? '\n' : $"{offset / 8 % 10_000_000:d7}"[(int)(offset % 8)]), _ => Task.CompletedTask);
        await writing;
    }

    /// <summary>Every octet that is given is the one at its place, and every other one is counted.</summary>
    /// <returns>Octets that were left out.</returns>
    private static async Task<long> ReadUntilAsync(OpenedLogs opened, long end, Func<long, byte> expected, Func<long, Task> reached)
    {
        using var limit = new CancellationTokenSource(Limit);
        var (position, lost) = (-1L, 0L);
        await foreach (var happened in opened.Source.FollowAsync(Target, LogStart.LastOctets(1L << 40), limit.Token))
        {
            switch (happened)
            {
                case LogEvent.Moved { Reason: LogMove.Begun } begun when position < 0:
                    position = begun.Offset;
                    break;
                case LogEvent.Moved moved:
                    Assert.Equal(moved.Offset, position + (moved.Lost ?? throw new InvalidOperationException($"nobody knows what is missing at {position}")));
                    lost += moved.Lost.Value;
                    position = moved.Offset;
                    break;
                case LogEvent.Data data:
                    Assert.Equal(position, data.Offset);
                    for (var i = 0; data.IsExact && i < data.Octets.Length; i++)
                    {
                        if (data.Octets.Span[i] != expected(position + i))
                            Assert.Fail($"at {position + i} there is {data.Octets.Span[i]} instead of {expected(position + i)}");
                    }

                    position += data.Length;
                    break;
                case LogEvent.Ended ended:
                    Assert.Fail($"ended: {ended.Reason}");
                    break;
            }

            if (position >= end)
                break;
            await reached(position);
        }

        Assert.Equal(end, position);
        return lost;
    }
}
