using System.Buffers;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Multivisor.Server.EventStream;

/// <summary>A response that is written while things happen, to a client that may read slowly, or not at all.</summary>
internal abstract class StreamingResponse(HttpContext context, StreamOptions options)
{
    /// <summary>What is written at most before the client must take some of it.</summary>
    private const int FlushFrom = 32 * 1024;

    private int _unflushed;

    /// <summary>Sets the head, so that nobody on the way keeps back what is sent.</summary>
    protected void Begin(string contentType)
    {
        var response = context.Response;
        response.ContentType = contentType;
        response.Headers.CacheControl = "no-cache, no-transform";
        response.Headers["X-Accel-Buffering"] = "no";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
    }

    /// <summary>Adds a frame; to be followed by <see cref="FlushAsync"/>. A long backlog is flushed in parts, never copied whole.</summary>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> frame)
    {
        context.Response.BodyWriter.Write(frame.Span);
        _unflushed += frame.Length;
        return _unflushed < FlushFrom ? ValueTask.CompletedTask : new ValueTask(FlushAsync());
    }

    /// <exception cref="OperationCanceledException">The client is gone, or reads nothing and was therefore disconnected.</exception>
    public async Task FlushAsync()
    {
        _unflushed = 0;
        var flush = context.Response.BodyWriter.FlushAsync(context.RequestAborted);
        if (flush.IsCompletedSuccessfully)
            return;
        try
        {
            await flush.AsTask().WaitAsync(options.WriteLimit, context.RequestAborted);
        }
        catch (TimeoutException e)
        {
            context.Abort();
            throw new OperationCanceledException("The client reads nothing.", e, context.RequestAborted);
        }
    }
}
