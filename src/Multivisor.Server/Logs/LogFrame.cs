using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Multivisor.Contract;
using Multivisor.Fleet.Logs;

namespace Multivisor.Server.Logs;

/// <summary>The events of a followed log as server-sent events.</summary>
/// <param name="Uid">Set in a merged stream, where an event says whose it is and carries its position in its data instead of an id.</param>
internal sealed record LogFrame(string? Uid = null, string? Stream = null)
{
    public byte[] Of(LogText text) => Make(
        LogEvents.Lines,
        text.Position,
        new LogLinesJson(text.Text, text.From, text.To, text.File) { Uid = Uid, Stream = Stream, Position = InData(text.Position) },
        ContractJson.Wire.LogLinesJson);

    public byte[] Of(LogEvent.Moved moved, LogPosition position, bool isFirst)
    {
        var name = moved.Reason switch
        {
            LogMove.Begun or LogMove.Resumed when isFirst => LogEvents.Opened,
            LogMove.Cleared => LogEvents.Cleared,
            LogMove.Skipped => LogEvents.Skipped,
            _ => LogEvents.Rotated,
        };
        return Make(
            name,
            position,
            new LogMovedJson(moved.File, moved.Offset, moved.Lost) { Uid = Uid, Stream = Stream, Position = InData(position) },
            ContractJson.Wire.LogMovedJson);
    }

    public byte[] Ended(string reason) => Make(LogEvents.Ended, null, new LogEndedJson(reason) { Uid = Uid, Stream = Stream }, ContractJson.Wire.LogEndedJson);

    private string? InData(LogPosition position) => Uid is null ? null : position.ToString();

    private byte[] Make<T>(string name, LogPosition? position, T data, JsonTypeInfo<T> type)
    {
        var id = position is { } place && Uid is null ? $"id: {place}\n" : "";
        var head = Encoding.UTF8.GetBytes($"event: {name}\n{id}data: ");
        return [.. head, .. JsonSerializer.SerializeToUtf8Bytes(data, type), .. "\n\n"u8];
    }
}
