using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Multivisor.Client.Http;
using Multivisor.Contract;

namespace Multivisor.Client;

public sealed partial class MultivisorClient
{
    /// <summary>
    /// What changes on the site, as it happens, until the connection is lost. See <see cref="LiveSite"/> for a state that keeps itself true.
    /// </summary>
    /// <param name="afterId">The <see cref="SiteEvent.Id"/> of the last event that was seen, to resume behind it; null to begin now.</param>
    /// <param name="opened">Called when the server has accepted: from then on no event is missed.</param>
    public async IAsyncEnumerable<SiteEvent> FollowEventsAsync(
        string? afterId = null, Action? opened = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var request = Routes.Get("api/stream", ("hello", "1"));
        if (afterId is { Length: > 0 })
            request.Headers.Add("Last-Event-ID", afterId);
        await foreach (var item in FollowAsync(request, opened, cancellationToken))
        {
            if (Read(item) is { } happened)
                yield return happened;
        }
    }

    /// <summary>The server-sent events of an answer, until it ends or fails.</summary>
    private async IAsyncEnumerable<SseItem<string>> FollowAsync(
        HttpRequestMessage request, Action? opened, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await _transport.OpenAsync(request, cancellationToken);
        opened?.Invoke();
        await using var body = await _transport.BodyAsync(response, cancellationToken);
        await using var items = SseParser.Create(body).EnumerateAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            try
            {
                if (!await items.MoveNextAsync())
                    yield break;
            }
            catch (Exception e) when (IsBroken(e, cancellationToken))
            {
                throw _transport.Explain(e);
            }

            yield return items.Current;
        }
    }

    /// <returns>Null for what a newer server may tell beside.</returns>
    private SiteEvent? Read(SseItem<string> item)
    {
        try
        {
            using var document = JsonDocument.Parse(item.Data);
            var payload = document.RootElement.GetProperty("payload");
            SiteEvent? happened = document.RootElement.GetProperty("event").GetString() switch
            {
                StreamEvents.ProcessChanged => new SiteEvent.ProcessChanged(payload.Deserialize(ContractJson.Wire.ProcessJson)!),
                StreamEvents.SupervisorChanged => new SiteEvent.SupervisorChanged(payload.Deserialize(ContractJson.Wire.SupervisorJson)!),
                StreamEvents.Notification => new SiteEvent.Notification(payload.Deserialize(ContractJson.Wire.NotificationJson)!),
                StreamEvents.Resync => new SiteEvent.Resync(payload.Deserialize(ContractJson.Wire.ResyncJson)!),
                StreamEvents.Hello => new SiteEvent.Hello(payload.Deserialize(ContractJson.Wire.HelloJson)!),
                _ => null,
            };
            return happened is null ? null : happened with { Id = item.EventId ?? "" };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw _transport.Explain(e as JsonException ?? new JsonException("an event that cannot be read", e));
        }
    }
}
