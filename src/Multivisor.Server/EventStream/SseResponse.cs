using System.Text;

namespace Multivisor.Server.EventStream;

/// <summary>One response of server-sent events.</summary>
internal sealed class SseResponse(HttpContext context, StreamOptions options) : StreamingResponse(context, options)
{
    /// <summary>Sends the head at once, so that the client knows that it is connected before the first event.</summary>
    public Task BeginAsync()
    {
        Begin("text/event-stream; charset=utf-8");
        return CommentAsync("multivisor");
    }

    /// <summary>Sends a line that clients ignore.</summary>
    public async Task CommentAsync(string text)
    {
        await WriteAsync(Encoding.ASCII.GetBytes($": {text}\n\n"));
        await FlushAsync();
    }
}
