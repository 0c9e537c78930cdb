using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Multivisor.Fleet.Configuration;

namespace Multivisor.Server.Account;

/// <summary>The key that signs session cookies, made from the environment variable that the original uses.</summary>
internal sealed class SessionKey
{
    public const string VariableName = "MULTIVISOR_SECRET_KEY";

    private static readonly byte[] Purpose = "multivisor session cookie v1"u8.ToArray();

    private readonly byte[]? _key;

    private SessionKey(byte[]? key) => _key = key;

    private byte[] Key => _key ?? throw new InvalidOperationException("There is no session key.");

    public static bool TryRead(MultivisorConfig config, [NotNullWhen(true)] out SessionKey? key, [NotNullWhen(false)] out string? problem)
    {
        var secret = Environment.GetEnvironmentVariable(VariableName);
        key = null;
        problem = null;
        if (!string.IsNullOrEmpty(secret))
            key = new SessionKey(HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret), 32, info: Purpose));
        else if (config.SignIn is null && config.Access.Oidc is null && config.Access.Users.All(user => user.Password is null))
            key = new SessionKey(null);
        else
            problem = $"the environment variable {VariableName} must be set where sign-in is configured: any long random text, the same at every start";
        return key is not null;
    }

    /// <exception cref="InvalidOperationException">Sign-in is off and there is no key.</exception>
    public byte[] Sign(ReadOnlySpan<byte> content) => HMACSHA256.HashData(Key, content);

    /// <summary>Another key of 32 octets for another purpose, the same at every start.</summary>
    /// <exception cref="InvalidOperationException">Sign-in is off and there is no key.</exception>
    public byte[] Derive(string purpose) => HKDF.DeriveKey(HashAlgorithmName.SHA256, Key, 32, info: Encoding.UTF8.GetBytes(purpose));

    public bool IsSigned(ReadOnlySpan<byte> content, ReadOnlySpan<byte> signature) =>
        _key is not null && CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(_key, content), signature);
}
