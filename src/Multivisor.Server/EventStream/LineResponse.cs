using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Multivisor.Contract;

namespace Multivisor.Server.EventStream;

/// <summary>One response of JSON lines in the envelope of the stream: <c>{"payload": …, "event": …}</c>.</summary>
internal sealed class LineResponse(HttpContext context, StreamOptions options) : StreamingResponse(context, options)
{
    public const string ContentType = "application/x-ndjson";

    public void Begin() => Begin(ContentType);

    /// <summary>Adds a line; to be followed by <see cref="StreamingResponse.FlushAsync"/>.</summary>
    public ValueTask WriteAsync<T>(T payload, string name, JsonTypeInfo<StreamEvent<T>> type) =>
        WriteAsync((byte[])[.. JsonSerializer.SerializeToUtf8Bytes(new StreamEvent<T>(payload, name), type), (byte)'\n']);

    /// <summary>Sends an empty line, a sign of life.</summary>
    public async Task KeepAliveAsync()
    {
        await WriteAsync("\n"u8.ToArray());
        await FlushAsync();
    }
}
