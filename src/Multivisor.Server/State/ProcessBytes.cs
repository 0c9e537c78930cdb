using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Multivisor.Contract;
using Multivisor.Fleet.Model;

namespace Multivisor.Server.State;

/// <summary>
/// The JSON of one process: made once, for the whole state as for its event. It is kept as the member of an object that it is in the
/// whole state, <c>"uid":{…}</c>.
/// </summary>
internal static class ProcessBytes
{
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? _writer;

    /// <summary>As all JSON of ours: escaped as far as JSON needs it and no further.</summary>
    public static JsonWriterOptions Options { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static ReadOnlyMemory<byte> MemberOf(ProcessSnapshot process) => process.Serialized.GetOrMake(process, Make);

    public static ReadOnlyMemory<byte> ObjectOf(ProcessSnapshot process)
    {
        var member = MemberOf(process);
        // No name can hold these octets: a quotation mark in it is escaped.
        return member[(member.Span.IndexOf("\":{"u8) + 2)..];
    }

    private static byte[] Make(ProcessSnapshot process)
    {
        var buffer = _buffer ??= new ArrayBufferWriter<byte>(1024);
        var writer = _writer ??= new Utf8JsonWriter(buffer, Options);
        buffer.ResetWrittenCount();
        writer.Reset();
        writer.WriteStartObject();
        writer.WritePropertyName(process.Uid);
        JsonSerializer.Serialize(writer, JsonShapes.Of(process), ContractJson.Wire.ProcessJson);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan[1..^1].ToArray();
    }
}
