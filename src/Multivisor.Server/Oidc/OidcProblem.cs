namespace Multivisor.Server.Oidc;

/// <summary>Why somebody was not signed in, as far as the page tells him. The log tells all of it.</summary>
internal enum OidcProblem
{
    /// <summary>The provider did not answer.</summary>
    Unreachable,

    /// <summary>The user, or the provider, said no.</summary>
    Denied,

    /// <summary>What the provider answered is not valid, or not for us.</summary>
    BadAnswer,

    /// <summary>The provider knows him, and the configuration does not say what he may do.</summary>
    NoRole,

    NoName,

    /// <summary>The answer is to no question that this browser asked lately.</summary>
    Stale,

    /// <summary>Too many sign in at the same time.</summary>
    Busy,

    Failed,
}

internal static class OidcProblems
{
    /// <summary>In the address of the page.</summary>
    public static string ToWord(this OidcProblem problem) => problem switch
    {
        OidcProblem.Unreachable => "unreachable",
        OidcProblem.Denied => "denied",
        OidcProblem.BadAnswer => "bad_answer",
        OidcProblem.NoRole => "no_role",
        OidcProblem.NoName => "no_name",
        OidcProblem.Stale => "stale",
        OidcProblem.Busy => "busy",
        _ => "failed",
    };
}
