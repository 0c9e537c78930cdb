using Multivisor.Fleet.Links;
using Multivisor.Fleet.Links.Direct;
using Multivisor.Supervisord;
using Multivisor.Testing;

namespace Multivisor.Fleet.Tests.Links.Direct;

public sealed class DirectConnectionTests
{
    [Fact]
    public async Task UnknownMethod_OfAnAction_IsSupervisordsAnswerAndNoLossOfTheLink()
    {
        await using var server = new OneAnswerServer(OneAnswerServer.UnknownMethod);
        await using var connection = Connect(server);

        var refused = await Assert.ThrowsAsync<SupervisordFaultException>(() => connection.SignalProcessAsync("g:p", "HUP", default));
        Assert.Equal(SupervisordFault.UnknownMethod, refused.Fault);
        var lost = await Assert.ThrowsAsync<LinkException>(() => connection.ReadPidAsync(default));
        Assert.Contains("older than 3.0", lost.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WordsOfTheOtherEnd_AreOneLineThatNoTerminalObeys()
    {
        await using var server = new OneAnswerServer("", "404 No\u001b[2J\u009b" + new string('x', 20_000));
        await using var connection = Connect(server);

        var error = await Assert.ThrowsAsync<LinkException>(() => connection.ReadPidAsync(default));
        Assert.Contains("404 No?[2J?xxx", error.Message, StringComparison.Ordinal);
        Assert.InRange(error.Message.Length, 1, 1000);
    }

    private static DirectConnection Connect(OneAnswerServer server) => new(
        SupervisordUrl.Parse($"http://127.0.0.1:{server.Port}"), "here", new SupervisordClientOptions(), null, false, TimeProvider.System);
}
