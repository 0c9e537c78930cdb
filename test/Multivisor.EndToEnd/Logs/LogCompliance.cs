using System.Text;
using Multivisor.Fleet.Logs;
using Multivisor.Testing;

namespace Multivisor.EndToEnd.Logs;

/// <summary>
/// What every way to read logs must do, with a real supervisord that rotates while a program writes and the reader comes and goes.
/// </summary>
[Collection(Support.Alone.Name)]
public abstract partial class LogCompliance
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(180);

    /// <summary>Rotated files can be read: nothing may be missing.</summary>
    protected virtual bool IsComplete => false;

    private const int Lines = 200_000;

    private static string Writer => Path.Combine(AppContext.BaseDirectory, "Logs", "writer.py");

    [Fact]
    public async Task Follow_BurstsRotationAndResumes_IsIdenticalButForExactMarks()
    {
        await using var supervisord = await StartAsync($"""
            [program:writer]
            command=/usr/bin/python3 {Writer} {Lines} 500 0.02
            environment=PYTHONIOENCODING="utf-8"
            stdout_logfile={"{dir}"}/writer.log
            stdout_logfile_maxbytes={RotateAt}
            stdout_logfile_backups=50
            stderr_logfile=NONE
            startsecs=0
            autostart=false
            autorestart=false

            """);
        await using var opened = await OpenAsync(supervisord);
        var target = new LogTarget("writer:writer", LogChannel.Stdout);
        await opened.StartWriterAsync();
        await Eventually.IsTrueAsync(() => File.Exists(Path.Combine(supervisord.Folder, "writer.log")), Limit);

        var tape = new Tape();
        var random = new Random(7);
        using var limit = new CancellationTokenSource(Limit);
        var start = LogStart.LastOctets(1L << 40);
        while (!tape.HasEnded)
        {
            // Each life of a reader ends after some events; the next begins where it was.
            var left = random.Next(1, 40);
            await foreach (var happened in opened.Source.FollowAsync(target, start, limit.Token))
            {
                if (!tape.Add(happened, random) || tape.HasEnded || (left-- <= 0 && tape.HasPosition))
                    break;
            }

            if (tape.HasPosition)
                start = LogStart.At(tape.Position);
        }

        tape.Check(Lines, IsComplete);
    }

    /// <summary>Small enough for several rotations, large enough for few within one second.</summary>
    protected virtual string RotateAt => "1MB";

    protected abstract Task<SupervisordInstance> StartAsync(string sections);

    protected abstract Task<OpenedLogs> OpenAsync(SupervisordInstance supervisord);

    /// <summary>All that a reader had, in order, and where it said that something is missing.</summary>
    private sealed class Tape
    {
        private readonly List<byte> _octets = [];
        private readonly List<(int At, long? Lost)> _marks = [];
        private readonly LogTracker _at = new();

        public LogPosition Position => _at.Position;

        public bool HasPosition { get; private set; }

        /// <summary>False when the reader is to go away now.</summary>
        public bool Add(LogEvent happened, Random random)
        {
            switch (happened)
            {
                case LogEvent.Moved moved:
                    if (moved.Lost != 0)
                        Mark(moved.Lost);
                    _at.Apply(moved);
                    break;
                case LogEvent.Data { IsExact: true } data when random.Next(8) == 0 && data.Length > 1:
                    // Gone in the middle of a piece: the rest has to come again.
                    var part = random.Next(1, (int)data.Length);
                    _octets.AddRange(data.Octets.Span[..part]);
                    _at.Pass(data.Octets.Span[..part], part);
                    HasPosition = true;
                    return false;
                case LogEvent.Data data:
                    _octets.AddRange(data.Octets.Span);
                    _at.Apply(data);
                    HasPosition = true;
                    break;
                case LogEvent.Ended ended:
                    Assert.Fail($"ended: {ended.Reason}");
                    break;
            }

            return true;
        }

        /// <summary>The last line is one of those that say so.</summary>
        public bool HasEnded => Ends >= 0;

        private int Ends => _octets.Count > 0 && _octets[^1] == '\n' && Encoding.UTF8.GetString([.. _octets[^Math.Min(120, _octets.Count)..]]).Split('\n') is [.., var last, ""]
            && last.StartsWith("end ", StringComparison.Ordinal) ? int.Parse(last[4..]) : -1;

        public void Check(int lines, bool isComplete)
        {
            var all = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, lines).Select(Line).Concat(Enumerable.Range(0, Ends + 1).Select(n => $"end {n}\n"))));
            var got = _octets.ToArray();
            if (isComplete)
                Assert.Empty(_marks);
            else if (_marks is not [{ At: 0 }, ..])
                _marks.Insert(0, (0, null)); // what was rotated away before it first looked is out of its reach
            var (read, written) = (0, 0);
            foreach (var (at, lost) in _marks.Append((got.Length, 0)))
            {
                var piece = got.AsSpan(read, at - read);
                Assert.True(all.AsSpan(written).StartsWith(piece), $"from octet {written} on it is not what was written: {Shown(piece)}");
                read = at;
                written += piece.Length;
                // After a mark with a number exactly so many are missing; after one without, it goes on somewhere behind.
                if (lost is { } count)
                    written += (int)count;
                else if (NextPiece(got, at) is { Length: > 0 } next)
                    written += all.AsSpan(written).IndexOf(next) is >= 0 and var found ? found : throw new InvalidOperationException($"what follows a mark is nowhere behind it: {Shown(next)}");
            }

            Assert.Equal(all.Length, written);
        }

        /// <summary>Two marks with nothing between them are one.</summary>
        private void Mark(long? lost)
        {
            if (_marks.Count > 0 && _marks[^1].At == _octets.Count)
                _marks[^1] = (_octets.Count, _marks[^1].Lost + lost);
            else
                _marks.Add((_octets.Count, lost));
        }

        private byte[] NextPiece(byte[] got, int at)
        {
            var end = _marks.Select(m => m.At).FirstOrDefault(m => m > at, got.Length);
            return got[at..Math.Min(end, at + 200)];
        }

        private static string Shown(ReadOnlySpan<byte> octets) => Encoding.UTF8.GetString(octets[..Math.Min(200, octets.Length)]);

        /// <summary>As writer.py writes it.</summary>
        private static string Line(int number) => $"{number} {"grün€"[..Math.Min(5, number % 6)]}{new string('x', number * 7 % 90)}\n";
    }
}

/// <summary>A source of logs and what has to be closed with it.</summary>
public sealed class OpenedLogs(object source, Func<Task> startWriter, Func<ValueTask> close) : IAsyncDisposable
{
    internal ILogSource Source => (ILogSource)source;

    public Task StartWriterAsync() => startWriter();

    public ValueTask DisposeAsync() => close();
}
