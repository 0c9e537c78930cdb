using System.Text;
using Multivisor.Supervisord.Events;

namespace Multivisor.Supervisord.Tests.Events;

public sealed class SerialTests
{
    [Fact]
    public void RecentSerials_Redelivery_IsKnownEvenAfterGoingBackwards()
    {
        var serials = new RecentSerials();
        Assert.Equal([true, true, false, true, false, true], new[] { "5", "6", "5", "4", "6", "7" }.Select(serials.Add));
    }

    [Fact]
    public void RecentSerials_Capacity_ForgetsTheOldest()
    {
        var serials = new RecentSerials(2);
        Assert.Equal([true, true, true, true, false], new[] { "1", "2", "3", "1", "3" }.Select(serials.Add));
    }

    [Fact]
    public void PoolSerialGap_DiscardedEvents_AreCounted()
    {
        var gap = new PoolSerialGap();
        var seen = new[] { "0", "1", "4", "2", "5", "x", "16" }.Select(s => gap.Follows(s, out var missing) ? 0 : missing);
        Assert.Equal([0, 0, 2, 0, 0, 0, 10], seen);
    }

    [Fact]
    public async Task ListenerOutput_Answers_AreTheTokensAndNothingElse()
    {
        var stream = new MemoryStream();
        var output = new ListenerOutput(stream);
        await output.ReadyAsync();
        await output.AcceptAsync();
        Assert.Equal("READY\nRESULT 2\nOKREADY\n", Encoding.ASCII.GetString(stream.ToArray()));
    }
}
