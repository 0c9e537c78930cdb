using System.Security.Cryptography;
using System.Text;
using Multivisor.Fleet.Access;
using Multivisor.Server.Access;

namespace Multivisor.Server.Account;

/// <summary>Compares what was typed with the configuration: the original's single user as the original does, and the others.</summary>
/// <remarks>Whatever is typed, the same work is done: the time must tell neither who exists nor how his password is kept.</remarks>
internal static class SignInCheck
{
    public static SignInResult Check(AccessTable access, string userName, string password)
    {
        var name = userName.Trim();
        // The name of the one user may be a {SHA} hash as well, as in the original.
        var isGlobal = access.Global is not null & NameMatches(access.SignIn?.UserName ?? "", name);
        var user = isGlobal ? access.Global : access.FindUser(name);
        var expected = user?.Password;
        var work = expected?.Iterations ?? 0;
        var isRight = (expected ?? Nobody).Matches(password) & expected is not null;
        StoredPassword.Waste(access.Work - work);
        return new SignInResult(isRight ? user : null, user?.Name, Math.Max(work, access.Work));
    }

    private static StoredPassword Nobody { get; } =
        StoredPassword.TryParse(Convert.ToHexString(RandomNumberGenerator.GetBytes(16)), out var nobody) ? nobody : throw new InvalidOperationException();

    private static bool NameMatches(string expected, string typed) =>
        StoredPassword.TryParse(expected, out var name) ? name.Matches(typed)
            : CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(typed));
}

/// <param name="User">Null unless everything was right.</param>
/// <param name="Name">Whom it was tried for, if there is somebody of that name; what else was typed may be a password.</param>
/// <param name="Work">Iterations that were done.</param>
internal sealed record SignInResult(KnownUser? User, string? Name, int Work);
