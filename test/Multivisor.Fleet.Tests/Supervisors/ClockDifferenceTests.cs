using Multivisor.Fleet.Supervisors;
using Multivisor.Supervisord;

namespace Multivisor.Fleet.Tests.Supervisors;

public sealed class ClockDifferenceTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(-1, 0)]
    [InlineData(60, 60)]
    [InlineData(-3600, -3600)]
    public void Of_NowOfSupervisord_TellsWhatWholeSecondsCan(long ahead, double seconds)
    {
        var difference = ClockDifference.Of(null, [Process(Now.ToUnixTimeSeconds() + ahead)], Now, TimeSpan.Zero);

        Assert.Equal(seconds, difference!.Value.TotalSeconds, tolerance: 1);
        Assert.Equal(seconds == 0, difference == TimeSpan.Zero);
    }

    [Fact]
    public void Of_AgreesWithWhatIsKnown_StaysAsItWas()
    {
        var known = TimeSpan.FromSeconds(60);

        Assert.Equal(known, ClockDifference.Of(known, [Process(Now.ToUnixTimeSeconds() + 61)], Now, TimeSpan.Zero));
    }

    [Fact]
    public void Of_NoProcess_KeepsWhatIsKnown() => Assert.Equal(TimeSpan.FromSeconds(9), ClockDifference.Of(TimeSpan.FromSeconds(9), [], Now, TimeSpan.Zero));

    private static ProcessInfo Process(long now) => new() { Name = "a", Group = "g", State = ProcessState.Running, StateName = "RUNNING", Now = now };
}
