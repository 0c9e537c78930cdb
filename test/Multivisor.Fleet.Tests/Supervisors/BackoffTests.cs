using Multivisor.Fleet.Supervisors;

namespace Multivisor.Fleet.Tests.Supervisors;

public sealed class BackoffTests
{
    [Fact]
    public void Next_ManyFailures_GrowsFromAQuarterToTenSecondsAndStartsAgain()
    {
        var backoff = new Backoff(new Random(1));
        var delays = Enumerable.Range(0, 20).Select(_ => backoff.Next(restarting: false)).ToArray();

        Assert.InRange(delays[0], TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(300));
        Assert.InRange(delays[1], TimeSpan.FromMilliseconds(400), TimeSpan.FromMilliseconds(600));
        Assert.All(delays, d => Assert.InRange(d, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(10)));
        Assert.All(delays[8..], d => Assert.InRange(d, TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(10)));
        Assert.True(delays[8..].Distinct().Count() > 1);
        Assert.InRange(backoff.Next(restarting: true), TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(500));
        backoff.Reset();
        Assert.InRange(backoff.Next(restarting: false), TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(300));
    }
}
