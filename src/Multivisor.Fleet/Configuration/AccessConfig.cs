using System.Collections.Immutable;
using System.Net;
using Multivisor.Fleet.Access;

namespace Multivisor.Fleet.Configuration;

/// <summary>Who may do what and from where, beside the one user of <c>[global]</c>.</summary>
public sealed record AccessConfig
{
    public static AccessConfig None { get; } = new();

    /// <summary>The <c>[user:NAME]</c> sections in the order of the file.</summary>
    public ImmutableArray<UserConfig> Users { get; init; } = [];

    /// <summary>The <c>[token:NAME]</c> sections in the order of the file.</summary>
    public ImmutableArray<TokenConfig> Tokens { get; init; } = [];

    /// <summary>Null unless a proxy says who somebody is.</summary>
    public UserHeaderConfig? UserHeader { get; init; }

    /// <summary>Null unless an OpenID provider signs users in.</summary>
    public OidcConfig? Oidc { get; init; }

    /// <summary>Nobody may change anything.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Host names by which the server may be called, in lower case; empty for any.</summary>
    public ImmutableArray<string> AllowedHosts { get; init; } = [];

    /// <summary>Empty, or a path that begins with a slash and does not end with one.</summary>
    public string BasePath { get; init; } = "";

    /// <summary>Whose <c>X-Forwarded-*</c> headers are believed.</summary>
    public ImmutableArray<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>Other origins whose pages may use the API.</summary>
    public ImmutableArray<string> CorsOrigins { get; init; } = [];

    /// <summary>The file that every sign-in, refusal and action is added to; null for none.</summary>
    public string? AuditLog { get; init; }

    /// <summary>A session ends when it was not used for so long.</summary>
    public TimeSpan SessionIdle { get; init; } = TimeSpan.FromDays(7);

    /// <summary>A session ends after so long however much it is used.</summary>
    public TimeSpan SessionLimit { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Somebody must be known before he may do anything.</summary>
    public bool HasAccounts => !Users.IsEmpty || !Tokens.IsEmpty || UserHeader is not null || Oidc is not null;
}

/// <summary>One <c>[user:NAME]</c> section.</summary>
/// <param name="Password">Null when this user comes through a proxy only.</param>
/// <param name="PasswordText">As written; for the mark of sessions, which a changed password ends.</param>
public sealed record UserConfig(string Name, StoredPassword? Password, string PasswordText, AccessRole Role, AccessScope Scope, int Line)
{
    public override string ToString() => $"user {Name}";
}

/// <summary>One <c>[token:NAME]</c> section.</summary>
public sealed record TokenConfig(string Name, StoredToken Hash, AccessRole Role, AccessScope Scope, int Line)
{
    public override string ToString() => $"token {Name}";
}

/// <summary>The header in which a trusted proxy names the user.</summary>
/// <param name="DefaultRole">For those without a <c>[user:NAME]</c> section; null refuses them.</param>
public sealed record UserHeaderConfig(string Name, AccessRole? DefaultRole, AccessScope DefaultScope);
