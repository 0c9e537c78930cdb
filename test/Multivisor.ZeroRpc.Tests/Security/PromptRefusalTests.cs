using Microsoft.Extensions.Time.Testing;
using Multivisor.Testing;
using Multivisor.ZeroRpc.Security;
using Multivisor.ZeroRpc.Tests.Support;
using Eventually = Multivisor.ZeroRpc.Tests.Support.Eventually;

namespace Multivisor.ZeroRpc.Tests.Security;

/// <summary>
/// Refusals come at once: the clock of both ends stands still, so that one which waited for any limit of ours would never come. What a peer
/// can add by not taking its farewell is <see cref="Farewell.Limit"/>.
/// </summary>
public sealed class PromptRefusalTests
{
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(2);

    [Fact]
    public void Farewell_PeerThatDoesNotTakeIt_LeavesRoomBelowThePromise() =>
        Assert.True(Farewell.Limit <= Promised / 2, $"{Farewell.Limit} of {Promised}");

    [Theory]
    [InlineData("wrong CA", "its certificate is not signed by the CA in", "it refuses us: the certificate of this agent is not signed by the CA in")]
    [InlineData("wrong name", "its certificate is for other.example and not for 127.0.0.1", "it refuses us: the certificate of this agent is for other.example")]
    [InlineData("expired", "its certificate expired on 20", "it refuses us: the certificate of this agent expired on 20")]
    [InlineData("wrong fingerprint", "which is another one than expected", "it refuses us: the certificate of this agent has the fingerprint")]
    [InlineData("no token", "this agent wants a token", "it sent no token")]
    [InlineData("wrong token", "refuses us: the token is wrong", "its token is wrong")]
    [InlineData("plain client", "refuses us: this agent wants TLS", "it does not begin with TLS")]
    [InlineData("plain server", "speaks without TLS: start that agent with --tls-cert", "it begins with TLS")]
    public async Task Refusal_OfEachKind_WaitsForNoLimitAndSaysWhichOnBothSides(string kind, string weSay, string serverSays)
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var options = new ZeroRpcOptions { Time = time };
        await using var server = ProtectedServer.Start(
            wantsToken: kind is "no token" or "wrong token",
            host: kind == "wrong name" ? "other.example" : "127.0.0.1",
            validDays: kind == "expired" ? -1 : 30,
            options: options,
            plain: kind == "plain server");
        using var other = new TestCa();
        var security = kind switch
        {
            "wrong CA" => server.Right with { CaFile = other.File },
            "wrong fingerprint" => server.Right with { Fingerprints = [new string('0', 64)] },
            "wrong token" => server.Right with { TokenFile = other.Write("token", "another token, a wrong one") },
            "plain client" => null,
            _ => server.Right,
        };

        var refusal = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using var client = await ZeroRpcClient.ConnectAsync("127.0.0.1", server.Port, options, security).Soon();
            await client.CallAsync("echo", []).Soon();
        });

        Assert.True(refusal is RefusedException or RemoteException, refusal.ToString());
        Assert.Contains(weSay, refusal.Message, StringComparison.Ordinal);
        await server.ToldAsync(serverSays);
    }
}
