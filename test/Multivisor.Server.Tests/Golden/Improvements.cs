namespace Multivisor.Server.Tests.Golden;

/// <summary>What ours answers instead of the original, and why.</summary>
internal sealed record Improvement(int Status, string? MediaType, string Reason);

/// <summary>Where ours is better on purpose. What is not listed is as the original has it.</summary>
internal static class Improvements
{
    private static readonly Dictionary<string, Improvement> ByProbe = new(StringComparer.Ordinal)
    {
        ["logout_not_required"] = new(200, "application/json", "D11: signing out where nobody signs in is nothing to fail at"),
        ["login_missing_fields"] = new(400, "application/json", "a field that is missing is the client's mistake, not a fault of the server"),
        ["data_old_cookie_after_logout"] = new(401, "application/json", "D11: who signs out is signed out, whoever has the cookie"),
        ["data_options"] = new(200, null, "as the original, without a type for a body that is not there"),
        ["data_trailing_slash"] = new(200, "application/json", "D7: an address of the API never answers with the page"),
        ["data_post"] = new(405, "application/json", "D7: errors of the API are JSON"),
    };

    /// <summary>By what the name of the probe ends with.</summary>
    private static readonly (string Ending, Improvement Improvement)[] ByEnding =
    [
        ("_missing_field", new(400, "application/json", "D7: errors of the API are JSON")),
        ("_json_body", new(400, "application/json", "D7: errors of the API are JSON")),
        ("_empty", new(400, "application/json", "D7: an empty field is as good as a missing one; the original says OK or 500")),
        ("_no_match", new(404, "application/json", "D7: a name that does not exist is told, not answered with OK")),
        ("_unknown", new(404, "application/json", "D7: a name that does not exist is told, not answered with 500")),
        ("_unknown_name", new(404, "application/json", "D7: a name that does not exist is told, not answered with 500")),
        ("_unknown_supervisor", new(404, "application/json", "D7: a name that does not exist is told, not answered with 500")),
        ("_malformed", new(404, "application/json", "D7: a name that does not exist is told, not answered with 500")),
        ("_malformed_uid", new(404, "application/json", "D7: a name that does not exist is told, not answered with 500")),
    ];

    public static Improvement? Of(Recording recording)
    {
        var probe = recording.Json.GetProperty("probe").GetString()!;
        if (ByProbe.TryGetValue(probe, out var improvement))
            return improvement;
        improvement = Array.Find(ByEnding, e => probe.EndsWith(e.Ending, StringComparison.Ordinal)).Improvement;
        if (improvement is not null)
            return improvement;
        // D7: what is JSON is served as JSON.
        return recording is { MediaType: "text/html", BodyJson: not null }
            ? new Improvement(recording.Status, "application/json", "D7: what is JSON is served as JSON")
            : null;
    }
}
