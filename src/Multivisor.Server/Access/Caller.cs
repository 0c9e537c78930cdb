using Multivisor.Fleet.Access;

namespace Multivisor.Server.Access;

internal enum CallerKind
{
    /// <summary>No sign-in is configured: everybody may do everything.</summary>
    Everybody,

    /// <summary>Nobody who is known.</summary>
    Anonymous,
    Session,

    /// <summary>Has a session too, and was signed in by the OpenID provider.</summary>
    Oidc,
    Token,

    /// <summary>Named by a trusted proxy.</summary>
    Proxy,
}

/// <summary>Who makes a request. Immutable.</summary>
/// <param name="Name">For people and for the audit log; that of the one user of <c>[global]</c> is a secret and never told.</param>
internal sealed record Caller(CallerKind Kind, string Name, AccessRole Role, AccessScope Scope)
{
    public static Caller Everybody { get; } = new(CallerKind.Everybody, "everybody", AccessRole.Admin, AccessScope.All);

    public static Caller Anonymous { get; } = new(CallerKind.Anonymous, "anonymous", default, AccessScope.All);

    public bool HasSession => Kind is CallerKind.Session or CallerKind.Oidc;

    public bool IsKnown => Kind != CallerKind.Anonymous;

    /// <summary>May still do what <paramref name="earlier"/> could.</summary>
    public bool IsStill(Caller earlier) =>
        Kind == earlier.Kind && Name == earlier.Name && Role >= earlier.Role && Scope.Text == earlier.Scope.Text;

    public static Caller Of(HttpContext context) =>
        context.Features.Get<Caller>() ?? throw new InvalidOperationException("The request was not identified.");
}
