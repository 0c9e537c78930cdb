using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Multivisor.Server.Http;

/// <summary>
/// Where short JSON is put together before it becomes an array of its own length: one for each thread, so that nothing but that array is allocated.
/// From <see cref="Begin"/> to <see cref="End"/> nothing else may use it on that thread.
/// </summary>
internal sealed class JsonScratch
{
    private const int KeptLength = 64 * 1024;

    /// <summary>As all JSON of ours: escaped as far as JSON needs it and no further.</summary>
    public static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    [ThreadStatic]
    private static JsonScratch? _ofThread;

    private readonly ArrayBufferWriter<byte> _buffer = new(1024);

    private JsonScratch() => Json = new Utf8JsonWriter(_buffer, Options);

    /// <summary>To be flushed before anything is added beside it, and before <see cref="End"/>.</summary>
    public Utf8JsonWriter Json { get; }

    public static JsonScratch Begin()
    {
        var scratch = _ofThread ??= new JsonScratch();
        scratch._buffer.ResetWrittenCount();
        scratch.Json.Reset();
        return scratch;
    }

    /// <summary>The name of a member, escaped once for all times it is written.</summary>
    public static JsonEncodedText Name(string name) => JsonEncodedText.Encode(name, Options.Encoder);

    public void Raw(scoped ReadOnlySpan<byte> octets) => _buffer.Write(octets);

    public void Raw(long number)
    {
        const int Longest = 20;
        number.TryFormat(_buffer.GetSpan(Longest), out var length);
        _buffer.Advance(length);
    }

    public byte[] End()
    {
        if (_buffer.Capacity > KeptLength)
            _ofThread = null;
        return _buffer.WrittenSpan.ToArray();
    }
}
