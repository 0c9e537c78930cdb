using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;

namespace Multivisor.Server.Oidc;

/// <summary>Sign-in by an OpenID provider: the way there, and the way back.</summary>
internal static class OidcEndpoints
{
    /// <summary>Microsoft's handler without its middleware, which would look at every request: two routes of ours call it.</summary>
    public static void AddOidc(this IServiceCollection services)
    {
        services.AddAuthenticationCore();
        services.AddWebEncoders();
        services.AddSingleton<IAuthenticationConfigurationProvider, NothingElse>();
        services.AddSingleton<IDataProtectionProvider>(provider => new OidcProtection(provider.GetRequiredService<Account.SessionKey>()));
        services.AddSingleton<OidcSignIn>();
        services.AddSingleton<OidcOptions>();
        services.AddSingleton<IConfigureOptions<OpenIdConnectOptions>>(provider => provider.GetRequiredService<OidcOptions>());
        services.AddSingleton<OidcDesk>();
        new AuthenticationBuilder(services).AddOpenIdConnect(OidcOptions.Scheme, _ => { });
    }

    /// <summary>A web application brings that middleware along, unless somebody says that it has it.</summary>
    public static void LeaveOutAuthentication(this IApplicationBuilder app) => app.Properties["__AuthenticationMiddlewareSet"] = true;

    public static void MapOidc(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/oidc/login", (HttpContext context, OidcDesk desk) => desk.BeginAsync(context))
            .WithTags("Account")
            .WithSummary("Sends the browser to the OpenID provider; 'to' is where the page goes on afterwards.")
            .Produces(StatusCodes.Status302Found);
        routes.MapGet(OidcOptions.CallbackPath, (HttpContext context, OidcDesk desk) => desk.EndAsync(context))
            .WithTags("Account")
            .WithSummary("Where the OpenID provider sends the browser back to.")
            .Produces(StatusCodes.Status302Found);
    }

    /// <summary>All that the handler is told comes from our configuration file.</summary>
    private sealed class NothingElse : IAuthenticationConfigurationProvider
    {
        public IConfiguration AuthenticationConfiguration { get; } = new ConfigurationBuilder().Build();
    }
}
