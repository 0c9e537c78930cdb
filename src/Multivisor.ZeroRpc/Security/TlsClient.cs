namespace Multivisor.ZeroRpc.Security;

/// <summary>The client's side of TLS for other protocols: whom it trusts and how it shows itself is the same as for agents.</summary>
public static class TlsClient
{
    /// <summary>Protects a connected stream; on failure it is disposed.</summary>
    /// <param name="host">The name that the certificate must have, unless a fingerprint says more.</param>
    /// <param name="remote">How the other end is called in messages.</param>
    /// <exception cref="RefusedException">One of both ends does not accept the other; the message tells why and names the remote.</exception>
    public static Task<Stream> SecureAsync(
        Stream stream, string host, string remote, ClientSecurity security, TimeProvider time, CancellationToken cancellationToken) =>
        ClientTls.SecureAsync(stream, null, host, remote, security, time, cancellationToken);
}
