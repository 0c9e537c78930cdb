using System.Net;
using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace Multivisor.Agent.Tests;

public sealed class RefusalsTests
{
    private readonly MemoryStream _output = new();
    private readonly FakeTimeProvider _time = new();
    private readonly Refusals _refusals;

    public RefusalsTests() => _refusals = new Refusals(new AgentLog(_output, LogLevel.Info, _time), _time);

    private string[] Lines => Encoding.UTF8.GetString(_output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    [Fact]
    public void Note_TheSameAgain_IsToldLaterWithItsNumber()
    {
        for (var i = 0; i < 4; i++)
            _refusals.Note(new IPEndPoint(IPAddress.Loopback, 1000 + i), "its token is wrong");
        _refusals.Note(new IPEndPoint(IPAddress.Loopback, 1), "it sent no token");
        Assert.Equal(2, Lines.Length);

        _time.Advance(TimeSpan.FromMinutes(11));
        _refusals.Note(new IPEndPoint(IPAddress.Loopback, 2000), "its token is wrong");
        Assert.EndsWith("refused 127.0.0.1:2000: its token is wrong (3 more times since it was last told)", Lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Note_FromVeryManyAddresses_KeepsWorking()
    {
        for (var i = 0; i < 10_000; i++)
            _refusals.Note(new IPEndPoint(new IPAddress(i), 1), "it begins with TLS");
        Assert.Equal(10_000, Lines.Length);
    }
}
