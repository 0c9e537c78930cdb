using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Multivisor.Contract;
using Multivisor.Fleet;
using Multivisor.Fleet.Model;
using Multivisor.Server.Admin;

namespace Multivisor.Server.State;

/// <summary>
/// The answer to <c>/api/data</c>, put together from bytes that each supervisor's snapshot keeps, and kept itself until
/// something changes.
/// </summary>
internal sealed class DataDocument(SupervisorFleet fleet, ConfigStore config)
{
    private static readonly IEqualityComparer<SupervisorSnapshot> ByReference = ReferenceEqualityComparer.Instance;

    private Version? _latest;

    /// <summary>The document, and the number of the last event whose effect is certainly in it.</summary>
    public (ReadOnlyMemory<byte> Json, long EventId) Get()
    {
        // The number first: a change in between is then in the document and comes again as an event, which does no harm.
        var eventId = fleet.Feed.LastId;
        var current = config.Current;
        SupervisorSnapshot[] snapshots = [.. fleet.Supervisors.Select(s => s.Snapshot)];
        var latest = Volatile.Read(ref _latest);
        if (latest is null || !ReferenceEquals(latest.Config, current) || !latest.Snapshots.AsSpan().SequenceEqual(snapshots, ByReference))
        {
            latest = new Version(current, snapshots, Make(current, snapshots));
            Volatile.Write(ref _latest, latest);
        }

        return (latest.Json, eventId);
    }

    public static ReadOnlyMemory<byte> BytesOf(SupervisorSnapshot supervisor) => supervisor.Serialized.GetOrMake(
        supervisor, static s => JsonSerializer.SerializeToUtf8Bytes(JsonShapes.Of(s), ContractJson.Wire.SupervisorJson));

    private static byte[] Make(ConfigVersion config, SupervisorSnapshot[] snapshots)
    {
        var buffer = new ArrayBufferWriter<byte>(64 * 1024);
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            var members = config.Config.Global
                .Where(key => !key.IsSecret && key.Name != "supervisors")
                .ToDictionary(key => key.Name, key => key.Value, StringComparer.Ordinal);
            foreach (var name in members.Keys.Append("supervisors").Order(StringComparer.Ordinal))
            {
                writer.WritePropertyName(name);
                if (members.TryGetValue(name, out var value))
                    writer.WriteStringValue(value);
                else
                    WriteSupervisors(writer, snapshots);
            }

            writer.WriteEndObject();
        }

        // The original ends with a line feed.
        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteSupervisors(Utf8JsonWriter writer, SupervisorSnapshot[] snapshots)
    {
        writer.WriteStartObject();
        foreach (var supervisor in snapshots.OrderBy(s => s.Name, StringComparer.Ordinal))
        {
            writer.WritePropertyName(supervisor.Name);
            writer.WriteRawValue(BytesOf(supervisor).Span, skipInputValidation: true);
        }

        writer.WriteEndObject();
    }

    private sealed record Version(ConfigVersion Config, SupervisorSnapshot[] Snapshots, byte[] Json);
}
