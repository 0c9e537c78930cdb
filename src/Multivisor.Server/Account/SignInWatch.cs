using Multivisor.Server.Access;
using Multivisor.Server.Admin;

namespace Multivisor.Server.Account;

/// <summary>Tells whether a request may go on; for a stream asked again and again, since a session or a right can end meanwhile.</summary>
internal sealed class SignInWatch(ConfigStore config, SignInSessions sessions, Authenticator authenticator)
{
    public bool IsSignedIn(HttpContext context)
    {
        var caller = Caller.Of(context);
        if (caller.HasSession)
        {
            return sessions.FindInUse(context.Request.Cookies[AccountEndpoints.CookieName], config.Current) is { User: var user }
                && user.ToCaller().IsStill(caller);
        }

        return authenticator.Identify(context) is { IsKnown: true } now && now.IsStill(caller);
    }
}
