using Multivisor.Client.Http;
using Multivisor.Contract;

namespace Multivisor.Client;

public sealed partial class MultivisorClient
{
    /// <summary>The session to go on with in a later client; null before a sign-in. A secret.</summary>
    public string? Session => _transport.Session;

    /// <summary>Whether the server wants a sign-in, and has got one.</summary>
    public Task<AuthenticationJson> GetAuthenticationAsync(CancellationToken cancellationToken = default) =>
        _transport.ReadAsync(Routes.Get("api/auth"), ContractJson.Wire.AuthenticationJson, cancellationToken);

    /// <summary>Who asks, and what that one may do.</summary>
    public Task<AccountJson> GetAccountAsync(CancellationToken cancellationToken = default) =>
        _transport.ReadAsync(Routes.Get("api/account"), ContractJson.Wire.AccountJson, cancellationToken);

    /// <summary>Signs in; further calls of this client are made as this user.</summary>
    /// <exception cref="MultivisorException">Also for a wrong name or password, and after too many attempts.</exception>
    public Task SignInAsync(string user, string password, CancellationToken cancellationToken = default) =>
        _transport.DoAsync(Routes.Post("api/login", ("username", user), ("password", password)), cancellationToken);

    /// <summary>Ends the session.</summary>
    public Task SignOutAsync(CancellationToken cancellationToken = default) => _transport.DoAsync(Routes.Post("api/logout"), cancellationToken);
}
