using System.Text;
using CsCheck;
using Multivisor.Fleet.Links;
using Multivisor.Fleet.Logs;
using Multivisor.Fleet.Tests.Support;
using Multivisor.Supervisord;

namespace Multivisor.Fleet.Tests.Logs;

public sealed class LogTailTests
{
    [Fact]
    public async Task D1_AppendedLine_IsNotPrecededByTheOldText()
    {
        await using var follower = await Follower.OpenAsync(new string('x', 50) + "\n");
        Assert.Equal(new string('x', 50) + "\n", follower.Text);

        Assert.Equal("NEW\n", await follower.AfterAsync(log => log.Append("NEW\n")));
        Assert.Equal("", await follower.AfterAsync(_ => { }));
    }

    [Fact]
    public async Task Follow_LongFile_BeginsWithItsLast4096Octets()
    {
        await using var follower = await Follower.OpenAsync(new string('a', 5000) + "end");

        Assert.Equal(new string('a', 4093) + "end", follower.Text);
    }

    [Fact]
    public async Task Follow_FileClearedOrRotated_ShowsAllThatIsNew()
    {
        await using var follower = await Follower.OpenAsync("old old old old\n");

        Assert.Equal("new\n", await follower.AfterAsync(log => log.Replace("new\n")));
        Assert.Equal("", await follower.AfterAsync(log => log.Replace("")));
        Assert.Equal("again\n", await follower.AfterAsync(log => log.Append("again\n")));
    }

    [Fact]
    public async Task Follow_MoreThanOneWindowAtATime_LosesNothing()
    {
        await using var follower = await Follower.OpenAsync("start");
        var much = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"{i:x} "));

        Assert.Equal(much, await follower.AfterAsync(log => log.Append(much)));
    }

    [Fact]
    public async Task Follow_FarMoreThanCanBeSent_SaysWhatItSkips()
    {
        await using var follower = await Follower.OpenAsync("start");

        var text = await follower.AfterAsync(log => log.Append(new string('z', 300 * 1024)));

        Assert.StartsWith($"\n[{44 * 1024} bytes skipped]\nzzz", text, StringComparison.Ordinal);
        Assert.Equal(256 * 1024, text.Count(c => c == 'z'));
    }

    [Fact]
    public async Task Follow_WritesOnWhileItIsRead_EachOctetComesOnce()
    {
        await using var follower = await Follower.OpenAsync("é");
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
        await using var follower = await Follower.OpenAsync("xé" + new string('a', 4095));
        Assert.Equal(new string('a', 4095), follower.Text);

        Assert.Equal("b", await follower.AfterAsync(log => log.Append("b")));
    }

    [Fact]
    public async Task D15_CharacterIsNotWrittenToItsEndYet_ItComesWhenItIs()
    {
        await using var follower = await Follower.OpenAsync("start");
        var character = Encoding.UTF8.GetBytes("😀");

        Assert.Equal("", await follower.AfterAsync(log => log.Append([.. "a"u8, .. character[..2]])));
        Assert.Equal("a😀", await follower.AfterAsync(log => log.Append(character.AsSpan(2))));
    }

    [Fact]
    public async Task D15_BinaryRubbishInTheLog_IsNamedAndTheLogGoesOn()
    {
        await using var follower = await Follower.OpenAsync("start");
        var text = await follower.AfterAsync(log => log.Append([0xff, 0xfe, 0xff]));
        for (var i = 0; i < 4; i++)
            text += await follower.AfterAsync(_ => { });
        text += await follower.AfterAsync(log => log.Append("after"));

        Assert.Equal("\n[3 bytes that supervisord cannot send as text]\nafter", text);
    }

    [Fact]
    public async Task Follow_SupervisorLost_Throws()
    {
        await using var follower = await Follower.OpenAsync("start");
        follower.Supervisord.Unreachable = new LinkException("gone");
        follower.Supervisord.Lose("cable pulled");
        await follower.Fleet.WhenAsync(s => !s.IsRunning);

        var error = await Assert.ThrowsAsync<LinkException>(() => follower.AfterAsync(_ => { }));

        Assert.Contains("s1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Follow_ProcessNoLongerExists_ThrowsTheFault()
    {
        await using var follower = await Follower.OpenAsync("start");
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

        await using var follower = await Follower.OpenAsync("");
        var file = "";
        foreach (var (clear, text) in scripts.SelectMany(s => s))
        {
            // A file that is replaced by one of at least the same size cannot be told from one that grew.
            if (clear && Encoding.UTF8.GetByteCount(text) >= Encoding.UTF8.GetByteCount(file))
                continue;
            file = clear ? text : file + text;
            Assert.Equal(text, await follower.AfterAsync(log => log.Replace(file)));
        }
    }

    /// <summary>An open log and the clock that makes it read again.</summary>
    private sealed class Follower : IAsyncDisposable
    {
        private IAsyncEnumerator<LogPiece> _pieces = null!;

        public required FleetHarness Fleet { get; init; }

        public required FakeSupervisord Supervisord { get; init; }

        public FakeLog Log => Supervisord.Log;

        public string Text => _pieces.Current.Text;

        public static async Task<Follower> OpenAsync(string text)
        {
            var supervisord = new FakeSupervisord("s1").With("g:p");
            supervisord.Log.Append(text);
            var fleet = await FleetHarness.StartAsync(supervisord);
            var follower = new Follower { Fleet = fleet, Supervisord = supervisord };
            follower._pieces = fleet.Fleet.OpenLog(fleet.Supervisor("s1"), "g:p", LogChannel.Stdout)
                .FollowAsync(CancellationToken.None).GetAsyncEnumerator();
            Assert.True(await follower._pieces.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10)));
            return follower;
        }

        public async Task<string> AfterAsync(Action<FakeLog> change)
        {
            var next = _pieces.MoveNextAsync().AsTask();
            change(Log);
            // It may still be at its last read: then a single step of the clock would come too early for it.
            await Fleet.AdvanceUntilAsync(() => next.IsCompleted, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1));
            Assert.True(await next);
            return Text;
        }

        public async ValueTask DisposeAsync()
        {
            await _pieces.DisposeAsync();
            await Fleet.DisposeAsync();
        }
    }
}
