namespace Multivisor.Fleet.Access;

/// <summary>What somebody may do. Each role may do all that the ones before it may.</summary>
public enum AccessRole
{
    /// <summary>Reads states, events and logs.</summary>
    Viewer = 1,

    /// <summary>Also acts on processes and groups.</summary>
    Operator = 2,

    /// <summary>Also acts on supervisors, and reads the configuration.</summary>
    Admin = 3,
}

public static class AccessRoles
{
    /// <summary>As it is written in the configuration and told by the API.</summary>
    public static string ToName(this AccessRole role) => role switch
    {
        AccessRole.Viewer => "viewer",
        AccessRole.Operator => "operator",
        _ => "admin",
    };

    public static bool TryParse(string text, out AccessRole role)
    {
        role = text switch
        {
            "viewer" => AccessRole.Viewer,
            "operator" => AccessRole.Operator,
            "admin" => AccessRole.Admin,
            _ => default,
        };
        return role != default;
    }
}
