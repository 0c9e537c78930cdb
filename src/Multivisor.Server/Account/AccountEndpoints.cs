using System.Globalization;
using Multivisor.Contract;
using Multivisor.Fleet.Access;
using Multivisor.Server.Access;
using Multivisor.Server.Admin;
using Multivisor.Server.Audit;
using Multivisor.Server.Http;

namespace Multivisor.Server.Account;

/// <summary>Sign-in as the original has it: <c>/api/login</c>, <c>/api/logout</c>, <c>/api/auth</c>; and who one is.</summary>
internal static class AccountEndpoints
{
    public const string CookieName = "session";

    public static void MapAccount(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/api/auth", Verbs.Read, DescribeSignIn)
            .WithTags("Account")
            .WithSummary("Whether sign-in is needed, and done.")
            .Produces<AuthenticationJson>();
        routes.MapMethods("/api/account", Verbs.Read, Describe)
            .WithTags("Account")
            .WithSummary("Who makes the request, and what he may do.")
            .Produces<AccountJson>();
        routes.MapPost("/api/login", SignInAsync)
            .WithTags("Account")
            .WithSummary("Signs in and sets the session cookie.")
            .WithMetadata(new FormFields(["username", "password"]))
            .Produces<EmptyJson>()
            .Produces<SignInErrorsJson>(StatusCodes.Status400BadRequest)
            .Produces<SignInErrorsJson>(StatusCodes.Status429TooManyRequests);
        routes.MapPost("/api/logout", SignOut)
            .WithTags("Account")
            .WithSummary("Ends the session.")
            .Produces<EmptyJson>();
    }

    public static CookieOptions CookieOptions(HttpContext context)
    {
        var path = context.RequestServices.GetRequiredService<ConfigStore>().Current.Config.Access.BasePath;
        return new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            Secure = context.Request.IsHttps,
            Path = path.Length > 0 ? path : "/",
        };
    }

    private static IResult DescribeSignIn(HttpContext context, ConfigStore config)
    {
        var access = config.Current.Access;
        var oidc = config.Current.Config.Access.Oidc;
        return Answers.Json(
            new AuthenticationJson(access.IsOn && Caller.Of(context).IsKnown, access.IsOn)
            {
                Oidc = oidc is null ? null : oidc.Label ?? "",
                Password = oidc is not null && !access.HasPasswords ? false : null,
            },
            ContractJson.Wire.AuthenticationJson);
    }

    private static IResult Describe(HttpContext context, ConfigStore config)
    {
        var caller = Caller.Of(context);
        var isGlobal = caller.Kind == CallerKind.Session && caller.Name == AccessTable.GlobalUserName;
        return Answers.Json(
            new AccountJson
            {
                Name = caller.Kind == CallerKind.Everybody || isGlobal ? null : caller.Name,
                ReadOnly = config.Current.Config.Access.ReadOnly,
                Role = caller.Role.ToName(),
                Scope = caller.Scope.Patterns,
            },
            ContractJson.Wire.AccountJson);
    }

    private static async Task<IResult> SignInAsync(
        HttpContext context, ConfigStore config, SignInSessions sessions, SignInDesk desk, AuditTrail audit)
    {
        var current = config.Current;
        if (!current.Access.IsOn)
            return Answers.Text("Authentication is not required");
        var form = await Form.ReadAsync(context.Request);
        var errors = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var field in (string[])["username", "password"])
        {
            if (form?.ContainsKey(field) != true)
                errors[field] = "This field is required";
        }

        if (errors.Count > 0)
            return Refusal(errors);
        var attempt = await desk.TryAsync(current.Access, context.Connection.RemoteIpAddress, form!["username"].ToString(), form["password"].ToString(), context.RequestAborted);
        if (attempt.Wait is { } wait)
        {
            audit.SignIn(context, attempt.Name, "too many attempts");
            var seconds = Math.Ceiling(wait.TotalSeconds);
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            errors["password"] = $"Too many attempts: try again in {seconds} s";
            return Refusal(errors, StatusCodes.Status429TooManyRequests);
        }

        audit.SignIn(context, attempt.Name, attempt.User is null ? "refused" : "done");
        if (attempt.User is null)
        {
            errors["password"] = "Invalid username or password";
            return Refusal(errors);
        }

        sessions.Begin(context, current, attempt.User);
        return Answers.Json(new EmptyJson(), ContractJson.Wire.EmptyJson);
    }

    private static IResult Refusal(IReadOnlyDictionary<string, string> errors, int status = StatusCodes.Status400BadRequest) =>
        Answers.Json(new SignInErrorsJson(errors), ContractJson.Wire.SignInErrorsJson, status);

    private static IResult SignOut(HttpContext context, SignInSessions sessions, ConfigStore config, AuditTrail audit)
    {
        if (Caller.Of(context).HasSession)
            audit.SignOut(context);
        sessions.End(context.Request.Cookies[CookieName], config.Current);
        context.Response.Cookies.Delete(CookieName, CookieOptions(context));
        return Answers.Json(new EmptyJson(), ContractJson.Wire.EmptyJson);
    }
}
