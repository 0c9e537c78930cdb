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
}

/// <summary>The policies of one endpoint by method, as its metadata.</summary>
internal sealed class EndpointPolicies(IReadOnlyDictionary<string, RoutePolicy> byMethod)
{
    public RoutePolicy? Find(string method) => byMethod.GetValueOrDefault(method);
}
