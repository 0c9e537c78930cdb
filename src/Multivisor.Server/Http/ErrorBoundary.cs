namespace Multivisor.Server.Http;

/// <summary>The last resort: a fault of ours is logged whole and told in one sentence, never as a stack trace.</summary>
internal sealed partial class ErrorBoundary(RequestDelegate next, ILogger<ErrorBoundary> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        // Nothing here is ever to be guessed into HTML by a browser.
        context.Response.Headers.XContentTypeOptions = "nosniff";
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client went away; there is nobody to answer.
        }
        catch (BadHttpRequestException e)
        {
            await AnswerAsync(context, e.StatusCode, e.Message);
        }
        catch (Exception e)
        {
            LogFault(logger, e, context.Request.Method, context.Request.Path);
            await AnswerAsync(context, StatusCodes.Status500InternalServerError, "the server failed to answer; its log says why");
        }
    }

    private static Task AnswerAsync(HttpContext context, int status, string message)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return Task.CompletedTask;
        }

        context.Response.Clear();
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return Answers.Message(status, message).ExecuteAsync(context);
    }

    [LoggerMessage(40, LogLevel.Error, "{Method} {Path} failed")]
    private static partial void LogFault(ILogger logger, Exception error, string method, PathString path);
}
