using System.Collections.Immutable;
using Multivisor.Fleet.Access;

namespace Multivisor.Fleet.Configuration;

/// <summary>The section <c>[oidc]</c>: an OpenID provider that says who somebody is.</summary>
public sealed record OidcConfig
{
    /// <summary>Where <c>/.well-known/openid-configuration</c> is. HTTPS, or this machine.</summary>
    public required Uri Authority { get; init; }

    public required string ClientId { get; init; }

    public string? ClientSecret { get; init; }

    /// <summary>Full path; null unless the secret is in a file.</summary>
    public string? ClientSecretFile { get; init; }

    /// <summary>Null unless the secret is in an environment variable.</summary>
    public string? ClientSecretVariable { get; init; }

    /// <summary>What the button of the page says; null for its own words.</summary>
    public string? Label { get; init; }

    /// <summary>What is asked for: scopes in the words of OpenID Connect, <c>openid</c> always among them.</summary>
    public required ImmutableArray<string> RequestScopes { get; init; }

    /// <summary>The claims in which the name of a user is looked for, in this order.</summary>
    public required ImmutableArray<string> NameClaims { get; init; }

    /// <summary>The claim whose values <see cref="Roles"/> are for: its name, or a path into a claim that is an object.</summary>
    public required string RoleClaim { get; init; }

    /// <summary>Claims are also asked for at the provider's userinfo endpoint.</summary>
    public bool UserInfo { get; init; }

    /// <summary>The <c>[oidc:VALUE]</c> sections in the order of the file. The first that fits somebody holds.</summary>
    public required ImmutableArray<OidcRoleConfig> Roles { get; init; }

    public OidcRoleConfig? FindRole(string value) => Roles.FirstOrDefault(role => role.Value == value);

    // A record would print the secret.
    public override string ToString() => $"OpenID provider {Authority}";
}

/// <summary>One <c>[oidc:VALUE]</c> section: what users may do whose claim has this value.</summary>
/// <param name="Value"><see cref="Everybody"/> for all whom the provider knows.</param>
public sealed record OidcRoleConfig(string Value, AccessRole Role, AccessScope Scope, int Line)
{
    public const string Everybody = "*";

    public override string ToString() => $"oidc {Value}";
}
