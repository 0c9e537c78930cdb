using System.Collections.Immutable;

namespace Multivisor.Fleet.Configuration;

/// <summary>Reads <c>[oidc]</c> and <c>[oidc:VALUE]</c>.</summary>
internal sealed class OidcReader(AccessSections sections)
{
    private const string SectionName = "oidc";
    private const string RolePrefix = "oidc:";
    private const string ClientSecret = "client_secret";
    private const string ClientSecretFile = "client_secret_file";
    private const string ClientSecretVariable = "client_secret_env";
    private const string OpenId = "openid";

    /// <summary>What providers call it; the last is always there, and never meant for people.</summary>
    private static readonly ImmutableArray<string> UsualNames = ["preferred_username", "email", "name", "sub"];

    private static readonly ImmutableArray<string> UsualScopes = [OpenId, "profile", "email"];

    public static bool IsSection(IniSection section) => section.Name == SectionName || section.Name.StartsWith(RolePrefix, StringComparison.Ordinal);

    /// <summary>Null when there is no <c>[oidc]</c>, or one that is wrong and reported.</summary>
    public OidcConfig? Read()
    {
        var roles = ReadRoles();
        if (sections.Document.Find(SectionName) is not { } section)
        {
            if (!roles.IsEmpty)
                sections.Error(roles[0].Line, $"[{RolePrefix}{roles[0].Value}] is there, and no [{SectionName}]", $"add [{SectionName}] with authority= and client_id=");
            return null;
        }

        sections.WarnOfUnknownKeys(section, $"[{SectionName}]", ConfigKeys.Oidc.Names);
        var authority = sections.Read<Uri?>(section, "authority", AccessValues.TryParseAuthority, null);
        var clientId = sections.Text(section, "client_id") ?? "";
        CheckIsThere(section, "authority", "the address in front of /.well-known/openid-configuration");
        CheckIsThere(section, "client_id", "the name of this server at the provider");
        CheckSecrets(section);
        if (roles.IsEmpty)
        {
            sections.Error(
                section.Line, $"[{SectionName}] is there, and nobody has a role by it",
                $"add [{RolePrefix}VALUE] with role= for values of the claim {RoleClaimOf(section)}, or [{RolePrefix}{OidcRoleConfig.Everybody}] for everybody whom the provider knows");
        }

        if (authority is null)
            return null;
        var named = sections.Text(section, "name_claim");
        return new OidcConfig
        {
            Authority = authority,
            ClientId = clientId,
            ClientSecret = Value(section, ClientSecret),
            ClientSecretFile = Value(section, ClientSecretFile) is { } path ? Path.GetFullPath(path, sections.Folder) : null,
            ClientSecretVariable = Value(section, ClientSecretVariable),
            Label = Value(section, "label"),
            RequestScopes = [.. sections.Read(section, "request_scopes", AccessValues.TryParseWords, UsualScopes).Prepend(OpenId).Distinct()],
            NameClaims = string.IsNullOrEmpty(named) ? UsualNames : [named],
            RoleClaim = RoleClaimOf(section),
            UserInfo = sections.Read(section, "userinfo", AccessValues.TryParseSwitch, false),
            Roles = roles,
        };
    }

    private ImmutableArray<OidcRoleConfig> ReadRoles() =>
    [
        .. sections.All(RolePrefix, "oidc value", ConfigKeys.OidcRole.Names)
            .Select(found => new OidcRoleConfig(found.Name, sections.ReadRole(found.Section), sections.ReadScope(found.Section, "scope"), found.Section.Line)),
    ];

    private void CheckIsThere(IniSection section, string key, string meaning)
    {
        if (sections.Document.Find(section, key) is null || sections.Text(section, key) is { Length: 0 })
            sections.Error(section.Line, $"[{SectionName}] has no '{key}'", $"add {key}=, {meaning}");
    }

    private void CheckSecrets(IniSection section)
    {
        string[] given = [.. ((string[])[ClientSecret, ClientSecretFile, ClientSecretVariable]).Where(key => Value(section, key) is not null)];
        if (given.Length > 1)
            sections.Error(sections.LineOf(section, given[1]), $"[{SectionName}] has '{given[0]}' and '{given[1]}'", "keep one of them");
    }

    private string RoleClaimOf(IniSection section) => Value(section, "role_claim") ?? "roles";

    private string? Value(IniSection section, string key) => sections.Text(section, key) is { Length: > 0 } text ? text : null;
}
