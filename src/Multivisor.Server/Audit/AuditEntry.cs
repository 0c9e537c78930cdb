using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Multivisor.Server.Audit;

/// <summary>One thing that somebody did or was refused.</summary>
/// <param name="Kind"><c>sign-in</c>, <c>sign-out</c>, <c>refusal</c>, <c>action</c> or <c>result</c>.</param>
internal sealed record AuditEntry(string Kind)
{
    public string? Who { get; init; }

    /// <summary>How he was known: <c>session</c>, <c>oidc</c>, <c>token</c>, <c>proxy</c>, <c>everybody</c> or <c>anonymous</c>.</summary>
    public string? By { get; init; }

    public string? From { get; init; }

    public string? What { get; init; }

    public IReadOnlyList<(string Target, string Outcome)> Targets { get; init; } = [];

    public int TargetCount { get; init; }

    public string Result { get; init; } = "";

    public string? Detail { get; init; }

    /// <summary><c>key="value"</c> pairs for the log. Values are quoted as in JSON, so that none can pretend to be another.</summary>
    public string ToLine()
    {
        var pairs = new List<string>();
        Add("who", Who);
        Add("by", By);
        Add("from", From);
        Add("what", What);
        if (TargetCount > 0)
            Add("targets", TargetCount.ToString(CultureInfo.InvariantCulture));
        Add("result", Result);
        Add("detail", Detail);
        return string.Join(' ', pairs);

        void Add(string key, string? value)
        {
            if (value is not null)
                pairs.Add($"{key}=\"{JsonEncodedText.Encode(value, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"");
        }
    }

    /// <summary>One line of JSON without the hash and the brace that end it.</summary>
    public ReadOnlySpan<byte> ToJson(long number, DateTimeOffset time, string previous)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteNumber("n", number);
            json.WriteString("time", time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
            json.WriteString("kind", Kind);
            Write("who", Who);
            Write("by", By);
            Write("from", From);
            Write("what", What);
            if (TargetCount > 0)
                WriteTargets(json);
            json.WriteString("result", Result);
            Write("detail", Detail);
            json.WriteString("prev", previous);
            json.WriteEndObject();

            void Write(string key, string? value)
            {
                if (value is not null)
                    json.WriteString(key, value);
            }
        }

        return buffer.WrittenSpan[..^1];
    }

    private void WriteTargets(Utf8JsonWriter json)
    {
        json.WriteNumber("target_count", TargetCount);
        json.WriteStartObject("targets");
        foreach (var (target, outcome) in Targets)
            json.WriteString(target, outcome);
        json.WriteEndObject();
    }
}
