using System.Text.Json;
using System.Threading.Channels;

namespace Multivisor.EndToEnd.Support;

/// <summary>A client of the event stream that reads as the original's does: lines that begin with <c>data:</c>.</summary>
internal sealed class StreamClient : IDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly Channel<JsonElement> _events = Channel.CreateUnbounded<JsonElement>();

    public StreamClient(HttpResponseMessage response)
    {
        _response = response;
        _ = ReadAsync();
    }

    /// <summary>Reads on until an event of a process is as wanted.</summary>
    public Task<JsonElement> ProcessAsync(string uid, string state, TimeSpan? limit = null) => WaitAsync(
        e => e.GetProperty("event").GetString() == "process_changed"
            && e.GetProperty("payload").GetProperty("uid").GetString() == uid
            && e.GetProperty("payload").GetProperty("statename").GetString() == state,
        $"{uid} {state}", limit);

    /// <summary>Reads on until an event of a supervisor is as wanted.</summary>
    public Task<JsonElement> SupervisorAsync(string name, bool running, TimeSpan? limit = null) => WaitAsync(
        e => e.GetProperty("event").GetString() == "supervisor_changed"
            && e.GetProperty("payload").GetProperty("name").GetString() == name
            && e.GetProperty("payload").GetProperty("running").GetBoolean() == running,
        $"{name} running={running}", limit);

    public async Task<JsonElement> WaitAsync(Func<JsonElement, bool> wanted, string what, TimeSpan? limit = null)
    {
        using var end = new CancellationTokenSource(limit ?? TimeSpan.FromSeconds(60));
        try
        {
            while (true)
            {
                var next = await _events.Reader.ReadAsync(end.Token);
                if (wanted(next))
                    return next;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ChannelClosedException)
        {
            throw new TimeoutException($"the event did not come: {what}", e);
        }
    }

    public void Dispose() => _response.Dispose();

    private async Task ReadAsync()
    {
        try
        {
            using var reader = new StreamReader(await _response.Content.ReadAsStreamAsync());
            while (await reader.ReadLineAsync() is { } line)
            {
                if (!line.StartsWith("data:", StringComparison.Ordinal))
                    continue;
                using var document = JsonDocument.Parse(line[5..]);
                _events.Writer.TryWrite(document.RootElement.Clone());
            }

            _events.Writer.TryComplete();
        }
        catch (Exception e)
        {
            _events.Writer.TryComplete(e);
        }
    }
}
