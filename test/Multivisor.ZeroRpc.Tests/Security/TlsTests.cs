using Microsoft.Extensions.Time.Testing;
using Multivisor.Testing;
using Multivisor.ZeroRpc.Tests.Support;
using Eventually = Multivisor.ZeroRpc.Tests.Support.Eventually;

namespace Multivisor.ZeroRpc.Tests.Security;

/// <summary>Who gets in, who does not, and what both ends say then.</summary>
public sealed class TlsTests
{
    [Fact]
    public async Task Connect_WithAllThatIsAskedFor_Works()
    {
        await using var server = ProtectedServer.Start(wantsCertificate: true, wantsToken: true);
        var own = server.Ca.Issue("client", TestCa.ClientUse);

        await using var client = await server.ConnectAsync(
            server.Right with { CertificateFile = own.File, KeyFile = own.Key, TokenFile = server.TokenFile }).Soon();

        var large = RpcValue.Binary(new byte[300_000]);
        Assert.Equal(RpcValue.Array("a", large), await client.CallAsync("echo", ["a", large], Eventually.Limit).Soon());
    }

    [Fact]
    public async Task Connect_WrongCa_IsRefusedByTheClient()
    {
        await using var server = ProtectedServer.Start();
        using var other = new TestCa();

        Assert.Equal(
            $"127.0.0.1:{server.Port} is not trusted: its certificate is not signed by the CA in {other.File}",
            await server.RefusalAsync(server.Right with { CaFile = other.File }));
        await server.ToldAsync("it refuses us: the certificate of this agent is not signed by the CA in");
    }

