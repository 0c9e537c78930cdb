using Multivisor.Fleet.Logs;
using Multivisor.Fleet.Tests.Support;

namespace Multivisor.Fleet.Tests.Logs;

/// <summary>The stand-in answers as supervisord does: every row of supervisor.md section 5.1.</summary>
public sealed class FakeLogTests
{
    [Theory]
    [InlineData(0, 0, 0, true)]
    [InlineData(0, 10, 10, true)]
    [InlineData(0, 100, 100, false)]
    [InlineData(0, 200, 100, false)]
    [InlineData(90, 10, 10, false)]
    [InlineData(90, 50, 50, false)]
    [InlineData(95, 50, 50, false)]
    [InlineData(50, 20, 20, true)]
    [InlineData(100, 10, 0, false)]
    [InlineData(150, 10, 0, false)]
    [InlineData(50, 1, 1, true)]
    [InlineData(-10, 5, 5, true)]
    [InlineData(0, -5, 0, true)]
    public void Tail_OneHundredOctets_AnswersAsMeasured(int offset, int length, int last, bool overflow)
    {
        var text = string.Concat(Enumerable.Range(0, 100).Select(i => (char)('!' + (i % 90))));
        var log = new FakeLog();
        log.Append(text);

        Assert.Equal(new LogTailChunk(text[^last..], 100, overflow), log.Tail(offset, length));
    }

    [Fact]
    public void Tail_CutInsideACharacter_Fails()
    {
        var log = new FakeLog();
        log.Append("aé");

        Assert.Throws<LogUnreadableException>(() => log.Tail(0, 1));
        Assert.Equal("é", log.Tail(0, 2).Text);
    }

    [Fact]
    public void Tail_NoFile_IsEmpty() => Assert.Equal(new LogTailChunk("", 0, false), new FakeLog().Tail(0, 10));
}
