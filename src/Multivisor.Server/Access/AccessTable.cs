using System.Collections.Concurrent;
using System.Collections.Immutable;
using Multivisor.Fleet.Access;
using Multivisor.Fleet.Configuration;

namespace Multivisor.Server.Access;

/// <summary>Somebody who may sign in.</summary>
/// <param name="Key">Tells him from all others; part of his sessions.</param>
/// <param name="Credentials">What his sessions end with when it changes; never leaves the server.</param>
internal sealed record KnownUser(
    string Key, string Name, StoredPassword? Password, string Credentials, AccessRole Role, AccessScope Scope)
{
    /// <summary>How somebody with a session of this user is known.</summary>
    public CallerKind Kind => Key.StartsWith(AccessTable.OidcKey, StringComparison.Ordinal) ? CallerKind.Oidc : CallerKind.Session;

    public Caller ToCaller() => new(Kind, Name, Role, Scope);

    public override string ToString() => Name;
}

/// <summary>The accounts of one configuration, and what is seen through each of their scopes.</summary>
internal sealed class AccessTable
{
    /// <summary>The name of the single user, which is itself a secret, in logs and answers.</summary>
    public const string GlobalUserName = "[global]";

    /// <summary>Begins the key of everybody who comes from the OpenID provider.</summary>
    public const string OidcKey = "o:";

    /// <summary>Between the two parts of such a key: what gave the role, and the name. Neither may have one in it.</summary>
    private const char OidcSeparator = '\n';

    private readonly ConcurrentDictionary<string, ScopedModel> _models = new(StringComparer.Ordinal);
    private readonly ImmutableDictionary<string, KnownUser> _byKey;
    private readonly AccessConfig _config;

    public AccessTable(MultivisorConfig config)
    {
        _config = config.Access;
        SignIn = config.SignIn;
        IsOn = config.IsSignInOn;
        var users = config.Access.Users.Select(u => new KnownUser($"u:{u.Name}", u.Name, u.Password, u.PasswordText, u.Role, u.Scope));
        Users = [.. users];
        if (config.SignIn is { } one && StoredPassword.TryParse(one.Password, out var password))
            Global = new KnownUser("g", GlobalUserName, password, $"{one.UserName}\0{one.Password}", AccessRole.Admin, AccessScope.All);
        _byKey = (Global is null ? Users : Users.Add(Global)).ToImmutableDictionary(u => u.Key, StringComparer.Ordinal);
        Work = _byKey.Values.Max(u => u.Password?.Iterations) ?? 0;
    }

    public bool IsOn { get; }

    public SignInConfig? SignIn { get; }

    /// <summary>The one user of <c>[global]</c>.</summary>
    public KnownUser? Global { get; }

    public ImmutableArray<KnownUser> Users { get; }

    /// <summary>Somebody can sign in by typing a name and a password.</summary>
    public bool HasPasswords => _byKey.Values.Any(user => user.Password is not null);

    /// <summary>What the dearest password costs, and therefore every attempt to sign in.</summary>
    public int Work { get; }

    public KnownUser? Find(string key)
    {
        if (!key.StartsWith(OidcKey, StringComparison.Ordinal))
            return _byKey.GetValueOrDefault(key);
        return key[OidcKey.Length..].Split(OidcSeparator, 2) is [var value, var name] && _config.Oidc?.FindRole(value) is { } role ? OidcUser(role, name) : null;
    }

    /// <summary>Somebody whom the OpenID provider knows. His role and scope are those of the configuration as long as his session lasts.</summary>
    public KnownUser OidcUser(OidcRoleConfig role, string name) => new(
        $"{OidcKey}{role.Value}{OidcSeparator}{name}", name, null, $"{_config.Oidc?.Authority}\0{_config.Oidc?.ClientId}", role.Role, role.Scope);

    public KnownUser? FindUser(string name) => _byKey.GetValueOrDefault($"u:{name}");

    /// <summary>All are compared, so that the time tells nothing.</summary>
    public TokenConfig? FindToken(string token)
    {
        TokenConfig? found = null;
        foreach (var candidate in _config.Tokens)
        {
            if (candidate.Hash.Matches(token))
                found = candidate;
        }

        return found;
    }

    /// <summary>One for each distinct scope of the configuration, so there are never more than it has sections.</summary>
    public ScopedModel ModelOf(AccessScope scope) => _models.GetOrAdd(scope.Text, static (_, s) => new ScopedModel(s), scope);
}
