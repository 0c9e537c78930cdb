using Multivisor.Fleet.Access;

namespace Multivisor.Server.Access;

/// <summary>What calling a route does.</summary>
internal enum RouteEffect
{
    Read,

    /// <summary>Begins or ends a session.</summary>
    Session,

    /// <summary>Only makes the server read again; other sites may not cause even that.</summary>
    Refresh,

    /// <summary>Changes something: refused when the server is read only, and written to the audit log.</summary>
    Change,
}

/// <summary>Who may call a route, and what the call does.</summary>
/// <param name="Role">Null for everybody.</param>
/// <param name="Everywhere">Only for those whose scope is everything: it shows or changes the whole site.</param>
internal sealed record RoutePolicy(AccessRole? Role, RouteEffect Effect = RouteEffect.Read, bool Everywhere = false)
{
    /// <summary>Other sites may not make a visitor's browser do it.</summary>
    public bool IsGuarded => Effect != RouteEffect.Read;

    /// <summary>In words for those who call it. Without a policy a route is for an unlimited administrator.</summary>
    public static string Describe(RoutePolicy? policy) => policy switch
    {
        null => Describe(new RoutePolicy(AccessRole.Admin, Everywhere: true)),
        { Role: null } => "everybody",
        { Role: { } role, Everywhere: var everywhere } => everywhere ? $"{role.ToName()} without a scope" : role.ToName(),
    };
}

/// <summary>The policies of one endpoint by method, as its metadata.</summary>
internal sealed class EndpointPolicies(IReadOnlyDictionary<string, RoutePolicy> byMethod)
{
    public RoutePolicy? Find(string method) => byMethod.GetValueOrDefault(method);
}
