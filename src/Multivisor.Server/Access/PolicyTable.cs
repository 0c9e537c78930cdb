using System.Collections.Frozen;
using Multivisor.Fleet.Access;

namespace Multivisor.Server.Access;

/// <summary>
/// The one table of who may call what. A route that is not in it is refused to everybody but an unlimited administrator, and fails
/// a test.
/// </summary>
internal static class PolicyTable
{
    private static readonly RoutePolicy Public = new(null);
    private static readonly RoutePolicy Session = new(null, RouteEffect.Session);
    private static readonly RoutePolicy Viewer = new(AccessRole.Viewer);
    private static readonly RoutePolicy Refresh = new(AccessRole.Viewer, RouteEffect.Refresh);
    private static readonly RoutePolicy Operator = new(AccessRole.Operator, RouteEffect.Change);
    private static readonly RoutePolicy Admin = new(AccessRole.Admin, RouteEffect.Change);
    private static readonly RoutePolicy SiteCounts = new(AccessRole.Viewer, RouteEffect.Read, Everywhere: true);
    private static readonly RoutePolicy SiteRead = new(AccessRole.Admin, RouteEffect.Read, Everywhere: true);
    private static readonly RoutePolicy SiteChange = new(AccessRole.Admin, RouteEffect.Change, Everywhere: true);

    /// <summary>For addresses below <c>/api</c> that are no routes: strangers do not even learn that.</summary>
    public static RoutePolicy UnknownApi => Viewer;

    /// <summary>By method and pattern. HEAD is as GET.</summary>
    public static FrozenDictionary<string, RoutePolicy> Routes { get; } = new Dictionary<string, RoutePolicy>(StringComparer.Ordinal)
    {
        ["GET /healthz"] = Public,
        ["GET /readyz"] = Public,
        ["GET /metrics"] = SiteCounts,
        ["GET /api/auth"] = Public,
        ["GET /api/oidc/login"] = Session,
        // Another site, the provider, sends the browser here. Its answer is only taken from a browser that has asked.
        ["GET /api/oidc/callback"] = Public,
        ["POST /api/login"] = Session,
        ["POST /api/logout"] = Session,
        ["GET /api/account"] = Viewer,
        ["GET /api/openapi.json"] = Viewer,
        ["GET /api/docs"] = Viewer,
        ["GET /api/data"] = Viewer,
        ["GET /api/refresh"] = Refresh,
        ["GET /api/stream"] = Viewer,
        ["GET /api/process/list"] = Viewer,
        ["GET /api/process/info/{uid}"] = Viewer,
        ["GET /api/process/history/{uid}"] = Viewer,
        ["GET /api/process/log/{stream}/tail/{uid}"] = Viewer,
        ["GET /api/process/log/{stream}/follow/{uid}"] = Viewer,
        ["GET /api/process/log/{stream}/range/{uid}"] = Viewer,
        ["GET /api/process/log/{stream}/download/{uid}"] = Viewer,
        ["GET /api/process/log/{stream}/search/{uid}"] = Viewer,
        ["POST /api/process/log/{stream}/clear/{uid}"] = Operator,
        ["POST /api/process/log/clear"] = Operator,
        ["GET /api/logs/follow"] = Viewer,
        // It only reads; what is asked for may be too long for an address.
        ["POST /api/logs/follow"] = Viewer,
        ["GET /api/supervisor/log/tail/{name}"] = Viewer,
        ["GET /api/supervisor/log/follow/{name}"] = Viewer,
        ["GET /api/supervisor/log/range/{name}"] = Viewer,
        ["GET /api/supervisor/log/download/{name}"] = Viewer,
        ["GET /api/supervisor/log/search/{name}"] = Viewer,
        ["POST /api/process/start"] = Operator,
        ["POST /api/process/stop"] = Operator,
        ["POST /api/process/restart"] = Operator,
        ["POST /api/process/signal"] = Operator,
        ["POST /api/process/stdin"] = Operator,
        ["POST /api/group/start"] = Operator,
        ["POST /api/group/stop"] = Operator,
        ["POST /api/group/restart"] = Operator,
        ["GET /api/supervisor/info/{name}"] = Viewer,
        ["POST /api/supervisor/reread"] = Admin,
        ["POST /api/supervisor/update"] = Admin,
        ["POST /api/supervisor/restart"] = Admin,
        ["POST /api/supervisor/shutdown"] = Admin,
        ["GET /api/config/file"] = SiteRead,
        // GET for the sake of the original's clients.
        ["GET /api/admin/reload"] = SiteChange,
        ["POST /api/admin/reload"] = SiteChange,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Gives every route that is mapped on the group its policies.</summary>
    public static RouteGroupBuilder WithPolicies(this RouteGroupBuilder group)
    {
        ((IEndpointConventionBuilder)group).Finally(builder =>
        {
            if (builder is not RouteEndpointBuilder route)
                return;
            var methods = builder.Metadata.OfType<IHttpMethodMetadata>().LastOrDefault()?.HttpMethods ?? [];
            var pattern = route.RoutePattern.RawText ?? "";
            builder.Metadata.Add(new EndpointPolicies(methods
                .Select(method => (method, Policy: Find(method, pattern)))
                .Where(m => m.Policy is not null)
                .ToFrozenDictionary(m => m.method, m => m.Policy!, StringComparer.Ordinal)));
        });
        return group;
    }

    public static RoutePolicy? Find(string method, string pattern)
    {
        var verb = HttpMethods.IsHead(method) ? HttpMethods.Get : method;
        return Routes.GetValueOrDefault($"{verb} /{pattern.Trim('/')}");
    }

    /// <summary>The policy of a request after routing.</summary>
    public static RoutePolicy Of(HttpContext context)
    {
        if (context.GetEndpoint() is RouteEndpoint endpoint)
            return endpoint.Metadata.GetMetadata<EndpointPolicies>()?.Find(context.Request.Method) ?? SiteChange;
        return context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase) ? UnknownApi : Public;
    }
}
