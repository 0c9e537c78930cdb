using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.HttpResults;
using Multivisor.Contract;

namespace Multivisor.Server.Http;

/// <summary>The kinds of answer that the API gives.</summary>
internal static class Answers
{
    /// <summary>The content type under which the original sends its plain answers; its clients may look at it.</summary>
    private const string Html = "text/html; charset=utf-8";

    /// <summary>What the original answers to every action.</summary>
    public static ContentHttpResult Ok => Text("OK");

    public static ContentHttpResult Text(string text) => TypedResults.Content(text, Html);

    public static JsonHttpResult<T> Json<T>(T value, JsonTypeInfo<T> type, int status = StatusCodes.Status200OK) =>
        TypedResults.Json(value, type, statusCode: status);

    public static JsonHttpResult<MessageJson> Message(int status, string message, IReadOnlyList<string>? errors = null) =>
        Json(new MessageJson(message) { Errors = errors }, ContractJson.Wire.MessageJson, status);

    public static JsonHttpResult<MessageJson> NotFound(string message) => Message(StatusCodes.Status404NotFound, message);

    public static JsonHttpResult<MessageJson> UnknownSupervisor(string name) =>
        NotFound($"there is no supervisor '{name}' in the configuration");

    public static JsonHttpResult<MessageJson> UnknownProcess(string uid) =>
        NotFound($"there is no process '{uid}' (a uid is supervisor:group:name; /api/process/list has them all)");

    /// <summary>JSON bytes that exist already.</summary>
    public static IResult Bytes(ReadOnlyMemory<byte> json) => new BytesResult(json);

    private sealed class BytesResult(ReadOnlyMemory<byte> json) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.ContentType = "application/json";
            response.ContentLength = json.Length;
            // One write for head and body: two make a client wait for its own delayed acknowledgement (44 ms).
            await response.BodyWriter.WriteAsync(json, httpContext.RequestAborted);
        }
    }
}
