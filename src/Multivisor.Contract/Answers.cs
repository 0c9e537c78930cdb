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

public sealed record ConfigFileJson(string Content);

public sealed record AuthenticationJson(bool IsAuthenticated, bool UseAuthentication);

/// <summary>Answer to a sign-in that failed: the text for each field of the form.</summary>
public sealed record SignInErrorsJson(IReadOnlyDictionary<string, string> Errors);

/// <summary>An answer that says nothing but yes: <c>{}</c>.</summary>
public sealed record EmptyJson;
