using Microsoft.Extensions.Time.Testing;
using Multivisor.Fleet.Supervisors;

namespace Multivisor.Fleet.Tests.Supervisors;

public sealed class PollPaceTests
{
    private readonly FakeTimeProvider _time = new();
    private bool _isWatched;

    private PollPace Pace => field ??= new PollPace(new FleetOptions { Time = _time }, () => _isWatched);

    [Fact]
    public void Period_NobodyWatches_IsLong() => Assert.Equal(TimeSpan.FromSeconds(10), Pace.Period);

    [Fact]
    public void Period_SomebodyWatches_IsShort()
    {
        _isWatched = true;

        Assert.Equal(TimeSpan.FromSeconds(0.5), Pace.Period);
    }

    [Fact]
    public void Period_AfterAChange_IsShortForAWhile()
    {
        Pace.Enliven();
        Assert.Equal(TimeSpan.FromSeconds(0.5), Pace.Period);

        _time.Advance(TimeSpan.FromSeconds(6));

        Assert.Equal(TimeSpan.FromSeconds(10), Pace.Period);
    }

    [Theory]
    [InlineData(0.01, 0.5, false)]
    [InlineData(0.1, 2, false)]
    [InlineData(1, 20, true)]
    [InlineData(8, 60, true)]
    public void Period_SlowAnswers_LeaveSupervisordItsTime(double took, double period, bool isSlow)
    {
        _isWatched = true;

        Pace.Answered(TimeSpan.FromSeconds(took));

        Assert.Equal((period, isSlow), (Pace.Period.TotalSeconds, Pace.IsSlow));
    }

    [Fact]
    public void Period_OneSlowAnswerAmongQuickOnes_IsSoonForgotten()
    {
        _isWatched = true;
        Pace.Answered(TimeSpan.FromSeconds(5));

        for (var i = 0; i < 20; i++)
            Pace.Answered(TimeSpan.FromMilliseconds(5));

        Assert.Equal(TimeSpan.FromSeconds(0.5), Pace.Period);
    }
}
