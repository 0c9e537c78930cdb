using System.Buffers;
using System.IO.Pipelines;
using System.Text.Encodings.Web;
using System.Text.Json;
using Multivisor.Fleet;
using Multivisor.Fleet.Model;
using Multivisor.Server.Access;
using Multivisor.Server.Admin;

namespace Multivisor.Server.State;

/// <summary>The answer to <c>/api/data</c>. It is never in memory as a whole: with a thousand supervisors it has 28 MB.</summary>
internal sealed class DataDocument(SupervisorFleet fleet, ConfigStore config)
{
    /// <summary>What is written before the client must take some of it.</summary>
    private const int FlushFrom = 64 * 1024;

    private static ReadOnlySpan<byte> Empty => "\"supervisors\":{}"u8;

    /// <summary>The state as it is now, through one scope.</summary>
    public DataVersion Get(ScopedModel model)
    {
        // The number first: a change in between is then in the document and comes again as an event, which does no harm.
        var eventId = fleet.Feed.LastId;
        var around = Around(config.Current);
        var supervisors = fleet.Supervisors
            .Select(s => model.Of(s.Snapshot))
            .OfType<SupervisorSnapshot>()
            .OrderBy(s => s.Name, StringComparer.Ordinal)
            .Select(s => (Key(s.Name), s))
            .ToArray();
        return new DataVersion(eventId, around, around.AsSpan().IndexOf(Empty) + Empty.Length - 1, supervisors);
    }

    private static byte[] Around(ConfigVersion config)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, ProcessBytes.Options))
        {
            writer.WriteStartObject();
            var members = config.Config.Global
                .Where(key => !key.IsSecret && key.Name != "supervisors")
                .ToDictionary(key => key.Name, key => key.Value, StringComparer.Ordinal);
            foreach (var name in members.Keys.Append("supervisors").Order(StringComparer.Ordinal))
            {
                writer.WritePropertyName(name);
                if (members.TryGetValue(name, out var value))
                {
                    writer.WriteStringValue(value);
                }
                else
                {
                    writer.WriteStartObject();
                    writer.WriteEndObject();
                }
            }

            writer.WriteEndObject();
        }

        // The original ends with a line feed.
        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    private static byte[] Key(string name) =>
        [.. "\""u8, .. JsonEncodedText.Encode(name, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes, .. "\":"u8];

    /// <summary>The state at one moment.</summary>
    /// <param name="eventId">The number of the last event whose effect is certainly in it.</param>
    /// <param name="around">All but the supervisors.</param>
    /// <param name="middle">Where in it they belong.</param>
    internal sealed class DataVersion(long eventId, byte[] around, int middle, (byte[] Key, SupervisorSnapshot Supervisor)[] supervisors)
    {
        public long EventId { get; } = eventId;

        /// <summary>In octets.</summary>
        public long Length { get; } =
            around.Length + Math.Max(0, supervisors.Length - 1) + supervisors.Sum(s => s.Key.Length + SupervisorBytes.LengthOf(s.Supervisor));

        public async Task WriteAsync(PipeWriter output, CancellationToken cancellationToken)
        {
            output.Write(around.AsSpan(0, middle));
            for (var i = 0; i < supervisors.Length; i++)
            {
                if (i > 0)
                    output.Write(","u8);
                output.Write(supervisors[i].Key);
                SupervisorBytes.Write(supervisors[i].Supervisor, output);
                if (output.UnflushedBytes >= FlushFrom)
                    await output.FlushAsync(cancellationToken);
            }

            output.Write(around.AsSpan(middle));
            await output.FlushAsync(cancellationToken);
        }
    }
}
