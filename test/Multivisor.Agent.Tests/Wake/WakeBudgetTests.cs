using Microsoft.Extensions.Time.Testing;
using Multivisor.Agent.Wake;

namespace Multivisor.Agent.Tests.Wake;

public sealed class WakeBudgetTests
{
    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(60)]
    [InlineData(333)]
    public void TryTake_AskedWithoutEnd_AllowsAtMostTwentyInAnySecond(int stepMilliseconds)
    {
        var budget = new WakeBudget(_time);
        var taken = new List<long>();
        for (var at = 0; at < 10_000; at += stepMilliseconds)
        {
            while (budget.TryTake())
                taken.Add(at);
            _time.Advance(TimeSpan.FromMilliseconds(stepMilliseconds));
        }

        Assert.All(taken, first => Assert.InRange(taken.Count(t => t >= first && t < first + 1000), 1, 20));
        Assert.InRange(taken.Count, 3000 / Math.Max(stepMilliseconds, 20), 155);
    }

    [Fact]
    public void Remaining_NothingLeft_IsTheTimeUntilTryTakeSucceeds()
    {
        var budget = new WakeBudget(_time);
        for (var i = 0; i < WakeBudget.AtOnce; i++)
        {
            Assert.Equal(TimeSpan.Zero, budget.Remaining);
            Assert.True(budget.TryTake());
        }

        Assert.False(budget.TryTake());
        var remaining = budget.Remaining;
        Assert.InRange(remaining.TotalMilliseconds, 60, 70);
        _time.Advance(remaining - TimeSpan.FromMilliseconds(1));
        Assert.False(budget.TryTake());
        _time.Advance(TimeSpan.FromMilliseconds(1.1));
        Assert.True(budget.TryTake());
    }
}
