namespace Multivisor.ZeroRpc;

/// <summary>
/// How a client protects its connection and whom it trusts. All paths are of files that are read anew for each connection, so that a
/// certificate or token that was replaced is used by the next one.
/// </summary>
public sealed record ClientSecurity
{
    /// <summary>PEM: who may have signed the server's certificate; null for those whom this machine trusts.</summary>
    public string? CaFile { get; init; }

    /// <summary>PEM: our own certificate, for servers that ask for one; with <see cref="KeyFile"/>.</summary>
    public string? CertificateFile { get; init; }

    public string? KeyFile { get; init; }

    /// <summary>
    /// SHA-256 of the certificates of which the server must have one, 64 hexadecimal digits each. Its name is not compared then, and who
    /// signed it only if there is a <see cref="CaFile"/>.
    /// </summary>
    public IReadOnlyList<string> Fingerprints { get; init; } = [];

    /// <summary>A text that the server wants to hear first. It is sent only to a server that was found to be the right one.</summary>
    public string? TokenFile { get; init; }
}
