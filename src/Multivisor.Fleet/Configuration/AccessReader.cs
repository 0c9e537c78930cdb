using System.Collections.Immutable;
using Multivisor.Fleet.Access;

namespace Multivisor.Fleet.Configuration;

/// <summary>Reads <c>[user:…]</c>, <c>[token:…]</c> and the keys of <c>[global]</c> that say who may do what.</summary>
internal sealed class AccessReader(
    IniDocument document, Func<IniSection, IniKey, string?> expand, Action<int, string, string> error, Action<int, string, string> warn)
{
    public const string UserPrefix = "user:";
    public const string TokenPrefix = "token:";

    private const int MaxNameLength = 200;

    /// <summary>Settings of the server itself; unlike other keys of [global] they are not served.</summary>
    private static readonly string[] GlobalKeys =
    [
        "read_only", "allowed_hosts", "base_path", "trusted_proxies", "cors_origins", "audit_log", "session_idle", "session_limit",
        "user_header", "user_header_role", "user_header_scope",
    ];

    private static readonly string[] UserKeys = ["password", "role", "scope"];
    private static readonly string[] TokenKeys = ["hash", "role", "scope"];

    public static bool IsGlobalKey(string name) => GlobalKeys.Contains(name);

    public static bool IsAccessSection(IniSection section) =>
        section.Name.StartsWith(UserPrefix, StringComparison.Ordinal) || section.Name.StartsWith(TokenPrefix, StringComparison.Ordinal);

    public AccessConfig Read(string globalSection, SignInConfig? signIn)
    {
        if (document.Find(globalSection) is not { } global)
            return AccessConfig.None;
        var defaults = AccessConfig.None;
        var header = ReadUserHeader(global);
        var access = new AccessConfig
        {
            UserHeader = header,
            Users = ReadUsers(signIn, passwordNeeded: header is null),
            Tokens = ReadTokens(),
            ReadOnly = Read(global, "read_only", AccessValues.TryParseSwitch, defaults.ReadOnly),
            AllowedHosts = Read(global, "allowed_hosts", AccessValues.TryParseHosts, defaults.AllowedHosts),
            BasePath = Read(global, "base_path", AccessValues.TryParseBasePath, defaults.BasePath),
            TrustedProxies = Read(global, "trusted_proxies", AccessValues.TryParseNetworks, defaults.TrustedProxies),
            CorsOrigins = Read(global, "cors_origins", AccessValues.TryParseOrigins, defaults.CorsOrigins),
            AuditLog = Read<string?>(global, "audit_log", AccessValues.TryParsePath, null),
            SessionIdle = Read(global, "session_idle", AccessValues.TryParseDuration, defaults.SessionIdle),
            SessionLimit = Read(global, "session_limit", AccessValues.TryParseDuration, defaults.SessionLimit),
        };
        if (header is not null && access.TrustedProxies.IsEmpty)
            error(LineOf(global, "user_header"), "user_header is set, and nobody is trusted to send it", "name the proxy in trusted_proxies");
        return access;
    }

    private ImmutableArray<UserConfig> ReadUsers(SignInConfig? signIn, bool passwordNeeded)
    {
        var users = ImmutableArray.CreateBuilder<UserConfig>();
        foreach (var (section, name) in Sections(UserPrefix, "user", UserKeys))
        {
            if (name == signIn?.UserName)
                error(section.Line, $"user '{name}' is also the username of [global]", "remove one of them");
            var text = Text(section, "password") ?? "";
            StoredPassword? password = null;
            if (text.Length == 0 && passwordNeeded)
                error(section.Line, $"user '{name}' has no password", "add password=, made by multivisor hash-password");
            else if (text.Length > 0 && !StoredPassword.TryParse(text, out password))
                error(LineOf(section, "password"), $"the password of user '{name}' is no hash of ours", "make it again with multivisor hash-password");
            users.Add(new UserConfig(name, password, text, ReadRole(section), ReadScope(section, "scope"), section.Line));
        }

        return users.DrainToImmutable();
    }

    private ImmutableArray<TokenConfig> ReadTokens()
    {
        var tokens = ImmutableArray.CreateBuilder<TokenConfig>();
        foreach (var (section, name) in Sections(TokenPrefix, "token", TokenKeys))
        {
            if (StoredToken.TryParse(Text(section, "hash") ?? "", out var hash))
                tokens.Add(new TokenConfig(name, hash, ReadRole(section), ReadScope(section, "scope"), section.Line));
            else
                error(LineOf(section, "hash"), $"token '{name}' has no hash of ours", "make one with multivisor create-token");
        }

        return tokens.DrainToImmutable();
    }

    private UserHeaderConfig? ReadUserHeader(IniSection global)
    {
        var name = Text(global, "user_header") ?? "";
        if (name.Length == 0)
            return null;
        if (!name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
        {
            error(LineOf(global, "user_header"), $"'{name}' is no name of a header", "write one like X-Remote-User");
            return null;
        }

        var hasDefault = document.Find(global, "user_header_role") is not null;
        return new UserHeaderConfig(name, hasDefault ? ReadRole(global, "user_header_role") : null, ReadScope(global, "user_header_scope"));
    }

    private IEnumerable<(IniSection Section, string Name)> Sections(string prefix, string kind, string[] keys)
    {
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var section in document.Sections.Where(s => s.Name.StartsWith(prefix, StringComparison.Ordinal)))
        {
            var name = IniText.Trim(section.Name[prefix.Length..]);
            foreach (var key in section.Keys.Where(key => !keys.Contains(key.Name)))
                warn(key.Line, $"key '{key.Name}' of {kind} '{name}' is not known and has no effect", $"use {string.Join(", ", keys)}");
            if (name.Length is 0 or > MaxNameLength || name.Any(char.IsControl))
                error(section.Line, $"the {kind} has no usable name", $"write [{prefix}NAME]");
            else if (!lines.TryAdd(name, section.Line))
                error(section.Line, $"{kind} '{name}' is there twice (first in line {lines[name]})", "give one of them another name");
            else
                yield return (section, name);
        }
    }

    private AccessRole ReadRole(IniSection section, string key = "role")
    {
        var text = Text(section, key);
        if (string.IsNullOrEmpty(text))
            return AccessRole.Viewer;
        if (!AccessRoles.TryParse(text, out var role))
            error(LineOf(section, key), $"there is no role '{text}'", "choose viewer, operator or admin");
        return role;
    }

    /// <summary>An empty scope is a mistake and not everything: it may be one that somebody forgot to fill in.</summary>
    private AccessScope ReadScope(IniSection section, string key)
    {
        if (Text(section, key) is not { } text)
            return AccessScope.All;
        if (AccessScope.TryParse(text, out var scope, out var problem))
            return scope;
        error(LineOf(section, key), problem.Value.What, problem.Value.Advice);
        return AccessScope.All;
    }

    private T Read<T>(IniSection section, string key, AccessValues.TryParse<T> parse, T missing)
    {
        var text = Text(section, key);
        if (string.IsNullOrEmpty(text))
            return missing;
        if (parse(text, out var value, out var problem))
            return value;
        error(LineOf(section, key), $"{key}: {problem.What}", problem.Advice);
        return missing;
    }

    /// <summary>Null when the key is not there, or wrong and reported.</summary>
    private string? Text(IniSection section, string key) => document.Find(section, key) is { } found ? expand(section, found) : null;

    private int LineOf(IniSection section, string key) => document.Find(section, key)?.Line ?? section.Line;
}
