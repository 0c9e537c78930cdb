using System.Globalization;
using System.Text.Json;

namespace Multivisor.Server.Tests.Support;

/// <summary>One block of server-sent events: a comment, or data and its id.</summary>
/// <param name="Name">Of a named event, which a client that does not listen for it passes over.</param>
internal sealed record SseBlock(string? Comment, string? Id, string? Name, string Text)
{
    public bool IsEvent => Comment is null && Name is null;

    public JsonElement Data => JsonElement.Parse(Text);

    public string Event => Data.GetProperty("event").GetString()!;

    public JsonElement Payload => Data.GetProperty("payload");

    public string Message => Payload.GetProperty("message").GetString()!;

    public long Number => long.Parse(Id!, CultureInfo.InvariantCulture);

    public bool IsProcess(string uid, string stateName) => IsEvent && Event == "process_changed"
        && Payload.GetProperty("uid").GetString() == uid && Payload.GetProperty("statename").GetString() == stateName;

    public bool IsSupervisor(string name, bool running) => IsEvent && Event == "supervisor_changed"
        && Payload.GetProperty("name").GetString() == name && Payload.GetProperty("running").GetBoolean() == running;
}

/// <summary>Reads a stream of server-sent events, block by block.</summary>
internal sealed class SseClient : IDisposable
{
    private readonly StreamReader _reader;

    private SseClient(HttpResponseMessage response, Stream body)
    {
        Response = response;
        _reader = new StreamReader(body);
    }

    public HttpResponseMessage Response { get; }

    /// <summary>By POST, with what is too long for an address.</summary>
    public static async Task<SseClient> OpenAsync(TestServer server, string path, HttpContent form)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = form };
        return await OpenAsync(server, request);
    }

    public static async Task<SseClient> OpenAsync(TestServer server, string path = "/api/stream", string? lastEventId = null, string? cookie = null, string? token = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (lastEventId is not null)
            request.Headers.Add("Last-Event-ID", lastEventId);
        if (cookie is not null)
            request.Headers.Add("Cookie", cookie);
        if (token is not null)
            request.Headers.Add("Authorization", $"Bearer {token}");
        return await OpenAsync(server, request);
    }

    private static async Task<SseClient> OpenAsync(TestServer server, HttpRequestMessage request)
    {
        var response = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).Soon();
        return new SseClient(response, await response.Content.ReadAsStreamAsync());
    }

    /// <summary>The next block; null at the end of the stream.</summary>
    public async Task<SseBlock?> ReadAsync()
    {
        var (comment, id, name, text) = ((string?)null, (string?)null, (string?)null, (string?)null);
        while (await _reader.ReadLineAsync().Soon() is { } line)
        {
            if (line.StartsWith(": ", StringComparison.Ordinal))
                comment = line[2..];
            else if (line.StartsWith("id: ", StringComparison.Ordinal))
                id = line[4..];
            else if (line.StartsWith("event: ", StringComparison.Ordinal))
                name = line[7..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
                text = line[6..];
            else if (line.Length == 0)
                return new SseBlock(comment, id, name, text ?? "");
            else
                Assert.Fail($"unexpected line: {line}");
        }

        return null;
    }

    /// <summary>The next event, comments passed over.</summary>
    public Task<SseBlock> NextAsync() => UntilAsync(block => block.IsEvent);

    public async Task<SseBlock> UntilAsync(Func<SseBlock, bool> wanted)
    {
        while (true)
        {
            var block = await ReadAsync() ?? throw new EndOfStreamException("the server ended the stream");
            if (wanted(block))
                return block;
        }
    }

    public async Task<IReadOnlyList<SseBlock>> TakeAsync(int count)
    {
        var events = new List<SseBlock>();
        while (events.Count < count)
            events.Add(await NextAsync());
        return events;
    }

    /// <summary>Reads until the server ends the stream.</summary>
    public async Task EndAsync()
    {
        while (await ReadAsync() is not null)
        {
        }
    }

    public void Dispose()
    {
        _reader.Dispose();
        Response.Dispose();
    }
}
