using System.Text;
using CsCheck;
using Multivisor.Fleet.Links;
using Multivisor.Fleet.Logs;
using Multivisor.Fleet.Tests.Support;
using Multivisor.Supervisord;

namespace Multivisor.Fleet.Tests.Logs;

/// <summary>Logs through supervisord's own calls: with both of them, and with <c>tailProcess…Log</c> alone.</summary>
public abstract class RpcLogTests(bool hasReadLog)
{
    [Fact]
    public async Task D1_AppendedLine_IsNotPrecededByTheOldText()
    {
        await using var follower = await OpenAsync(new string('x', 50) + "\n");
        Assert.Equal(new string('x', 50) + "\n", follower.Text);

        Assert.Equal("NEW\n", await follower.AfterAsync(log => log.Append("NEW\n")));
        Assert.Equal("", await follower.AfterAsync(_ => { }));
    }

    [Fact]
    public async Task Follow_LongFile_BeginsWithItsLast4096Octets()
    {
        await using var follower = await OpenAsync(new string('a', 5000) + "end");

        Assert.Equal(new string('a', 4093) + "end", follower.Text);
    }

    [Fact]
    public async Task Follow_FileClearedOrRotated_ShowsAllThatIsNew()
    {
        await using var follower = await OpenAsync("old old old old\n");

        Assert.Equal("[? rotated]new\n", await follower.AfterAsync(log => log.Replace("new\n")));
        Assert.Equal("[? rotated]", await follower.AfterAsync(log => log.Replace("")));
        Assert.Equal("again\n", await follower.AfterAsync(log => log.Append("again\n")));
    }

