using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Multivisor.ZeroRpc.Zmtp;

namespace Multivisor.ZeroRpc.Security;

/// <summary>The server's side of TLS.</summary>
internal static class ServerTls
{
    private const byte TlsHandshake = 0x16;

    /// <summary>The protected stream of a client that is accepted so far; on failure the socket is disposed.</summary>
    /// <exception cref="ProtocolException">It is refused; the message completes "refused HOST:PORT: ".</exception>
    public static async Task<Stream> SecureAsync(Socket socket, ServerSecurity security, TimeProvider time, CancellationToken cancellationToken)
    {
        var first = new byte[1];
        if (await socket.ReceiveAsync(first, SocketFlags.Peek, cancellationToken) == 0)
            throw new IOException("closed before it said anything");
        var plain = new NetworkStream(socket, ownsSocket: true);
        if (first[0] != TlsHandshake)
        {
            await Farewell.SayAsync(plain, socket, "this agent wants TLS: write tls:// before its address in url", time);
            await plain.DisposeAsync();
            throw new ProtocolException("it does not begin with TLS; write tls:// before the address of this agent in the server's url");
        }

        var stream = new SslStream(plain, leaveInnerStreamOpen: false);
        try
        {
            // TLS 1.2 and a client without a certificate: the callback is not asked.
            var problem = security.WantsCertificate ? "is missing" : null;
            await stream.AuthenticateAsServerAsync(security.Options(judged => problem = judged), cancellationToken);
            if (problem is null)
                return stream;
            await Farewell.SayAsync(stream, socket, $"the certificate of the client {problem}", time);
            throw new ProtocolException($"its certificate {problem}");
        }
        catch (Exception e)
        {
            await stream.DisposeAsync();
            if (e is AuthenticationException)
                throw new ProtocolException($"no TLS connection came about ({PeerText.Clean((e.InnerException ?? e).Message, 300)})", e);
            throw;
        }
    }
}
