using Multivisor.Fleet.Access;
using Multivisor.Fleet.Configuration;

namespace Multivisor.Server.Account;

/// <summary>What should be said about passwords that are kept in a way that gives them away to whoever reads the file.</summary>
internal static class PasswordWarnings
{
    public static IEnumerable<string> Of(MultivisorConfig config)
    {
        if (config.SignIn is { } one && StoredPassword.TryParse(one.Password, out var password) && Reason(password) is { } global)
            yield return $"the password of [global] {global}";
        foreach (var user in config.Access.Users)
        {
            if (user.Password is not null && Reason(user.Password) is { } reason)
                yield return $"the password of user '{user.Name}' {reason}";
        }
    }

    private static string? Reason(StoredPassword password) => password.Kind switch
    {
        PasswordKind.Plain => "is in the configuration as it is; replace it by what 'multivisor hash-password' prints",
        PasswordKind.Sha1 => "is an SHA-1 sum, which is guessed quickly; replace it by what 'multivisor hash-password' prints",
        _ => null,
    };
}
