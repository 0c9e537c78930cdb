using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Multivisor.Contract;

namespace Multivisor.Cli.Output;

/// <summary>The JSON of the command line beside that of the API, which it prints as it is (docs/cli.md).</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(IReadOnlyList<ProcessJson>))]
[JsonSerializable(typeof(LogLineJson))]
[JsonSerializable(typeof(IReadOnlyList<DoctorFindingJson>))]
[JsonSerializable(typeof(VersionJson))]
internal sealed partial class CliJson : JsonSerializerContext
{
    public static CliJson Wire { get; } = new(new JsonSerializerOptions
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    });
}

/// <summary>A line of <c>logs --output ndjson</c>.</summary>
/// <param name="Stream"><c>out</c>, <c>err</c>, or <c>main</c>.</param>
internal sealed record LogLineJson(string Uid, string Stream, string Line);

/// <summary>A finding of <c>doctor</c>.</summary>
/// <param name="Severity"><c>problem</c> or <c>note</c>.</param>
internal sealed record DoctorFindingJson(string Supervisor, string Severity, string What, string Advice);

/// <param name="Server">Null when it cannot be reached.</param>
internal sealed record VersionJson(string Cli, string? Server);
