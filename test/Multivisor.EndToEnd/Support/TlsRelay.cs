using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Multivisor.Testing;

namespace Multivisor.EndToEnd.Support;

/// <summary>Speaks TLS for a port that does not, as nginx or stunnel would.</summary>
internal sealed class TlsRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly X509Certificate2 _certificate;
    private readonly int _target;
    private readonly Task _accepting;

    public TlsRelay(TestCertificate certificate, int target)
    {
        _certificate = X509Certificate2.CreateFromPemFile(certificate.File, certificate.Key);
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        _certificate.Dispose();
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> relays = [];
        try
        {
            while (true)
                relays.Add(RelayAsync(await _listener.AcceptTcpClientAsync(_stopping.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            await Task.WhenAll(relays);
        }
    }

    private async Task RelayAsync(TcpClient outside)
    {
        try
        {
            using (outside)
            using (var inside = new TcpClient())
            {
                await using var secure = new SslStream(outside.GetStream());
                await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _stopping.Token);
                await inside.ConnectAsync(IPAddress.Loopback, _target, _stopping.Token);
                await using var plain = inside.GetStream();
                await Task.WhenAny(secure.CopyToAsync(plain, _stopping.Token), plain.CopyToAsync(secure, _stopping.Token));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or SocketException or AuthenticationException)
        {
            // One of the two has gone, or did not trust us.
        }
    }
}
