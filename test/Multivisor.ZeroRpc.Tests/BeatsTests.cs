using Microsoft.Extensions.Time.Testing;

namespace Multivisor.ZeroRpc.Tests;

public sealed class BeatsTests
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(250);

    [Fact]
    public void Join_WhateverIsDueFromWherever_MeetsAtSharedMomentsAndNeverTooEarly()
    {
        var time = new FakeTimeProvider();
        Assert.Equal(TimeSpan.TicksPerSecond, time.TimestampFrequency);
        var moments = new HashSet<long>();
        for (var i = 0; i < 1000; i++)
        {
            var due = TimeSpan.FromMilliseconds(100 + (i * 7 % 500));
            var joined = Beats.Join(due, Beat, time);
            Assert.InRange(joined - due, TimeSpan.Zero, Beat);
            moments.Add((time.GetTimestamp() + joined.Ticks) % Beat.Ticks);
            time.Advance(TimeSpan.FromMilliseconds(13));
        }

        Assert.Single(moments);
    }

    [Fact]
    public void Join_WithoutABeat_ChangesNothing() => Assert.Equal(TimeSpan.FromSeconds(3), Beats.Join(TimeSpan.FromSeconds(3), TimeSpan.Zero, new FakeTimeProvider()));
}
