namespace Multivisor.Fleet.Configuration;

/// <summary>How a <c>tls://</c> link is protected. Paths are full.</summary>
/// <param name="CaFile">Who may have signed the agent's certificate; null for those whom this machine trusts.</param>
/// <param name="CertificateFile">The server's own certificate, for agents that ask for one; with <paramref name="KeyFile"/>.</param>
/// <param name="TokenFile">What the agent wants to hear first.</param>
/// <param name="Fingerprints">SHA-256 of the certificates of which the agent must have one, in lower-case hex, separated by commas; maybe empty.</param>
public sealed record TlsConfig(string? CaFile, string? CertificateFile, string? KeyFile, string? TokenFile, string Fingerprints);
