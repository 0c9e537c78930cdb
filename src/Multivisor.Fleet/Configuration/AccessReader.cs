using System.Collections.Immutable;
using Multivisor.Fleet.Access;

namespace Multivisor.Fleet.Configuration;

/// <summary>Reads <c>[user:…]</c>, <c>[token:…]</c> and the keys of <c>[global]</c> that say who may do what.</summary>
internal sealed class AccessReader(AccessSections sections)
{
    public const string UserPrefix = "user:";
    public const string TokenPrefix = "token:";

    public static bool IsAccessSection(IniSection section) =>
        section.Name.StartsWith(UserPrefix, StringComparison.Ordinal) || section.Name.StartsWith(TokenPrefix, StringComparison.Ordinal)
            || OidcReader.IsSection(section);

    public AccessConfig Read(string globalSection, SignInConfig? signIn)
    {
        if (sections.Document.Find(globalSection) is not { } global)
            return AccessConfig.None;
        var defaults = AccessConfig.None;
        var header = ReadUserHeader(global);
        var access = new AccessConfig
        {
            UserHeader = header,
            Oidc = new OidcReader(sections).Read(),
            Users = ReadUsers(signIn, passwordNeeded: header is null),
            Tokens = ReadTokens(),
            ReadOnly = sections.Read(global, "read_only", AccessValues.TryParseSwitch, defaults.ReadOnly),
            AllowedHosts = sections.Read(global, "allowed_hosts", AccessValues.TryParseHosts, defaults.AllowedHosts),
            BasePath = sections.Read(global, "base_path", AccessValues.TryParseBasePath, defaults.BasePath),
            TrustedProxies = sections.Read(global, "trusted_proxies", AccessValues.TryParseNetworks, defaults.TrustedProxies),
            CorsOrigins = sections.Read(global, "cors_origins", AccessValues.TryParseOrigins, defaults.CorsOrigins),
            AuditLog = sections.Read<string?>(global, "audit_log", AccessValues.TryParsePath, null),
            SessionIdle = sections.Read(global, "session_idle", AccessValues.TryParseDuration, defaults.SessionIdle),
            SessionLimit = sections.Read(global, "session_limit", AccessValues.TryParseDuration, defaults.SessionLimit),
        };
        if (header is not null && access.TrustedProxies.IsEmpty)
            sections.Error(sections.LineOf(global, "user_header"), "user_header is set, and nobody is trusted to send it", "name the proxy in trusted_proxies");
        return access;
    }

    private ImmutableArray<UserConfig> ReadUsers(SignInConfig? signIn, bool passwordNeeded)
    {
        var users = ImmutableArray.CreateBuilder<UserConfig>();
        foreach (var (section, name) in sections.All(UserPrefix, "user", ConfigKeys.User.Names))
        {
            if (name == signIn?.UserName)
                sections.Error(section.Line, $"user '{name}' is also the username of [global]", "remove one of them");
            var text = sections.Text(section, "password") ?? "";
            StoredPassword? password = null;
            if (text.Length == 0 && passwordNeeded)
                sections.Error(section.Line, $"user '{name}' has no password", "add password=, made by multivisor hash-password");
            else if (text.Length > 0 && !StoredPassword.TryParse(text, out password))
                sections.Error(sections.LineOf(section, "password"), $"the password of user '{name}' is no hash of ours", "make it again with multivisor hash-password");
            users.Add(new UserConfig(name, password, text, sections.ReadRole(section), sections.ReadScope(section, "scope"), section.Line));
        }

        return users.DrainToImmutable();
    }

    private ImmutableArray<TokenConfig> ReadTokens()
    {
        var tokens = ImmutableArray.CreateBuilder<TokenConfig>();
        foreach (var (section, name) in sections.All(TokenPrefix, "token", ConfigKeys.Token.Names))
        {
            if (StoredToken.TryParse(sections.Text(section, "hash") ?? "", out var hash))
                tokens.Add(new TokenConfig(name, hash, sections.ReadRole(section), sections.ReadScope(section, "scope"), section.Line));
            else
                sections.Error(sections.LineOf(section, "hash"), $"token '{name}' has no hash of ours", "make one with multivisor create-token");
        }

        return tokens.DrainToImmutable();
    }

    private UserHeaderConfig? ReadUserHeader(IniSection global)
    {
        var name = sections.Text(global, "user_header") ?? "";
        if (name.Length == 0)
            return null;
        if (!name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
        {
            sections.Error(sections.LineOf(global, "user_header"), $"'{name}' is no name of a header", "write one like X-Remote-User");
            return null;
        }

        var hasDefault = sections.Document.Find(global, "user_header_role") is not null;
        return new UserHeaderConfig(name, hasDefault ? sections.ReadRole(global, "user_header_role") : null, sections.ReadScope(global, "user_header_scope"));
    }
}
