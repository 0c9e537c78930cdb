using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Multivisor.Bench.Page;

/// <summary>One page of a browser, driven by the Chrome DevTools protocol.</summary>
internal sealed class CdpSession : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonElement>> _waiting = new();
    private readonly SemaphoreSlim _sending = new(1);
    private int _lastId;
    private Task _reading = Task.CompletedTask;

    public static async Task<CdpSession> ConnectAsync(Uri address)
    {
        var session = new CdpSession();
        await session._socket.ConnectAsync(address, CancellationToken.None);
        session._reading = Task.Run(session.ReadAsync);
        return session;
    }

    /// <exception cref="InvalidOperationException">The browser refuses.</exception>
    public async Task<JsonElement> CallAsync(string method, JsonObject? parameters = null)
    {
        var id = Interlocked.Increment(ref _lastId);
        var answer = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[id] = answer;
        var message = JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters ?? [] });
        await _sending.WaitAsync();
        try
        {
            await _socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        }
        finally
        {
            _sending.Release();
        }

        return await answer.Task.WaitAsync(TimeSpan.FromMinutes(2));
    }

    /// <summary>Runs an expression in the page and waits for what it promises.</summary>
    /// <exception cref="InvalidOperationException">It throws.</exception>
    public async Task<JsonElement> EvaluateAsync(string expression)
    {
        var answer = await CallAsync("Runtime.evaluate", new JsonObject
        {
            ["expression"] = expression, ["awaitPromise"] = true, ["returnByValue"] = true,
        });
        return answer.TryGetProperty("exceptionDetails", out var failure)
            ? throw new InvalidOperationException($"The page: {failure}")
            : answer.GetProperty("result").TryGetProperty("value", out var value) ? value : default;
    }

    /// <summary>The browser's own counters of the page, for example <c>TaskDuration</c> in seconds.</summary>
    public async Task<IReadOnlyDictionary<string, double>> MetricsAsync() =>
        (await CallAsync("Performance.getMetrics")).GetProperty("metrics").EnumerateArray().ToDictionary(
            m => m.GetProperty("name").GetString()!, m => m.GetProperty("value").GetDouble(), StringComparer.Ordinal);

    public async ValueTask DisposeAsync()
    {
        _socket.Abort();
        await _reading;
        _socket.Dispose();
        _sending.Dispose();
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[256 * 1024];
        using var message = new MemoryStream();
        try
        {
            while (true)
            {
                var part = await _socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
                message.Write(buffer, 0, part.Count);
                if (!part.EndOfMessage)
                    continue;
                Take(message.GetBuffer().AsMemory(0, (int)message.Length));
                message.SetLength(0);
            }
        }
        catch (Exception e)
        {
            // Closed by either side: whoever waits is told.
            foreach (var waiting in _waiting.Values)
                waiting.TrySetException(new InvalidOperationException($"The browser has gone: {e.Message}"));
        }
    }

    private void Take(ReadOnlyMemory<byte> message)
    {
        using var document = JsonDocument.Parse(message);
        var root = document.RootElement;
        if (!root.TryGetProperty("id", out var id) || !_waiting.TryRemove(id.GetInt32(), out var answer))
            return;
        if (root.TryGetProperty("error", out var error))
            answer.TrySetException(new InvalidOperationException($"The browser refuses: {error}"));
        else
            answer.TrySetResult(root.GetProperty("result").Clone());
    }
}
