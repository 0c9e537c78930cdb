using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Multivisor.Server.Startup;
using Multivisor.Server.Tests.Support;

namespace Multivisor.Server.Tests.Access;

/// <summary>HTTPS from PEM files.</summary>
public sealed class HttpsTests
{
    [Fact]
    public async Task Server_WithCertificate_SpeaksTlsOnlyAndMarksItsCookie()
    {
        using var pair = new PemPair("one.example");
        await using var server = await TestServer.StartAsync("[global]\nusername=root\npassword=secret\n", https: pair.Read());
        Assert.Equal("https", server.Address.Scheme);

        var (subject, protocol) = await HandshakeAsync(server, SslProtocols.None);
        Assert.Equal("CN=one.example", subject);
        Assert.True(protocol is SslProtocols.Tls12 or SslProtocols.Tls13);
        using var client = Client(server);
        using var login = await client.PostAsync("/api/login", new FormUrlEncodedContent([new("username", "root"), new("password", "secret")]));
        Assert.Equal(200, (int)login.StatusCode);
        Assert.Contains("secure", Assert.Single(login.Headers.GetValues("Set-Cookie")), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Server_OldTls_IsRefused()
    {
        using var pair = new PemPair("one.example");
        await using var server = await TestServer.StartAsync("[global]\n", https: pair.Read());
#pragma warning disable SYSLIB0039, CA5397
        await Assert.ThrowsAnyAsync<Exception>(() => HandshakeAsync(server, SslProtocols.Tls11));
#pragma warning restore SYSLIB0039, CA5397
    }

    [Fact]
    public async Task Server_FilesChange_ServesTheNewOneAndKeepsItWhenTheyBreak()
    {
        using var pair = new PemPair("one.example");
        await using var server = await TestServer.StartAsync("[global]\n", https: pair.Read());
        var serving = server.App.Services.GetRequiredService<HttpsServing>();
        pair.Write("two.example");
        serving.Check();
        Assert.Equal("CN=two.example", (await HandshakeAsync(server, SslProtocols.None)).Subject);

        await File.WriteAllTextAsync(pair.KeyPath, "no key");
        serving.Check();
        Assert.Equal("CN=two.example", (await HandshakeAsync(server, SslProtocols.None)).Subject);
    }

    [Theory]
    [InlineData("no key variable", HttpsFiles.KeyVariable)]
    [InlineData("no certificate variable", HttpsFiles.CertificateVariable)]
    [InlineData("key missing", "key.pem")]
    [InlineData("certificate missing", "cert.pem")]
    [InlineData("no certificate", "holds no certificate")]
    [InlineData("other key", "are not a pair")]
    [InlineData("protected key", "protected by a password")]
    public async Task Program_FilesThatAreWrong_AreSaidAndExitWith2(string what, string expected)
    {
        using var pair = new PemPair("one.example");
        using var other = new PemPair("two.example");
        using var file = new TempFile("multivisor.conf", "[global]\n");
        var (certificate, key) = (pair.CertificatePath, pair.KeyPath);
        switch (what)
        {
            case "no key variable": key = ""; break;
            case "no certificate variable": certificate = ""; break;
            case "key missing": File.Delete(key); break;
            case "certificate missing": File.Delete(certificate); break;
            case "no certificate": await File.WriteAllTextAsync(certificate, "hello"); break;
            case "other key": key = other.KeyPath; break;
            default: pair.ProtectKey(); break;
        }

        await using var program = ServerProcess.StartWith(
            [(HttpsFiles.CertificateVariable, certificate), (HttpsFiles.KeyVariable, key)], "-c", file.Path, "--bind", "127.0.0.1:0");
        Assert.Equal(2, await program.ExitAsync());
        Assert.Contains(expected, Assert.Single(program.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Program_WithCertificate_Listens()
    {
        using var pair = new PemPair("one.example");
        using var file = new TempFile("multivisor.conf", "[global]\n");
        await using var program = ServerProcess.StartWith(
            [(HttpsFiles.CertificateVariable, pair.CertificatePath), (HttpsFiles.KeyVariable, pair.KeyPath)], "-c", file.Path, "--bind", "127.0.0.1:0");
        await program.LogAsync("listening on https://127.0.0.1:");
    }

    private static HttpClient Client(TestServer server) => new(Trusting()) { BaseAddress = server.Address };

    private static SocketsHttpHandler Trusting() => new()
    {
#pragma warning disable CA5359
        SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, _, _, _) => true },
#pragma warning restore CA5359
    };

    private static async Task<(string Subject, SslProtocols Protocol)> HandshakeAsync(TestServer server, SslProtocols protocols)
    {
        using var socket = await server.ConnectAsync();
        await using var stream = new System.Net.Sockets.NetworkStream(socket);
#pragma warning disable CA5359
        await using var tls = new SslStream(stream, false, (_, _, _, _) => true);
#pragma warning restore CA5359
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "one.example", EnabledSslProtocols = protocols }).Soon();
        return (tls.RemoteCertificate!.Subject, tls.SslProtocol);
    }

    private sealed class PemPair : IDisposable
    {
        private readonly TempFile _folder = new("unused", "");

        public PemPair(string name) => Write(name);

        public string CertificatePath => Path.Combine(Path.GetDirectoryName(_folder.Path)!, "cert.pem");

        public string KeyPath => Path.Combine(Path.GetDirectoryName(_folder.Path)!, "key.pem");

        public Https Read()
        {
            var files = new HttpsFiles(CertificatePath, KeyPath);
            Assert.True(files.TryLoad(out var identity, out var problem), problem);
            return new Https(files, identity);
        }

        public void Write(string name)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
            using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
            File.WriteAllText(CertificatePath, certificate.ExportCertificatePem());
            File.WriteAllText(KeyPath, key.ExportPkcs8PrivateKeyPem());
        }

        public void ProtectKey()
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            File.WriteAllText(KeyPath, key.ExportEncryptedPkcs8PrivateKeyPem("pw", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)));
        }

        public void Dispose() => _folder.Dispose();
    }
}
