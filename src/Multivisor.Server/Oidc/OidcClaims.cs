using System.Security.Claims;
using System.Text.Json;
using Multivisor.Fleet.Configuration;

namespace Multivisor.Server.Oidc;

/// <summary>What the claims of a user say: his name, and the values that may give him a role.</summary>
internal static class OidcClaims
{
    private const int MaxNameLength = 200;

    /// <summary>Null when none of the claims has a name that can be shown and kept.</summary>
    public static string? NameOf(ClaimsPrincipal user, OidcConfig oidc) => oidc.NameClaims
        .Select(claim => user.FindFirst(claim)?.Value.Trim())
        .FirstOrDefault(name => name is { Length: > 0 and <= MaxNameLength } && !name.Any(c => char.IsControl(c) || c is '\u2028' or '\u2029'));

    /// <summary>The first section of the configuration that is for somebody with these claims.</summary>
    public static OidcRoleConfig? RoleOf(ClaimsPrincipal user, OidcConfig oidc)
    {
        var values = ValuesOf(user, oidc.RoleClaim);
        return oidc.Roles.FirstOrDefault(role => role.Value == OidcRoleConfig.Everybody || values.Contains(role.Value));
    }

    /// <summary>The claim in which a path begins, as <c>realm_access</c> in <c>realm_access.roles</c>; null for a plain name.</summary>
    public static string? RootOf(string path) => path.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot ? path[..dot] : null;

    private static HashSet<string> ValuesOf(ClaimsPrincipal user, string claim)
    {
        // Names may have dots in them too, as those of namespaces.
        var values = user.FindAll(claim).Select(c => c.Value).ToHashSet(StringComparer.Ordinal);
        if (values.Count > 0 || RootOf(claim) is not { } root)
            return values;
        foreach (var found in user.FindAll(root))
            AddFrom(found.Value, claim[(root.Length + 1)..].Split('.'), values);
        return values;
    }

    private static void AddFrom(string text, string[] path, HashSet<string> values)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 16 });
            var element = document.RootElement;
            foreach (var name in path)
            {
                if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
                    return;
            }

            JsonElement[] found = element.ValueKind == JsonValueKind.Array ? [.. element.EnumerateArray()] : [element];
            values.UnionWith(found.Where(value => value.ValueKind == JsonValueKind.String).Select(value => value.GetString()!));
        }
        catch (JsonException)
        {
            // A claim of that name that is no object gives nobody anything.
        }
    }
}
