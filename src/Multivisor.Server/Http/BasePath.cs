using Multivisor.Server.Admin;

namespace Multivisor.Server.Http;

/// <summary>
/// With <c>base_path</c>, takes the beginning of the path away. A proxy may have done so already, so the rest alone is taken as
/// well.
/// </summary>
internal sealed class BasePath(RequestDelegate next, ConfigStore config)
{
    public Task InvokeAsync(HttpContext context)
    {
        var path = config.Current.Config.Access.BasePath;
        if (path.Length > 0 && context.Request.Path.StartsWithSegments(path, StringComparison.Ordinal, out var rest))
        {
            context.Request.PathBase = context.Request.PathBase.Add(path);
            context.Request.Path = rest.HasValue ? rest : "/";
        }

        return next(context);
    }
}
