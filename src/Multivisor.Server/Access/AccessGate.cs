using Microsoft.AspNetCore.Http.Features;
using Multivisor.Fleet.Access;
using Multivisor.Server.Account;
using Multivisor.Server.Admin;
using Multivisor.Server.Audit;
using Multivisor.Server.Http;
using Multivisor.Server.Startup;

namespace Multivisor.Server.Access;

/// <summary>Lets a request through to its route when the policy table allows its caller to.</summary>
internal sealed class AccessGate(RequestDelegate next, Authenticator authenticator, SignInSessions sessions, ConfigStore config, Refusals refusals, AuditTrail audit)
{
    /// <summary>The original's words, spelling included: its clients may compare them.</summary>
    private const string NotSignedIn = "Authenthication is required to access this endpoint";

    public Task InvokeAsync(HttpContext context)
    {
        var caller = authenticator.Identify(context);
        context.Features.Set(caller);
        var policy = PolicyTable.Of(context);
        if ((!caller.IsKnown || policy.Effect == RouteEffect.Session) && context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } body)
            body.MaxRequestBodySize = HttpLimits.MaxBodyOfStrangers;
        if (policy.Role is { } needed && Refusal(caller, policy, needed) is { } reason)
        {
            if (Authenticator.HasToken(context.Request))
                context.Response.Headers.WWWAuthenticate = "Bearer";
            return refusals.AnswerAsync(context, caller.IsKnown ? StatusCodes.Status403Forbidden : StatusCodes.Status401Unauthorized, reason);
        }

        if (policy.Effect != RouteEffect.Session)
            sessions.Renew(context, config.Current);
        return policy.Effect == RouteEffect.Change ? ActAsync(context) : next(context);
    }

    /// <summary>An action is written down before it begins, so that it is known even if the server does not live to see its end.</summary>
    private async Task ActAsync(HttpContext context)
    {
        audit.Asked(context);
        // Before anybody learns of the end, so that what he does next comes after it.
        context.Response.OnStarting(() =>
        {
            audit.End(context);
            return Task.CompletedTask;
        });
        try
        {
            await next(context);
        }
        finally
        {
            audit.End(context);
        }
    }

    /// <returns>Why the caller may not go on, or null.</returns>
    private string? Refusal(Caller caller, RoutePolicy policy, AccessRole needed)
    {
        if (!caller.IsKnown)
            return NotSignedIn;
        if (caller.Role < needed)
            return $"refused: this needs the role {needed.ToName()}, and {caller.Name} has the role {caller.Role.ToName()}";
        if (policy.Everywhere && !caller.Scope.IsAll)
            return $"refused: this concerns the whole site, and {caller.Name} is limited to {caller.Scope.Text}";
        return policy.Effect == RouteEffect.Change && config.Current.Config.Access.ReadOnly
            ? "refused: this server is told to change nothing (read_only in [global])"
            : null;
    }
}
