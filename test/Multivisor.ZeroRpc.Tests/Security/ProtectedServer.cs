using System.Collections.Concurrent;
using System.Net;
using Multivisor.Testing;
using Multivisor.ZeroRpc.Tests.Support;
using Eventually = Multivisor.ZeroRpc.Tests.Support.Eventually;

namespace Multivisor.ZeroRpc.Tests.Security;

/// <summary>A server with certificates of its own, and what it told of those that it refused.</summary>
internal sealed class ProtectedServer : IAsyncDisposable
{
    public const string Token = "a token that nobody guesses";

    /// <summary>Generous: a busy machine takes its time for a handshake.</summary>
    public static readonly ZeroRpcOptions Options = new() { ConnectTimeout = Eventually.Limit };

    private readonly ZeroRpcServer _server;
    private readonly ConcurrentQueue<string> _refused = new();

    private ProtectedServer(TestCa ca, TestCertificate certificate, bool wantsCertificate, bool wantsToken, ZeroRpcOptions? options, bool plain)
    {
        Ca = ca;
        Certificate = certificate;
        TokenFile = ca.Write("token", Token + "\n");
        var service = new ZeroRpcService("Tests");
        service.Add("echo", (arguments, _) => ValueTask.FromResult(RpcValue.Array([.. arguments])));
        var files = new ServerSecurityFiles(certificate.File, certificate.Key, wantsCertificate ? ca.File : null, wantsToken ? TokenFile : null);
        var security = plain ? null : ServerSecurity.Load(files, Troubles.Enqueue);
        _server = ZeroRpcServer.Start(new IPEndPoint(IPAddress.Loopback, 0), service, options ?? Options, security, (_, why) => _refused.Enqueue(why));
    }

    public TestCa Ca { get; }

    public TestCertificate Certificate { get; }

    public string TokenFile { get; }

    public int Port => _server.LocalEndPoint.Port;

    public ConcurrentQueue<string> Troubles { get; } = new();

    /// <summary>What a client needs that is told everything and has everything.</summary>
    public ClientSecurity Right => new() { CaFile = Ca.File };

    public static ProtectedServer Start(
        bool wantsCertificate = false,
        bool wantsToken = false,
        string host = "127.0.0.1",
        int validDays = 30,
        ZeroRpcOptions? options = null,
        bool plain = false)
    {
        var ca = new TestCa();
        return new ProtectedServer(ca, ca.Issue("server", TestCa.ServerUse, host, validDays), wantsCertificate, wantsToken, options, plain);
    }

    public Task<ZeroRpcClient> ConnectAsync(ClientSecurity? security) => ZeroRpcClient.ConnectAsync("127.0.0.1", Port, Options, security);

    /// <summary>Connects in vain; the message of the refusal.</summary>
    public async Task<string> RefusalAsync(ClientSecurity? security) =>
        (await Assert.ThrowsAsync<RefusedException>(() => ConnectAsync(security)).Soon()).Message;

    /// <summary>Waits until the server told of a refusal with that text.</summary>
    public Task ToldAsync(string text) => Eventually.TrueAsync(
        () => _refused.Any(why => why.Contains(text, StringComparison.Ordinal)), $"\"{text}\" is not among: {string.Join(" | ", _refused)}");

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Ca.Dispose();
    }
}
