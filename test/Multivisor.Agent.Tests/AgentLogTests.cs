using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace Multivisor.Agent.Tests;

public sealed class AgentLogTests
{
    [Fact]
    public void Write_AnyText_IsOneLineOfLevelTimeNameMessage()
    {
        var stream = new MemoryStream();
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero));
        time.SetLocalTimeZone(TimeZoneInfo.Utc);
        var log = new AgentLog(stream, LogLevel.Info, time);
        log.Debug("x", "not logged");
        log.Warn("events", "two\nlines");
        Assert.Equal("WARN 2026-01-02 03:04:05.678 events: two\\nlines\n", Encoding.UTF8.GetString(stream.ToArray()));
    }
}
