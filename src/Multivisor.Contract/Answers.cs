using System.Text.Json.Serialization;

namespace Multivisor.Contract;

/// <summary>What every 4xx and 5xx answer of the API says.</summary>
public sealed record MessageJson(string Message)
{
    /// <summary>Details, one each; absent when there are none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Errors { get; init; }
}

/// <summary>Answer to an action that was asked for with <c>Accept: application/json</c>.</summary>
/// <param name="Action">For example <c>process/stop</c>.</param>
/// <param name="Unknown">What was named and does not exist.</param>
public sealed record ActionJson(
    string Action, int Done, int Failed, int Skipped, IReadOnlyList<ActionResultJson> Results, IReadOnlyList<string> Unknown);

/// <param name="Target">uid of a process or name of a supervisor.</param>
/// <param name="Outcome"><c>done</c>, <c>failed</c> or <c>skipped</c>.</param>
/// <param name="Fault">supervisord's fault number, when it refused.</param>
public sealed record ActionResultJson(string Target, string Outcome, string Message, int? Fault, double Seconds);

/// <summary>What an action would touch: the answer to <c>dry_run=1</c>, and the first line of an answer in <c>application/x-ndjson</c>.</summary>
/// <param name="Unknown">What was named and does not exist.</param>
public sealed record PlanJson(string Action, IReadOnlyList<PlannedTargetJson> Targets, IReadOnlyList<string> Unknown);

/// <param name="Target">uid of a process or name of a supervisor.</param>
public sealed record PlannedTargetJson(string Target, string Supervisor, string Host)
{
    /// <summary>Why it is left alone; absent when it is not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Skip { get; init; }
}

/// <summary>The last line of an answer in <c>application/x-ndjson</c>. Without it the end of the action is not known.</summary>
public sealed record ActionSummaryJson(string Action, int Done, int Failed, int Skipped, double Seconds);

/// <summary>
/// Names of the lines of an answer in <c>application/x-ndjson</c>: <c>{"payload":…,"event":…}</c> as in the stream. Empty lines are
/// signs of life.
/// </summary>
public static class ActionLines
{
    /// <summary>Payload: <see cref="PlanJson"/>. The first line.</summary>
    public const string Plan = "plan";

    /// <summary>Payload: <see cref="ActionResultJson"/>. One for each target, as they come.</summary>
    public const string Result = "result";

    /// <summary>Payload: <see cref="ActionSummaryJson"/>. The last line.</summary>
    public const string Summary = "summary";
}

public sealed record ConfigFileJson(string Content);

public sealed record AuthenticationJson(bool IsAuthenticated, bool UseAuthentication)
{
    /// <summary>
    /// There where an OpenID provider signs users in, at <c>/api/oidc/login</c>: what the button for it says, or empty when the configuration
    /// leaves that to the page.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Oidc { get; init; }

    /// <summary>False where nobody has a password; absent otherwise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Password { get; init; }
}

/// <summary>Who makes a request, and what he may do.</summary>
public sealed record AccountJson
{
    /// <summary>Null where nobody signs in, and for the single user of the configuration, whose name is kept secret.</summary>
    public required string? Name { get; init; }

    /// <summary>The server changes nothing, whoever asks.</summary>
    public required bool ReadOnly { get; init; }

    /// <summary><c>viewer</c>, <c>operator</c> or <c>admin</c>.</summary>
    public required string Role { get; init; }

    /// <summary>Patterns of what is seen and may be touched; <c>*</c> alone is everything.</summary>
    public required IReadOnlyList<string> Scope { get; init; }
}

/// <summary>Answer to a sign-in that failed: the text for each field of the form.</summary>
public sealed record SignInErrorsJson(IReadOnlyDictionary<string, string> Errors);

/// <summary>An answer that says nothing but yes: <c>{}</c>.</summary>
public sealed record EmptyJson;
