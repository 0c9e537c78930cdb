namespace Multivisor.ZeroRpc;

/// <summary>The files from which a server protects its port.</summary>
/// <param name="Certificate">PEM: the server's certificate, and those between it and its CA.</param>
/// <param name="Key">PEM: the key of the certificate, without a passphrase.</param>
/// <param name="ClientCa">PEM: who must have signed the certificate of a client; null asks for none.</param>
/// <param name="Token">What clients must say before anything else is answered; null asks for nothing.</param>
public sealed record ServerSecurityFiles(string Certificate, string Key, string? ClientCa = null, string? Token = null);
