using System.Net;
using Multivisor.Fleet.Access;
using Multivisor.Server.Account;
using Multivisor.Server.Admin;
using Multivisor.Server.Http;

namespace Multivisor.Server.Access;

/// <summary>Finds out who makes a request: by its token, its session, or the header of a trusted proxy, in this order.</summary>
internal sealed class Authenticator(ConfigStore config, SignInSessions sessions)
{
    private const string BearerScheme = "Bearer ";

    /// <summary>A token was sent: what it does not open, nothing else opens.</summary>
    public static bool HasToken(HttpRequest request) =>
        request.Headers.Authorization.ToString().StartsWith(BearerScheme, StringComparison.OrdinalIgnoreCase);

    public Caller Identify(HttpContext context)
    {
        var current = config.Current;
        if (!current.Access.IsOn)
            return Caller.Everybody;
        var request = context.Request;
        if (HasToken(request))
            return ByToken(current.Access, request.Headers.Authorization.ToString()[BearerScheme.Length..].Trim());
        if (sessions.Find(request.Cookies[AccountEndpoints.CookieName], current) is { } session)
            return session.User.ToCaller();
        return ByProxy(context, current) ?? Caller.Anonymous;
    }

    private static Caller ByToken(AccessTable access, string token) =>
        token.Length <= StoredToken.MaxLength && access.FindToken(token) is { } found
            ? new Caller(CallerKind.Token, found.Name, found.Role, found.Scope)
            : Caller.Anonymous;

    private static Caller? ByProxy(HttpContext context, ConfigVersion current)
    {
        if (current.Config.Access is not { UserHeader: { } header, TrustedProxies: var proxies } || !proxies.Trust(Peer(context)))
            return null;
        // One name: a proxy that adds a second one, in a line of its own or behind a comma, passes on what its client sent.
        if (context.Request.Headers[header.Name] is not [{ Length: > 0 and <= 200 } name] || name.Any(c => char.IsControl(c) || c == ','))
            return null;
        if (current.Access.FindUser(name) is { } user)
            return new Caller(CallerKind.Proxy, user.Name, user.Role, user.Scope);
        return header.DefaultRole is { } role ? new Caller(CallerKind.Proxy, name, role, header.DefaultScope) : null;
    }

    private static IPAddress? Peer(HttpContext context) => ClientAddress.PeerOf(context);
}
