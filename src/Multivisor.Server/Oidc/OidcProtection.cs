using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Multivisor.Server.Account;

namespace Multivisor.Server.Oidc;

/// <summary>
/// Seals what a browser carries to the OpenID provider and back, with the key of the sessions: no files of keys, and who began on one server may
/// come back to another with the same secret.
/// </summary>
internal sealed class OidcProtection(SessionKey key, string purpose = "multivisor oidc v1") : IDataProtector
{
    private const int NonceLength = 12;
    private const int TagLength = 16;

    public IDataProtector CreateProtector(string purpose1) => new OidcProtection(key, $"{purpose}\0{purpose1}");

    public byte[] Protect(byte[] plaintext)
    {
        using var cipher = new AesGcm(key.Derive(purpose), TagLength);
        var sealedText = new byte[NonceLength + plaintext.Length + TagLength];
        var nonce = sealedText.AsSpan(0, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        cipher.Encrypt(nonce, plaintext, sealedText.AsSpan(NonceLength, plaintext.Length), sealedText.AsSpan(^TagLength));
        return sealedText;
    }

    /// <exception cref="CryptographicException">It was not sealed so.</exception>
    public byte[] Unprotect(byte[] protectedData)
    {
        if (protectedData.Length < NonceLength + TagLength)
            throw new CryptographicException("It is too short.");
        using var cipher = new AesGcm(key.Derive(purpose), TagLength);
        var plain = new byte[protectedData.Length - NonceLength - TagLength];
        cipher.Decrypt(protectedData.AsSpan(0, NonceLength), protectedData.AsSpan(NonceLength, plain.Length), protectedData.AsSpan(^TagLength), plain);
        return plain;
    }
}
