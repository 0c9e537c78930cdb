using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using Multivisor.Server.Admin;

namespace Multivisor.Server.Oidc;

/// <summary>Tells Microsoft's handler what the configuration in force says.</summary>
internal sealed class OidcOptions(ConfigStore config, IOptionsMonitorCache<OpenIdConnectOptions> cache, OidcSignIn signIn)
    : IConfigureNamedOptions<OpenIdConnectOptions>
{
    public const string Scheme = "oidc";
    public const string CallbackPath = "/api/oidc/callback";

    /// <summary>For each request to the provider.</summary>
    public static readonly TimeSpan ProviderLimit = TimeSpan.FromSeconds(10);

    /// <summary>Signed with a key that the provider keeps to itself: never by a secret that both have, nor by nobody.</summary>
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    /// <summary>The configuration has changed.</summary>
    public void Forget() => cache.TryRemove(Scheme);

    public void Configure(OpenIdConnectOptions options) => Configure(Scheme, options);

    public void Configure(string? name, OpenIdConnectOptions options)
    {
        if (config.Current.Config.Access.Oidc is not { } oidc)
            return;
        options.Authority = oidc.Authority.ToString();
        options.RequireHttpsMetadata = oidc.Authority.Scheme == Uri.UriSchemeHttps;
        options.ClientId = oidc.ClientId;
        // It could be read at the start; gone since, the provider refuses us, which the log tells.
        options.ClientSecret = OidcSecret.TryRead(oidc, out var secret, out _) ? secret : null;
        options.CallbackPath = CallbackPath;
        // Never used: the session is ours.
        options.SignInScheme = "session";
        options.ResponseType = OpenIdConnectResponseType.Code;
        // By the address, which brings cookies along that are SameSite=Lax; a form of another site does not.
        options.ResponseMode = OpenIdConnectResponseMode.Query;
        options.UsePkce = true;
        options.DisableTelemetry = true;
        options.MapInboundClaims = false;
        options.GetClaimsFromUserInfoEndpoint = oidc.UserInfo;
        options.BackchannelTimeout = ProviderLimit;
        options.Scope.Clear();
        foreach (var scope in oidc.RequestScopes)
            options.Scope.Add(scope);
        foreach (var claim in oidc.NameClaims.Append(oidc.RoleClaim))
            options.ClaimActions.MapJsonKey(claim, claim);
        if (OidcClaims.RootOf(oidc.RoleClaim) is { } root)
            options.ClaimActions.MapCustomJson(root, user => user.TryGetProperty(root, out var value) ? value.GetRawText() : null);
        options.TokenValidationParameters.ValidAlgorithms = Algorithms;
        foreach (var cookie in (CookieBuilder[])[options.CorrelationCookie, options.NonceCookie])
        {
            cookie.SameSite = SameSiteMode.Lax;
            cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        }

        options.CorrelationCookie.Name = "oidc_request.";
        options.NonceCookie.Name = "oidc_nonce.";
        options.Events.OnRedirectToIdentityProvider = context =>
        {
            context.ProtocolMessage.RedirectUri = OidcAddress.Whole(context.HttpContext, CallbackPath);
            return Task.CompletedTask;
        };
        options.Events.OnTokenValidated = context =>
        {
            // The handler takes an unsigned one that came from the provider itself, as the standard allows.
            if (string.IsNullOrWhiteSpace(context.SecurityToken.RawSignature))
                context.Fail(new SecurityTokenInvalidSignatureException("the token is not signed"));
            return Task.CompletedTask;
        };
        options.Events.OnTicketReceived = signIn.ReceiveAsync;
        options.Events.OnRemoteFailure = signIn.FailAsync;
    }
}
