namespace Multivisor.Fleet.Configuration;

/// <summary>How the server signs in to a supervisord that wants it. At most one of the three ways to a password is set.</summary>
/// <param name="PasswordFile">Full path; the file is read at each connection.</param>
/// <param name="PasswordVariable">Name of an environment variable of the server.</param>
public sealed record CredentialsConfig(string? UserName, string? Password, string? PasswordFile, string? PasswordVariable)
{
    public static CredentialsConfig None { get; } = new(null, null, null, null);

    /// <summary>Shows no secret.</summary>
    public override string ToString() => UserName is null ? "no credentials" : $"{UserName} and a password";
}
