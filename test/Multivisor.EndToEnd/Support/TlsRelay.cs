using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Multivisor.Testing;

namespace Multivisor.EndToEnd.Support;

/// <summary>Speaks TLS for a port that does not, as nginx or stunnel would.</summary>
internal sealed class TlsRelay(TestCertificate certificate, int target) : Relay(target)
{
    private readonly X509Certificate2 _certificate = X509Certificate2.CreateFromPemFile(certificate.File, certificate.Key);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _certificate.Dispose();
    }

    protected override async Task ServeAsync(TcpClient outside)
    {
        await using var secure = new SslStream(outside.GetStream());
        await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, Stopping);
        using var inside = await ConnectAsync();
        await PumpAsync(secure, inside.GetStream());
    }
}
