namespace Multivisor.Fleet.Configuration;

/// <summary>Which keys hold secrets, by their name. One that only names a file (<c>password_file</c>) does not.</summary>
internal static class SecretNames
{
    private static readonly string[] Endings =
        ["password", "passwd", "passphrase", "pwd", "secret", "token", "key", "hash", "credential", "credentials"];

    /// <param name="name">In lower case.</param>
    public static bool Contains(string name) => Endings.Any(ending => name.EndsWith(ending, StringComparison.Ordinal));
}
