namespace Multivisor.Fleet.Configuration;

/// <summary>The user name and password of <c>[global]</c>. Only there when both are non-empty: that is what turns sign-in on.</summary>
public sealed record SignInConfig(string UserName, string Password)
{
    // A record would print the password into the first log line that mentions the configuration.
    public override string ToString() => nameof(SignInConfig);
}
