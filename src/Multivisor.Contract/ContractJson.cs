using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Multivisor.Contract;

/// <summary>The JSON of the API, made at compile time. Compact, snake_case.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ProcessJson))]
[JsonSerializable(typeof(SupervisorJson))]
[JsonSerializable(typeof(SiteJson))]
[JsonSerializable(typeof(StreamEvent<ProcessJson>))]
[JsonSerializable(typeof(StreamEvent<SupervisorJson>))]
[JsonSerializable(typeof(StreamEvent<NotificationJson>))]
[JsonSerializable(typeof(StreamEvent<ResyncJson>))]
[JsonSerializable(typeof(StreamEvent<HelloJson>))]
[JsonSerializable(typeof(LogJson))]
[JsonSerializable(typeof(LogLinesJson))]
[JsonSerializable(typeof(LogMovedJson))]
[JsonSerializable(typeof(LogEndedJson))]
[JsonSerializable(typeof(LogSearchJson))]
[JsonSerializable(typeof(MessageJson))]
[JsonSerializable(typeof(ActionJson))]
[JsonSerializable(typeof(PlanJson))]
[JsonSerializable(typeof(StreamEvent<PlanJson>))]
[JsonSerializable(typeof(StreamEvent<ActionResultJson>))]
[JsonSerializable(typeof(StreamEvent<ActionSummaryJson>))]
[JsonSerializable(typeof(ConfigFileJson))]
[JsonSerializable(typeof(AccountJson))]
[JsonSerializable(typeof(AuthenticationJson))]
[JsonSerializable(typeof(SignInErrorsJson))]
[JsonSerializable(typeof(EmptyJson))]
[JsonSerializable(typeof(IReadOnlyList<HistoryEntryJson>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
public sealed partial class ContractJson : JsonSerializerContext
{
    /// <summary>
    /// What server and clients use. Text is escaped as far as JSON needs it and no further, so that a person can read
    /// it; it is therefore never to be put into HTML as it is.
    /// </summary>
    public static ContractJson Wire { get; } = new(new JsonSerializerOptions
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    });
}
