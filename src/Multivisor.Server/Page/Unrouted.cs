using Multivisor.Server.Admin;
using Multivisor.Server.Http;

namespace Multivisor.Server.Page;

/// <summary>
/// What no route takes: a file of the page, one of the page's own addresses, or a mistake, which is answered as one and
/// never with the page. Files and addresses of the page are public; what they show comes from the API, which is not.
/// </summary>
internal sealed class Unrouted(RequestDelegate next, PageFiles files, ConfigStore config)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var path = context.Request.Path;
        if (context.GetEndpoint() is null && Verbs.Read.Contains(context.Request.Method))
        {
            var index = files.IndexBelow(config.Current.Config.Access.BasePath);
            if (files.TryGet(path.Value ?? "/", out var file))
            {
                await PageResponse.SendAsync(context, ReferenceEquals(file, files.Index) ? index! : file);
                return;
            }

            if (IsOfThePage(path))
            {
                await (index is not null ? PageResponse.SendAsync(context, index) : TextPage.SendAsync(context));
                return;
            }
        }

        await next(context);
        if (context.Response.HasStarted || context.Response.ContentLength is not null)
            return;
        if (context.Response.StatusCode == StatusCodes.Status404NotFound)
            await Answers.NotFound($"there is no {path} (/api/docs lists what there is)").ExecuteAsync(context);
        else if (context.Response.StatusCode == StatusCodes.Status405MethodNotAllowed && HttpMethods.IsOptions(context.Request.Method))
            context.Response.StatusCode = StatusCodes.Status200OK;
        else if (context.Response.StatusCode == StatusCodes.Status405MethodNotAllowed)
            await Answers.Message(StatusCodes.Status405MethodNotAllowed, $"{path} takes {context.Response.Headers.Allow}, not {context.Request.Method}").ExecuteAsync(context);
    }

    /// <summary>The addresses that the page's own router knows: those of the original, and whatever is below <c>/view</c>.</summary>
    private static bool IsOfThePage(PathString path) =>
        path == "/" || path == "" || path == "/login" || path == "/login/" || path.StartsWithSegments("/view", StringComparison.Ordinal);
}
