using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Multivisor.Client.Http;
using Multivisor.Contract;

namespace Multivisor.Client;

public sealed partial class MultivisorClient
{
    /// <summary>Follows logs of processes in one stream, by order of arrival; exact, with marks where octets are missing.</summary>
    /// <param name="patterns">uids or patterns of them; at most 200 logs.</param>
    /// <param name="streams"><c>out</c>, <c>err</c>.</param>
    /// <param name="lines">How much of what is there comes first, for each log.</param>
    /// <param name="positions">To resume: the last <see cref="LogEvent.Position"/> of each log, by <c>uid|stream</c>.</param>
    public async IAsyncEnumerable<LogEvent> FollowLogsAsync(
        IEnumerable<string> patterns, IEnumerable<string> streams, int lines, IReadOnlyDictionary<string, string>? positions = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var form = new List<(string, string?)>
        {
            ("uid", string.Join(',', patterns)), ("stream", string.Join(',', streams)), ("lines", Number(lines)),
        };
        form.AddRange((positions ?? new Dictionary<string, string>(StringComparer.Ordinal)).Select(p => ("position", (string?)$"{p.Key}|{p.Value}")));
        using var request = Routes.Post("api/logs/follow", [.. form]);
        await foreach (var item in FollowAsync(request, opened: null, cancellationToken))
        {
            if (ReadLog(item, "", "") is { } happened)
                yield return happened;
        }
    }

    /// <summary>Follows supervisord's own log.</summary>
    public async IAsyncEnumerable<LogEvent> FollowMainLogAsync(
        string supervisor, int lines, string? position = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var start = position is null ? ("lines", Number(lines)) : ("from", position);
        using var request = Routes.Get($"api/supervisor/log/follow/{Routes.Part(supervisor)}", start);
        await foreach (var item in FollowAsync(request, opened: null, cancellationToken))
        {
            if (ReadLog(item, supervisor, "main") is { } happened)
                yield return happened;
        }
    }

    /// <summary>The end of a log.</summary>
    /// <param name="length">Octets at most.</param>
    /// <exception cref="MultivisorException">Also when the process has no log.</exception>
    public async Task<ReadOnlyMemory<byte>> ReadLogEndAsync(string uid, string stream, long length, CancellationToken cancellationToken = default)
    {
        using var request = Routes.Get($"api/process/log/{stream}/range/{Routes.Part(uid)}", ("length", Number(length)));
        using var response = await _transport.OpenAsync(request, cancellationToken);
        try
        {
            await using var body = await _transport.BodyAsync(response, cancellationToken);
            using var octets = new MemoryStream();
            var buffer = new byte[64 * 1024];
            for (int count; octets.Length <= length && (count = await body.ReadAsync(buffer, cancellationToken)) > 0;)
                octets.Write(buffer, 0, count);
            return octets.GetBuffer().AsMemory(0, (int)octets.Length);
        }
        catch (Exception e) when (IsBroken(e, cancellationToken))
        {
            throw _transport.Explain(e);
        }
    }

    private LogEvent? ReadLog(SseItem<string> item, string uid, string stream)
    {
        try
        {
            return item.EventType switch
            {
                LogEvents.Lines => Text(JsonSerializer.Deserialize(item.Data, ContractJson.Wire.LogLinesJson)!),
                LogEvents.Opened or LogEvents.Skipped or LogEvents.Rotated or LogEvents.Cleared =>
                    Moved(JsonSerializer.Deserialize(item.Data, ContractJson.Wire.LogMovedJson)!),
                LogEvents.Ended => Ended(JsonSerializer.Deserialize(item.Data, ContractJson.Wire.LogEndedJson)!),
                _ => null,
            };
        }
        catch (JsonException e)
        {
            throw _transport.Explain(e);
        }

        LogEvent Text(LogLinesJson lines) => new LogEvent.Text(lines.Uid ?? uid, lines.Stream ?? stream, lines.Text) { Position = lines.Position ?? item.EventId ?? "" };

        LogEvent Moved(LogMovedJson moved) =>
            new LogEvent.Moved(moved.Uid ?? uid, moved.Stream ?? stream, item.EventType, moved.File, moved.Lost) { Position = moved.Position ?? item.EventId ?? "" };

        LogEvent Ended(LogEndedJson ended) => new LogEvent.Ended(ended.Uid ?? uid, ended.Stream ?? stream, ended.Reason);
    }
}
