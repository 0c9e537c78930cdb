using System.Security.Cryptography;
using System.Text;
using Multivisor.Fleet.Configuration;

namespace Multivisor.Server.Account;

/// <summary>Compares what was typed with the configuration, as the original does (multivisor-http.md section 2).</summary>
internal static class SignInCheck
{
    private const string HashPrefix = "{SHA}";

    public static bool IsRight(SignInConfig expected, string userName, string password)
    {
        // Both are always compared: the time it takes must not tell which one was wrong.
        var nameMatches = Matches(expected.UserName, userName);
        return Matches(expected.Password, password) & nameMatches;
    }

    private static bool Matches(string expected, string typed)
    {
        var wanted = expected.StartsWith(HashPrefix, StringComparison.Ordinal) ? expected[HashPrefix.Length..] : Hash(expected);
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(wanted), Encoding.UTF8.GetBytes(Hash(typed.Trim())));
    }

    private static string Hash(string text)
    {
        // The format of existing configurations; stronger ones come beside it, not instead of it.
#pragma warning disable CA5350
        return Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5350
    }
}
