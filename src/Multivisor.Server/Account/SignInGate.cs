using Multivisor.Server.Http;

namespace Multivisor.Server.Account;

/// <summary>When sign-in is configured, lets only those who signed in use the API.</summary>
internal sealed class SignInGate(RequestDelegate next, SignInWatch watch)
{
    /// <summary>The original's words, spelling included: its clients may compare them.</summary>
    private const string Refusal = "Authenthication is required to access this endpoint";

    private static readonly string[] Open = ["/api/auth", "/api/login", "/api/logout"];

    public Task InvokeAsync(HttpContext context)
    {
        var path = context.Request.Path;
        if (!path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase) || Open.Any(o => path.Equals(o, StringComparison.OrdinalIgnoreCase)) || watch.IsSignedIn(context))
            return next(context);
        return Answers.Message(StatusCodes.Status401Unauthorized, Refusal).ExecuteAsync(context);
    }
}