    [Fact]
    public async Task Connect_NoCaAndNoFingerprint_TrustsWhomTheMachineTrusts()
    {
        await using var server = ProtectedServer.Start();

        Assert.EndsWith("its certificate is not signed by a CA that this machine trusts", await server.RefusalAsync(new ClientSecurity()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_WrongName_IsRefusedByTheClient()
    {
        await using var server = ProtectedServer.Start(host: "other.example");

        Assert.EndsWith("its certificate is for other.example and not for 127.0.0.1", await server.RefusalAsync(server.Right), StringComparison.Ordinal);
        await server.ToldAsync("it refuses us: the certificate of this agent is for other.example and not for 127.0.0.1");
    }

    [Fact]
    public async Task Connect_Expired_IsRefusedByTheClient()
    {
        await using var server = ProtectedServer.Start(validDays: -1);

        Assert.Contains("its certificate expired on 20", await server.RefusalAsync(server.Right), StringComparison.Ordinal);
        await server.ToldAsync("it refuses us: the certificate of this agent expired on 20");
    }

    [Fact]
    public async Task Connect_WrongFingerprint_IsRefusedByTheClient()
    {
        await using var server = ProtectedServer.Start();

        var wrong = await server.RefusalAsync(server.Right with { Fingerprints = [new string('0', 64)] });

        Assert.EndsWith($"its certificate has the fingerprint {server.Certificate.Fingerprint}, which is another one than expected", wrong, StringComparison.Ordinal);
        await server.ToldAsync("it refuses us: the certificate of this agent has the fingerprint");
    }

    [Fact]
    public async Task Connect_RightFingerprint_NeedsNeitherCaNorName()
    {
        await using var server = ProtectedServer.Start(host: "other.example");

        await using var client = await server.ConnectAsync(
            new ClientSecurity { Fingerprints = [new string('0', 64), server.Certificate.Fingerprint.ToUpperInvariant()] }).Soon();

        Assert.Equal(RpcValue.Array(1), await client.CallAsync("echo", [1], Eventually.Limit).Soon());
    }

    [Fact]
    public async Task Connect_RightFingerprintButExpired_IsRefused()
    {
        await using var server = ProtectedServer.Start(validDays: -1);

        Assert.Contains(
            "its certificate expired on 20", await server.RefusalAsync(new ClientSecurity { Fingerprints = [server.Certificate.Fingerprint] }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_CertificateOfAClient_IsNoServer()
    {
        var ca = new TestCa();
        var wrong = ca.Issue("client", TestCa.ClientUse);
        await using var server = ProtectedServer.Start();
        File.Copy(wrong.File, server.Certificate.File, overwrite: true);
        File.Copy(wrong.Key, server.Certificate.Key, overwrite: true);

        Assert.Contains("its certificate is not made for this use", await server.RefusalAsync(new ClientSecurity { CaFile = ca.File }), StringComparison.Ordinal);
        ca.Dispose();
    }

    [Fact]
    public async Task Call_WithoutToken_IsRefused_BuiltInMethodsToo()
    {
        await using var server = ProtectedServer.Start(wantsToken: true);
        await using var client = await server.ConnectAsync(server.Right).Soon();

        foreach (var method in new[] { "echo", "_zerorpc_ping", "_zerorpc_list", "no_such_method" })
        {
            var error = await Assert.ThrowsAsync<RemoteException>(() => client.CallAsync(method, [], Eventually.Limit)).Soon();
            Assert.Equal("AuthenticationError", error.Name);
            Assert.Contains("this agent wants a token", error.Message, StringComparison.Ordinal);
        }

        await server.ToldAsync("it sent no token");
    }

    [Fact]
    public async Task Call_RightTokenAfterARefusal_StaysRefused()
    {
        await using var server = ProtectedServer.Start(wantsToken: true);
        await using var client = await server.ConnectAsync(server.Right).Soon();

        await Assert.ThrowsAsync<RemoteException>(() => client.CallAsync("multivisor_authenticate", ["a guess that is wrong"], Eventually.Limit)).Soon();
        var error = await Assert.ThrowsAsync<RemoteException>(() => client.CallAsync("multivisor_authenticate", [ProtectedServer.Token], Eventually.Limit)).Soon();

        Assert.DoesNotContain(ProtectedServer.Token, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_WrongToken_IsRefusedByTheServer()
    {
        await using var server = ProtectedServer.Start(wantsToken: true);
        var wrong = server.Ca.Write("wrong", "another token, wrong one");

        var message = await server.RefusalAsync(server.Right with { TokenFile = wrong });

        Assert.Contains("refuses us: the token is wrong", message, StringComparison.Ordinal);
        Assert.DoesNotContain("another token", message, StringComparison.Ordinal);
        await server.ToldAsync("its token is wrong");
    }

    [Fact]
    public async Task Connect_TokenForAServerThatWantsNone_Works()
    {
        await using var server = ProtectedServer.Start();

        await using var client = await server.ConnectAsync(server.Right with { TokenFile = server.TokenFile }).Soon();

        Assert.Equal(RpcValue.Array(), await client.CallAsync("echo", [], Eventually.Limit).Soon());
    }

    [Fact]
    public async Task Connection_WithoutToken_IsClosedAfterTheLimit()
    {
        var time = new FakeTimeProvider();
        await using var server = ProtectedServer.Start(wantsToken: true, options: new ZeroRpcOptions { Time = time });
        await using var client = await server.ConnectAsync(server.Right).Soon();

        await Eventually.TrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return client.Closed.IsCompleted;
            },
            "the connection stays open");
    }

    [Fact]
    public async Task Connect_WithoutCertificate_IsRefusedByTheServer()
    {
        await using var server = ProtectedServer.Start(wantsCertificate: true);

        Assert.Contains("refuses us: the certificate of the client is missing", await server.RefusalAsync(server.Right), StringComparison.Ordinal);
        await server.ToldAsync("its certificate is missing");
    }

    [Theory]
    [InlineData("other CA", "is not signed by the CA in")]
    [InlineData("expired", "expired on 20")]
    [InlineData("of an agent", "is not made for this use")]
    public async Task Connect_WithWrongCertificate_IsRefusedByTheServer(string kind, string expected)
    {
        await using var server = ProtectedServer.Start(wantsCertificate: true);
        using var other = new TestCa();
        var own = kind switch
        {
            "other CA" => other.Issue("client", TestCa.ClientUse),
            "expired" => server.Ca.Issue("client", TestCa.ClientUse, validDays: -1),
            _ => server.Ca.Issue("client", TestCa.ServerUse),
        };

        var message = await server.RefusalAsync(server.Right with { CertificateFile = own.File, KeyFile = own.Key });

        Assert.Contains($"refuses us: the certificate of the client {expected}", message, StringComparison.Ordinal);
        await server.ToldAsync($"its certificate {expected}");
    }

    [Fact]
    public async Task Connect_WithoutTlsToATlsPort_IsToldSo()
    {
        await using var server = ProtectedServer.Start();

        Assert.Contains("refuses us: this agent wants TLS: write tls:// before its address", await server.RefusalAsync(null), StringComparison.Ordinal);
        await server.ToldAsync("it does not begin with TLS");
    }

    [Fact]
    public async Task Connect_WithTlsToAPlainPort_IsToldSo()
    {
        await using var server = ProtectedServer.Start(plain: true);

        Assert.Contains("speaks without TLS: start that agent with --tls-cert and --tls-key", await server.RefusalAsync(server.Right), StringComparison.Ordinal);
        await server.ToldAsync("it begins with TLS");
    }

    [Fact]
    public async Task Connect_OwnFilesThatCannotBeUsed_NamesTheFile()
    {
        await using var server = ProtectedServer.Start(wantsToken: true);
        var empty = server.Ca.Write("empty", "");
        var missing = empty + ".missing";
        var other = server.Ca.Issue("other", TestCa.ClientUse);

        Assert.Contains($"cannot read the CA {missing}: there is no such file", await server.RefusalAsync(server.Right with { CaFile = missing }), StringComparison.Ordinal);
        Assert.Contains($"the CA {empty} has no PEM certificate in it", await server.RefusalAsync(server.Right with { CaFile = empty }), StringComparison.Ordinal);
        Assert.Contains($"the token in {empty} has 0 characters", await server.RefusalAsync(server.Right with { TokenFile = empty }), StringComparison.Ordinal);
        Assert.Contains(
            $"the key {server.Certificate.Key} is no PEM key without a passphrase, or does not belong to the certificate {other.File}",
            await server.RefusalAsync(server.Right with { CertificateFile = other.File, KeyFile = server.Certificate.Key }),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_Replaced_AreUsedByTheNextConnection()
    {
        await using var server = ProtectedServer.Start(wantsToken: true);
        using var newCa = new TestCa();
        var renewed = newCa.Issue("renewed", TestCa.ServerUse);
        File.Copy(renewed.File, server.Certificate.File, overwrite: true);

        // The certificate is new and its key is not yet: the old pair stays in use, and that is told once.
        await (await server.ConnectAsync(server.Right with { TokenFile = server.TokenFile }).Soon()).DisposeAsync();
        await (await server.ConnectAsync(server.Right with { TokenFile = server.TokenFile }).Soon()).DisposeAsync();
        Assert.Contains("does not belong to the certificate", Assert.Single(server.Troubles), StringComparison.Ordinal);

        File.Copy(renewed.Key, server.Certificate.Key, overwrite: true);
        var token = newCa.Write("token", "a token that is new today");
        File.Copy(token, server.TokenFile, overwrite: true);
        await (await server.ConnectAsync(new ClientSecurity { CaFile = newCa.File, TokenFile = token }).Soon()).DisposeAsync();
    }
}
