using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Multivisor.Fleet.Access;

/// <summary>
/// The hash of an API token, <c>{SHA256}</c> and hex. A token has 256 random bits, so that nothing is gained by a slow hash.
/// </summary>
public sealed class StoredToken
{
    /// <summary>Makes a token that leaked somewhere easy to find.</summary>
    public const string TokenPrefix = "mvt_";

    /// <summary>Longer ones are not looked at.</summary>
    public const int MaxLength = 256;

    private const string HashPrefix = "{SHA256}";
    private const int RandomLength = 32;

    private readonly byte[] _hash;

    private StoredToken(byte[] hash) => _hash = hash;

    public static bool TryParse(string text, [NotNullWhen(true)] out StoredToken? token)
    {
        token = null;
        if (!text.StartsWith(HashPrefix, StringComparison.OrdinalIgnoreCase) || text.Length != HashPrefix.Length + (2 * SHA256.HashSizeInBytes))
            return false;
        var hash = new byte[SHA256.HashSizeInBytes];
        if (Convert.FromHexString(text.AsSpan(HashPrefix.Length), hash, out _, out _) != System.Buffers.OperationStatus.Done)
            return false;
        token = new StoredToken(hash);
        return true;
    }

    /// <summary>A new token, and the text for the configuration that stands for it.</summary>
    public static (string Token, string Stored) Create()
    {
        var token = TokenPrefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomLength));
        return (token, HashPrefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token))));
    }

    /// <summary>Whether this is the token; in a time that does not depend on how much of it is right.</summary>
    public bool Matches(string token) =>
        CryptographicOperations.FixedTimeEquals(_hash, SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    public override string ToString() => nameof(StoredToken);
}
