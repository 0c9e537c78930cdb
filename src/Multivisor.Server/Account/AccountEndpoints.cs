using Multivisor.Contract;
using Multivisor.Server.Admin;
using Multivisor.Server.Http;

namespace Multivisor.Server.Account;

/// <summary>Sign-in as the original has it: <c>/api/login</c>, <c>/api/logout</c>, <c>/api/auth</c>.</summary>
internal static class AccountEndpoints
{
    public const string CookieName = "session";

    public static void MapAccount(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/api/auth", Verbs.Read, (HttpContext context, ConfigStore config, SignInWatch watch) => Answers.Json(
                new AuthenticationJson(
                    config.Current.Config.SignIn is not null && watch.IsSignedIn(context),
                    config.Current.Config.SignIn is not null),
                ContractJson.Wire.AuthenticationJson))
            .WithTags("Account")
            .WithSummary("Whether sign-in is needed, and done.")
            .Produces<AuthenticationJson>();
        routes.MapPost("/api/login", SignInAsync)
            .WithTags("Account")
            .WithSummary("Signs in and sets the session cookie.")
            .WithMetadata(new FormFields(["username", "password"]))
            .Produces<EmptyJson>()
            .Produces<SignInErrorsJson>(StatusCodes.Status400BadRequest);
        routes.MapPost("/api/logout", SignOut)
            .WithTags("Account")
            .WithSummary("Ends the session.")
            .Produces<EmptyJson>();
    }

    private static async Task<IResult> SignInAsync(HttpContext context, ConfigStore config, SignInSessions sessions)
    {
        if (config.Current.Config.SignIn is not { } signIn)
            return Answers.Text("Authentication is not required");
        var form = await Form.ReadAsync(context.Request);
        var errors = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var field in (string[])["username", "password"])
        {
            if (form?.ContainsKey(field) != true)
                errors[field] = "This field is required";
        }

        if (errors.Count == 0 && !SignInCheck.IsRight(signIn, form!["username"].ToString(), form["password"].ToString()))
            errors["password"] = "Invalid username or password";
        if (errors.Count > 0)
            return Answers.Json(new SignInErrorsJson(errors), ContractJson.Wire.SignInErrorsJson, StatusCodes.Status400BadRequest);
        context.Response.Cookies.Append(CookieName, sessions.Create(signIn), CookieOptions(context));
        return Answers.Json(new EmptyJson(), ContractJson.Wire.EmptyJson);
    }

    private static IResult SignOut(HttpContext context, SignInSessions sessions)
    {
        sessions.End(context.Request.Cookies[CookieName]);
        context.Response.Cookies.Delete(CookieName, CookieOptions(context));
        return Answers.Json(new EmptyJson(), ContractJson.Wire.EmptyJson);
    }

    private static CookieOptions CookieOptions(HttpContext context) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Secure = context.Request.IsHttps,
        Path = "/",
    };
}
