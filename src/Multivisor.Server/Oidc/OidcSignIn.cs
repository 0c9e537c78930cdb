using Microsoft.AspNetCore.Authentication;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using Multivisor.Server.Account;
using Multivisor.Server.Admin;
using Multivisor.Server.Audit;

namespace Multivisor.Server.Oidc;

/// <summary>What follows from the provider's answer: a session of ours, or a message on the page and the reason in the log.</summary>
internal sealed partial class OidcSignIn(ConfigStore config, SignInSessions sessions, AuditTrail audit, ILogger<OidcSignIn> logger)
{
    private const string By = "oidc";

    public Task ReceiveAsync(TicketReceivedContext context)
    {
        context.HandleResponse();
        var current = config.Current;
        if (current.Config.Access.Oidc is not { } oidc || context.Principal is not { } user)
            return Refuse(context.HttpContext, OidcProblem.Failed, "the configuration has changed meanwhile");
        if (OidcClaims.NameOf(user, oidc) is not { } name)
            return Refuse(context.HttpContext, OidcProblem.NoName, $"no claim names the user (name_claim: {string.Join(", ", oidc.NameClaims)})");
        if (OidcClaims.RoleOf(user, oidc) is not { } role)
            return Refuse(context.HttpContext, OidcProblem.NoRole, $"no value of the claim {oidc.RoleClaim} has a section [oidc:VALUE]", name);
        audit.SignIn(context.HttpContext, name, "done", By);
        sessions.Begin(context.HttpContext, current, current.Access.OidcUser(role, name));
        Redirect(context.HttpContext, OidcAddress.OfThePage(context.ReturnUri));
        return Task.CompletedTask;
    }

    public Task FailAsync(RemoteFailureContext context)
    {
        context.HandleResponse();
        return RefuseAsync(context.HttpContext, context.Failure);
    }

    /// <summary>Sends the browser back to the page, which says what went wrong.</summary>
    public Task RefuseAsync(HttpContext context, Exception? failure) => Refuse(context, ProblemOf(failure), ReasonOf(failure));

    public Task Refuse(HttpContext context, OidcProblem problem, string reason, string? name = null)
    {
        if (audit.SignIn(context, name, "refused", By, reason))
            LogRefused(reason);
        Redirect(context, $"/login?problem={problem.ToWord()}");
        return Task.CompletedTask;
    }

    private static void Redirect(HttpContext context, string path)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Redirect(OidcAddress.Local(context, path));
    }

    private static OidcProblem ProblemOf(Exception? failure)
    {
        for (var e = failure; e is not null; e = e.InnerException)
        {
            if (e.Data["error"] is "access_denied")
                return OidcProblem.Denied;
            if (e is SecurityTokenException or OpenIdConnectProtocolException)
                return OidcProblem.BadAnswer;
            if (e is HttpRequestException or OperationCanceledException or IOException)
                return OidcProblem.Unreachable;
        }

        // What it asked was asked by another browser, too long ago, or with another secret key.
        return failure is AuthenticationFailureException { InnerException: null } ? OidcProblem.Stale : OidcProblem.Failed;
    }

    private static string ReasonOf(Exception? failure)
    {
        var reasons = new List<string>();
        for (var e = failure; e is not null && reasons.Count < 4; e = e.InnerException)
        {
            if (!reasons.Exists(reason => reason.Contains(e.Message, StringComparison.Ordinal)))
                reasons.Add(e.Message.Length > 300 ? e.Message[..300] : e.Message);
        }

        return string.Join(": ", reasons);
    }

    [LoggerMessage(90, LogLevel.Warning, "nobody was signed in by OpenID Connect: {Reason}")]
    private partial void LogRefused(string reason);
}
