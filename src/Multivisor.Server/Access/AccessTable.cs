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
    public override string ToString() => Name;
}

/// <summary>The accounts of one configuration, and what is seen through each of their scopes.</summary>
internal sealed class AccessTable
{
    /// <summary>The name of the single user, which is itself a secret, in logs and answers.</summary>
    public const string GlobalUserName = "[global]";

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

    /// <summary>What the dearest password costs, and therefore every attempt to sign in.</summary>
    public int Work { get; }

    public KnownUser? Find(string key) => _byKey.GetValueOrDefault(key);

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
