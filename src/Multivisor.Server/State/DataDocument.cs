using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Text.Encodings.Web;
using System.Text.Json;
using Multivisor.Fleet;
using Multivisor.Fleet.Model;
using Multivisor.Server.Access;
using Multivisor.Server.Admin;
using Multivisor.Server.Http;

namespace Multivisor.Server.State;

/// <summary>The answer to <c>/api/data</c>. It is never in memory as a whole: with a thousand supervisors it has 28 MB.</summary>
internal sealed class DataDocument(SupervisorFleet fleet, ConfigStore config, TimeProvider time)
{
    /// <summary>Octets that are written before the client must take some of them.</summary>
    private const int PartLength = 64 * 1024;

    /// <summary>The same for a client that takes what it gets at once: each part is a wait for two other threads, which is what most of the time goes into.</summary>
    private const int LongPartLength = 1024 * 1024;

    /// <summary>Answers that may be written in long parts at a time: that much memory a client may hold by reading no further.</summary>
    private const int MostInLongParts = 8;

    /// <summary>A client that takes a part in this time reads at once.</summary>
    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(5);

    /// <summary>
    /// A version is another one after this time, though nothing has changed: it tells of last contacts and uptimes, which pass by themselves, and who is sent
    /// the one of before must not take them for true for ever.
    /// </summary>
    private static readonly TimeSpan Lasts = TimeSpan.FromSeconds(20);

    private readonly Lock _gate = new();
    private long _age;
    private long _agedAt = time.GetTimestamp();
    private int _inLongParts;

    private static ReadOnlySpan<byte> Empty => "\"supervisors\":{}"u8;

    /// <summary>Which version it is now, without making it.</summary>
    public DataMark MarkOf(ScopedModel model)
    {
        var eventId = fleet.Feed.LastId;
        // The number of supervisors: the first ones of a list that is discovered are announced by nothing but their connection.
        return new DataMark(eventId, $"\"{eventId:x}-{fleet.Supervisors.Length:x}-{model.Number:x}-{Age():x}\"");
    }

    private long Age()
    {
        lock (_gate)
        {
            if (time.GetElapsedTime(_agedAt) >= Lasts)
            {
                _age++;
                _agedAt = time.GetTimestamp();
            }

            return _age;
        }
    }

    /// <summary>The state as it is now, through one scope.</summary>
    public DataVersion Get(ScopedModel model)
    {
        // The number first: a change in between is then in the document and comes again as an event, which does no harm.
        var mark = MarkOf(model);
        var around = Around(config.Current);
        var supervisors = fleet.Supervisors
            .Select(s => model.Of(s.Snapshot))
            .OfType<SupervisorSnapshot>()
            .OrderBy(s => s.Name, StringComparer.Ordinal)
            .Select(s => (Key(s.Name), s))
            .ToArray();
        return new DataVersion(mark, around, around.AsSpan().IndexOf(Empty) + Empty.Length - 1, supervisors);
    }

    /// <summary>Sends it as fast as the client takes it.</summary>
    public async Task WriteAsync(DataVersion data, PipeWriter output, CancellationToken cancellationToken)
    {
        var writing = data.Begin(output);
        var isLong = false;
        try
        {
            while (writing.WritePart(isLong ? LongPartLength : PartLength))
            {
                var started = Stopwatch.GetTimestamp();
                await output.FlushAsync(cancellationToken);
                var isAtOnce = Stopwatch.GetElapsedTime(started) < (isLong ? 4 * AtOnce : AtOnce);
                if (isAtOnce && !isLong)
                    isLong = TryBeginLongParts();
                else if (!isAtOnce && isLong)
                    isLong = EndLongParts();
            }

            await output.FlushAsync(cancellationToken);
        }
        finally
        {
            if (isLong)
                EndLongParts();
        }
    }

    private bool TryBeginLongParts()
    {
        if (Interlocked.Increment(ref _inLongParts) <= MostInLongParts)
            return true;
        return EndLongParts();
    }

    private bool EndLongParts()
    {
        Interlocked.Decrement(ref _inLongParts);
        return false;
    }

    private static byte[] Around(ConfigVersion config)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, JsonScratch.Options))
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
    /// <param name="around">All but the supervisors.</param>
    /// <param name="middle">Where in it they belong.</param>
    internal sealed class DataVersion(DataMark mark, byte[] around, int middle, (byte[] Key, SupervisorSnapshot Supervisor)[] supervisors)
    {
        public DataMark Mark { get; } = mark;

        /// <summary>In octets.</summary>
        public long Length { get; } =
            around.Length + Math.Max(0, supervisors.Length - 1) + supervisors.Sum(s => s.Key.Length + SupervisorBytes.LengthOf(s.Supervisor));

        public Writing Begin(IBufferWriter<byte> output) => new(this, output);

        /// <summary>One way through the document.</summary>
        internal sealed class Writing(DataVersion data, IBufferWriter<byte> output)
        {
            private int _next = -1;

            /// <summary>Writes about so many octets. False when that was the end.</summary>
            public bool WritePart(int length)
            {
                var part = new BlockWriter(output);
                if (_next < 0)
                {
                    part.Write(data.Around[..data.Middle]);
                    _next = 0;
                }

                while (_next < data.Supervisors.Length && part.Written < length)
                {
                    var (key, supervisor) = data.Supervisors[_next];
                    if (_next++ > 0)
                        part.Write(","u8);
                    part.Write(key);
                    SupervisorBytes.Write(supervisor, ref part);
                }

                var isEnd = _next == data.Supervisors.Length;
                if (isEnd)
                    part.Write(data.Around[data.Middle..]);
                part.Commit();
                return !isEnd;
            }
        }

        private ReadOnlySpan<byte> Around => around;

        private int Middle => middle;

        private (byte[] Key, SupervisorSnapshot Supervisor)[] Supervisors => supervisors;
    }
}
