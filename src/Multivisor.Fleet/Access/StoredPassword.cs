using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Multivisor.Fleet.Access;

public enum PasswordKind
{
    /// <summary>The password itself.</summary>
    Plain,

    /// <summary><c>{SHA}</c> and a SHA-1 sum in lower-case hex, as the original has it. Guessed at billions a second.</summary>
    Sha1,

    /// <summary><c>{PBKDF2-SHA512}iterations$salt$key</c>, as <c>multivisor hash-password</c> makes it.</summary>
    Pbkdf2,
}

/// <summary>A password as the configuration has it: one of <see cref="PasswordKind"/>.</summary>
public sealed class StoredPassword
{
    public const string Pbkdf2Prefix = "{PBKDF2-SHA512}";

    /// <summary>OWASP's advice for HMAC-SHA-512.</summary>
    public const int DefaultIterations = 210_000;

    /// <summary>A sign-in must not take minutes.</summary>
    private const int MaxIterations = 10_000_000;

    private const int MinIterations = 1_000;
    private const int SaltLength = 16;
    private const int KeyLength = 32;
    private const string ShaPrefix = "{SHA}";

    private readonly byte[] _expected;
    private readonly byte[] _salt;

    private StoredPassword(PasswordKind kind, byte[] expected, byte[]? salt = null, int iterations = 0)
    {
        Kind = kind;
        _expected = expected;
        _salt = salt ?? [];
        Iterations = iterations;
    }

    public PasswordKind Kind { get; }

    /// <summary>What a comparison costs; 0 unless PBKDF2.</summary>
    public int Iterations { get; }

    /// <returns>False for a text that says to be PBKDF2 and is not.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out StoredPassword? password)
    {
        password = null;
        if (text.StartsWith(Pbkdf2Prefix, StringComparison.OrdinalIgnoreCase))
            return TryParsePbkdf2(text[Pbkdf2Prefix.Length..], out password);
        password = text.StartsWith(ShaPrefix, StringComparison.Ordinal)
            ? new StoredPassword(PasswordKind.Sha1, Encoding.UTF8.GetBytes(text[ShaPrefix.Length..]))
            : new StoredPassword(PasswordKind.Plain, Sha1(text));
        return true;
    }

    /// <summary>A new text for the configuration.</summary>
    public static string Create(string password, int iterations = DefaultIterations)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(iterations, MinIterations);
        var salt = RandomNumberGenerator.GetBytes(SaltLength);
        var key = Derive(password, salt, iterations);
        return string.Create(
            CultureInfo.InvariantCulture, $"{Pbkdf2Prefix}{iterations}${Base64Url.EncodeToString(salt)}${Base64Url.EncodeToString(key)}");
    }

    /// <summary>Compares in a time that does not depend on what is typed. White space around it does not count, as in the original.</summary>
    public bool Matches(string typed) => CryptographicOperations.FixedTimeEquals(
        _expected, Kind == PasswordKind.Pbkdf2 ? Derive(typed, _salt, Iterations) : Sha1(typed.Trim()));

    /// <summary>Takes as long as a comparison of so many iterations, for a user that does not exist or whose password is cheap.</summary>
    public static void Waste(int iterations)
    {
        if (iterations > 0)
            Derive("", new byte[SaltLength], iterations);
    }

    // A record or a field in a message must not print it.
    public override string ToString() => Kind.ToString();

    private static bool TryParsePbkdf2(string text, [NotNullWhen(true)] out StoredPassword? password)
    {
        password = null;
        var parts = text.Split('$');
        if (parts.Length != 3
            || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var iterations)
            || iterations is < MinIterations or > MaxIterations
            || !Base64Url.IsValid(parts[1]) || !Base64Url.IsValid(parts[2]))
        {
            return false;
        }

        var (salt, key) = (Base64Url.DecodeFromChars(parts[1]), Base64Url.DecodeFromChars(parts[2]));
        if (salt.Length < SaltLength || key.Length != KeyLength)
            return false;
        password = new StoredPassword(PasswordKind.Pbkdf2, key, salt, iterations);
        return true;
    }

    private static byte[] Derive(string password, byte[] salt, int iterations) =>
        Rfc2898DeriveBytes.Pbkdf2(password.Trim(), salt, iterations, HashAlgorithmName.SHA512, KeyLength);

    private static byte[] Sha1(string text)
    {
        // The format of existing configurations; the stronger one stands beside it.
#pragma warning disable CA5350
        return Encoding.UTF8.GetBytes(Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(text))));
#pragma warning restore CA5350
    }
}
