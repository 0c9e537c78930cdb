using Microsoft.AspNetCore.Authentication;
using Multivisor.Server.Admin;

namespace Multivisor.Server.Oidc;

/// <summary>Takes a browser to the provider and back. Only so many at a time: each may keep us waiting for the provider.</summary>
internal sealed class OidcDesk(ConfigStore config, OidcSignIn signIn) : IDisposable
{
    private const int Places = 16;

    private readonly SemaphoreSlim _places = new(Places);

    public void Dispose() => _places.Dispose();

    public Task BeginAsync(HttpContext context) => RunAsync(context, () => context.ChallengeAsync(
        OidcOptions.Scheme, new AuthenticationProperties { RedirectUri = OidcAddress.OfThePage(context.Request.Query["to"]) }));

    public Task EndAsync(HttpContext context) => RunAsync(context, async () =>
    {
        var handlers = context.RequestServices.GetRequiredService<IAuthenticationHandlerProvider>();
        if (await handlers.GetHandlerAsync(context, OidcOptions.Scheme) is not IAuthenticationRequestHandler handler || !await handler.HandleRequestAsync())
            await signIn.Refuse(context, OidcProblem.Failed, "the answer is none of an OpenID provider");
    });

    private async Task RunAsync(HttpContext context, Func<Task> act)
    {
        if (config.Current.Config.Access.Oidc is null)
        {
            context.Response.Redirect(OidcAddress.Local(context, "/"));
            return;
        }

        // Cookies are for the path that browsers see, also when the proxy has taken its beginning away.
        context.Request.PathBase = config.Current.Config.Access.BasePath;
        if (!await _places.WaitAsync(OidcOptions.ProviderLimit, context.RequestAborted))
        {
            await signIn.Refuse(context, OidcProblem.Busy, "too many sign in at the same time");
            return;
        }

        try
        {
            await act();
        }
        catch (Exception e) when (!context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted)
        {
            await signIn.RefuseAsync(context, e);
        }
        finally
        {
            _places.Release();
        }
    }
}
