using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Multivisor.ZeroRpc.Security;

/// <summary>The client's side of TLS: proves to itself that the server is the right one before anything of ours is said to it.</summary>
internal static class ClientTls
{
    private const byte ZmtpGreets = 0xFF;

    /// <summary>The protected stream; on failure the socket is disposed.</summary>
    /// <exception cref="RefusedException">One of both ends does not accept the other; the message tells why and names the remote.</exception>
    public static Task<Stream> SecureAsync(
        Socket socket, string host, string remote, ClientSecurity security, TimeProvider time, CancellationToken cancellationToken) =>
        SecureAsync(new NetworkStream(socket, ownsSocket: true), socket, host, remote, security, time, cancellationToken);

    /// <param name="zmtp">The socket under the stream when an agent is expected: only that is told why it is refused.</param>
    /// <inheritdoc cref="SecureAsync(Socket, string, string, ClientSecurity, TimeProvider, CancellationToken)"/>
    public static async Task<Stream> SecureAsync(
        Stream connected, Socket? zmtp, string host, string remote, ClientSecurity security, TimeProvider time, CancellationToken cancellationToken)
    {
        var inner = new FirstOctetStream(connected);
        var stream = new SslStream(inner, leaveInnerStreamOpen: false);
        try
        {
            string? problem = "showed no certificate";
            var options = Options(host, security, time, judged => problem = judged);
            await stream.AuthenticateAsClientAsync(options, cancellationToken);
            if (problem is null)
                return stream;
            if (zmtp is not null)
                await Farewell.SayAsync(stream, zmtp, $"the certificate of this agent {problem}", time);
            throw new RefusedException($"{remote} is not trusted: its certificate {problem}");
        }
        catch (Exception e)
        {
            await stream.DisposeAsync();
            if (Reason(e, inner.First, remote) is { } reason)
                throw new RefusedException(reason, e);
            throw;
        }
    }

    /// <param name="judge">Gets what is wrong with the server's certificate, null when nothing is.</param>
    [SuppressMessage("Security", "CA5359", Justification = "The verdict falls right after the handshake, before anything is said.")]
    private static SslClientAuthenticationOptions Options(string host, ClientSecurity security, TimeProvider time, Action<string?> judge)
    {
        var ca = security.CaFile is null
            ? null
            : PemFiles.Certificates(PemFiles.ReadText(security.CaFile, "the CA"), "the CA", security.CaFile);
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = host,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            AllowRenegotiation = false,
            AllowTlsResume = false,
            CertificateChainPolicy = CertificateJudge.Policy(ca, ofServer: true, time),
            // Always goes on, for TLS alone cannot tell the other end in words; the verdict falls right after the handshake.
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
            {
                judge(certificate is X509Certificate2 shown ? Problem(shown, chain, errors, host, security, time) : "is missing");
                return true;
            },
        };
        if (security.CertificateFile is { } certificateFile && security.KeyFile is { } keyFile)
        {
            var (own, between) = PemFiles.Certificate(
                PemFiles.ReadText(certificateFile, "the certificate"), certificateFile, PemFiles.ReadText(keyFile, "the key"), keyFile);
            options.ClientCertificateContext = SslStreamCertificateContext.Create(own, between, offline: true);
        }

        return options;
    }

    private static string? Problem(
        X509Certificate2 certificate, X509Chain? chain, SslPolicyErrors errors, string host, ClientSecurity security, TimeProvider time)
    {
        var trust = security.CaFile is null ? "a CA that this machine trusts" : $"the CA in {security.CaFile}";
        if (security.Fingerprints.Count == 0)
            return CertificateJudge.Problem(certificate, chain, errors, trust, host, time);
        var fingerprint = CertificateJudge.Fingerprint(certificate);
        if (!security.Fingerprints.Contains(fingerprint, StringComparer.OrdinalIgnoreCase))
            return $"has the fingerprint {fingerprint}, which is another one than expected";
        // Who is known by his very certificate needs neither a name nor, unless it was asked for, a signature.
        return security.CaFile is null ? CertificateJudge.WrongDate(certificate, time) : CertificateJudge.Problem(certificate, chain, errors, trust, null, time);
    }

    private static string? Reason(Exception failure, byte? first, string remote) => failure switch
    {
        SecurityFileException => $"{failure.Message}; so no connection to {remote} is tried",
        AuthenticationException or IOException when first == ZmtpGreets =>
            $"{remote} speaks without TLS: start that agent with --tls-cert and --tls-key, or write its url without tls://",
        AuthenticationException or IOException when first is not (null or (>= 20 and <= 23)) => $"{remote} does not answer in TLS; is that the right port?",
        AuthenticationException => $"{remote}: no TLS connection came about ({PeerText.Clean((failure.InnerException ?? failure).Message, 300)})",
        IOException when first is null => $"{remote} closed the connection when TLS began; does it speak TLS?",
        _ => null,
    };
}