    [Fact]
    public async Task Follow_MoreThanOneWindowAtATime_LosesNothing()
    {
        await using var follower = await OpenAsync("start");
        var much = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"{i:x} "));

        Assert.Equal(much, await follower.AfterAsync(log => log.Append(much)));
    }

    [Fact]
    public async Task Follow_FarMoreThanCanBeSent_IsAllTheMoreExact()
    {
        await using var follower = await OpenAsync("start");

        var text = await follower.AfterAsync(log => log.Append(new string('z', 300 * 1024)));

        // With the last octets of the file as the only thing that can be asked for, what lies before them is out of reach.
        Assert.Equal(hasReadLog ? 300 * 1024 : 256 * 1024, text.Count(c => c == 'z'));
        Assert.Equal(hasReadLog ? "" : $"[{44 * 1024} skipped]", text.Replace("z", "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Follow_ReplacedByALongerFile_IsNoticedByWhatIsBefore()
    {
        await using var follower = await OpenAsync("some text\n");

        Assert.Equal("[? rotated]another and longer text\n", await follower.AfterAsync(log => log.Replace("another and longer text\n")));
    }

    /// <summary>Right after any of the questions that find out what is new: its size, its octets, what is before them.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Follow_ReplacedByALongerFileBetweenTwoQuestions_IsNoticed(int questions)
    {
        await using var follower = await OpenAsync("some text\n");
        follower.Log.AfterTail = () =>
        {
            if (--questions == 0)
                follower.Log.Replace("another file, longer than both\n");
        };

        var text = await follower.AfterAsync(log => log.Append("more\n")) + await follower.AfterAsync(_ => { });

        // What was read before is of the first file; it comes or it is among what the mark stands for.
        Assert.Equal("[? rotated]another file, longer than both\n", text.StartsWith("more\n", StringComparison.Ordinal) ? text[5..] : text);
    }

    /// <summary>A line end that was read in two parts comes as one afterwards; that is no other file.</summary>
    [Fact]
    public async Task Follow_LineEndCutInTwoAndSwallowed_IsNoRotation()
    {
        await using var follower = await OpenAsync("start");
        follower.Log.SwallowsCarriageReturns = true;
        var character = Encoding.UTF8.GetBytes("é");

        var text = await follower.AfterAsync(log => log.Append("a\r"));
        text += await follower.AfterAsync(log => log.Append([.. "\nb"u8, character[0]]));
        text += await follower.AfterAsync(log => log.Append([character[1], .. "c\n"u8]));
        text += await follower.AfterAsync(log => log.Append("d\n"));

        Assert.Equal("a\n\nbéc\nd\n", text);
    }

    /// <summary>What the wire may change or refuse is not asked for again.</summary>
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a\r\nb", "\nb")]
    [InlineData("a\u001b[0mb", "[0mb")]
    [InlineData("é", "é")]
    [InlineData("", "")]
    public void Overlap_IsWhatComesUnchangedByACallThatSendsText(string known, string asked) =>
        Assert.Equal(asked, Encoding.UTF8.GetString(LogOverlap.Of(Encoding.UTF8.GetBytes(known))));

    [Fact]
    public void Overlap_BeginsWithAWholeCharacterAndMayEndInsideOne() =>
        Assert.Equal([.. "a€"u8, 0xE2, 0x82], LogOverlap.Of([0x82, 0xAC, .. "a€"u8, 0xE2, 0x82]));

    [Fact]
    public async Task Follow_ResumedAtAPosition_RepeatsNothing()
    {
        await using var follower = await OpenAsync("größer\n");
        var position = follower.Position;
        follower.Log.Append("néw\n");
        await using var second = follower.Fleet.Fleet.OpenLog(follower.Fleet.Supervisor("s1"), new LogTarget("g:p", LogChannel.Stdout), LogStart.At(position));

        Assert.Equal(new LogEvent.Moved(LogMove.Resumed, "", 9, default, 0), Assert.IsType<LogEvent.Moved>(await second.NextAsync(default)) with { Before = default });
        var next = second.NextAsync(default).AsTask();
        await follower.Fleet.AdvanceUntilAsync(() => next.IsCompleted, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1));
        Assert.Equal("néw\n", Encoding.UTF8.GetString(Assert.IsType<LogEvent.Data>(await next).Octets.Span));
    }

    [Fact]
    public async Task Follow_WritesOnWhileItIsRead_EachOctetComesOnce()
    {
        await using var follower = await OpenAsync("é");
        var left = 5;
        follower.Log.AfterTail = () =>
        {
            if (left-- > 0)
                follower.Log.Append($"<{left}é>");
        };

        var text = await follower.AfterAsync(log => log.Append("[é]"));
        text += await follower.AfterAsync(_ => { });

        Assert.Equal("[é]<4é><3é><2é><1é><0é>", text);
    }

    [Fact]
    public async Task D15_WindowCutsACharacter_TheLogGoesOn()
    {
        // The last 4096 octets begin with the second octet of a character.
        await using var follower = await OpenAsync("xé" + new string('a', 4095));
        Assert.Equal(new string('a', 4095), follower.Text);

        Assert.Equal("b", await follower.AfterAsync(log => log.Append("b")));
    }

    [Fact]
    public async Task D15_CharacterIsNotWrittenToItsEndYet_ItComesWhenItIs()
    {
        await using var follower = await OpenAsync("start");
        var character = Encoding.UTF8.GetBytes("😀");

        // By tail alone, all or nothing can be had.
        Assert.Equal(hasReadLog ? "a" : "", await follower.AfterAsync(log => log.Append([.. "a"u8, .. character[..2]])));
        Assert.Equal(hasReadLog ? "😀" : "a😀", await follower.AfterAsync(log => log.Append(character.AsSpan(2))));
    }

    [Fact]
    public async Task D15_BinaryRubbishInTheLog_IsNamedAndTheLogGoesOn()
    {
        await using var follower = await OpenAsync("start");
        var text = await follower.AfterAsync(log => log.Append([0xff, 0xfe, 0xff]));
        for (var i = 0; i < 4; i++)
            text += await follower.AfterAsync(_ => { });
        text += await follower.AfterAsync(log => log.Append("after"));

        // One by one, or all that is not yet read at once.
        Assert.Equal(hasReadLog ? "[1 skipped][2 skipped]after" : "[3 skipped]after", text);
    }

    [Fact]
    public async Task Follow_SupervisorLost_Throws()
    {
        await using var follower = await OpenAsync("start");
        follower.Supervisord.Unreachable = new LinkException("gone");
        follower.Supervisord.Lose("cable pulled");
        await follower.Fleet.WhenAsync(s => !s.IsRunning);

        var error = await Assert.ThrowsAsync<LinkException>(() => follower.AfterAsync(_ => { }));

        Assert.Contains("s1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Follow_ProcessNoLongerExists_ThrowsTheFault()
    {
        await using var follower = await OpenAsync("start");
        follower.Supervisord.Fault = new SupervisordFaultException(10, "BAD_NAME: g:p");

        Assert.Equal(10, (await Assert.ThrowsAsync<SupervisordFaultException>(() => follower.AfterAsync(_ => { }))).Code);
    }

    [Fact]
    public async Task Follow_RandomAppendsAndTruncations_EachOctetComesOnceInOrder()
    {
        var step = Gen.Frequency(
            (6, Gen.OneOf("a", "bc\n", "é", "😀 z", "line\n", "").Array[0, 5].Select(p => (Clear: false, Text: string.Concat(p)))),
            (1, Gen.OneOf("", "n", "é").Select(p => (Clear: true, Text: p))));
        var scripts = new List<(bool Clear, string Text)[]>();
        step.Array[1, 12].Sample(s => scripts.Add(s), iter: 40, threads: 1);

        await using var follower = await OpenAsync("");
        var file = "";
        foreach (var (clear, text) in scripts.SelectMany(s => s))
        {
            // A file that is replaced by one of at least the same size cannot be told from one that grew.
            if (clear && Encoding.UTF8.GetByteCount(text) >= Encoding.UTF8.GetByteCount(file))
                continue;
            file = clear ? text : file + text;
            Assert.Equal(text, (await follower.AfterAsync(log => log.Replace(file))).Replace("[? rotated]", "", StringComparison.Ordinal));
        }
    }

    private Task<Follower> OpenAsync(string text) => Follower.OpenAsync(text, hasReadLog);

    /// <summary>An open log and the clock that makes it read again.</summary>
    private sealed class Follower : IAsyncDisposable
    {
        private readonly LogTracker _at = new();
        private LogViewer _viewer = null!;

        public required FleetHarness Fleet { get; init; }

        public required FakeSupervisord Supervisord { get; init; }

        public FakeLog Log => Supervisord.Log;

        public LogPosition Position => _at.Position;

        /// <summary>What came at first.</summary>
        public string Text { get; private set; } = "";

        public static async Task<Follower> OpenAsync(string text, bool hasReadLog)
        {
            var supervisord = new FakeSupervisord("s1") { HasReadLog = hasReadLog }.With("g:p");
            supervisord.Log.Append(text);
            var fleet = await FleetHarness.StartAsync(supervisord);
            supervisord.Time = fleet.Time;
            var follower = new Follower { Fleet = fleet, Supervisord = supervisord };
            follower._viewer = fleet.Fleet.OpenLog(fleet.Supervisor("s1"), new LogTarget("g:p", LogChannel.Stdout), LogStart.LastOctets(4096));
            Assert.IsType<LogEvent.Moved>(follower.Note(await follower._viewer.NextAsync(default).AsTask().WaitAsync(TimeSpan.FromSeconds(20))));
            follower.Text = text.Length == 0 ? "" : await follower.AfterAsync(_ => { });
            return follower;
        }

        /// <summary>What comes of a change, with a mark where something is missing; looked for two seconds long.</summary>
        public async Task<string> AfterAsync(Action<FakeLog> change)
        {
            change(Log);
            var text = new StringBuilder();
            for (var second = 0; second < 2; second++)
            {
                var asked = Supervisord.Count("tail");
                // Its questions of this second, and the last of them, that finds nothing new.
                await Fleet.AdvanceUntilAsync(() => Supervisord.Count("tail") > asked, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1));
                await Fleet.AdvanceAsync(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(1));
                while (_viewer.TryNext() is { } happened)
                    text.Append(Show(Note(happened)));
            }

            return text.ToString();
        }

        public async ValueTask DisposeAsync()
        {
            await _viewer.DisposeAsync();
            await Fleet.DisposeAsync();
        }

        private LogEvent Note(LogEvent happened)
        {
            _at.Apply(happened);
            return happened;
        }

        private static string Show(LogEvent happened) => happened switch
        {
            LogEvent.Data data => Encoding.UTF8.GetString(data.Octets.Span),
            LogEvent.Moved moved => $"[{(moved.Lost is { } lost ? lost : "?")} {moved.Reason}]".ToLowerInvariant(),
            _ => $"[{happened}]",
        };
    }
}

public sealed class RpcLogWithReadTests() : RpcLogTests(hasReadLog: true);

public sealed class RpcLogWithTailAloneTests() : RpcLogTests(hasReadLog: false);
