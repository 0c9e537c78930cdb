namespace Multivisor.Fleet.Configuration;

/// <summary>
/// Which keys hold secrets, by their name, also where <c>password</c> is misspelled. One that only names a file (<c>password_file</c>) does not.
/// </summary>
internal static class SecretNames
{
    private const string Password = "password";

    private static readonly string[] Endings =
        [Password, "passwd", "passphrase", "pwd", "secret", "token", "key", "hash", "credential", "credentials"];

    /// <param name="name">In lower case.</param>
    public static bool Contains(string name) =>
        Endings.Any(ending => name.EndsWith(ending, StringComparison.Ordinal)) || Spelling.IsNear(name, Password) || Spelling.IsNear(LastPart(name), Password);

    private static string LastPart(string name) => name[(name.LastIndexOfAny(['_', '-', '.', ' ']) + 1)..];
}
