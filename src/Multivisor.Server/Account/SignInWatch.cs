using Multivisor.Server.Admin;

namespace Multivisor.Server.Account;

/// <summary>Tells whether a request may go on; for a stream asked again and again, since a session can end meanwhile.</summary>
internal sealed class SignInWatch(ConfigStore config, SignInSessions sessions)
{
    public bool IsSignedIn(HttpContext context) =>
        config.Current.Config.SignIn is not { } signIn
        || sessions.IsValid(context.Request.Cookies[AccountEndpoints.CookieName], signIn);
}
