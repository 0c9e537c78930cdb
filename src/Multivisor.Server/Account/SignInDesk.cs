using System.Net;
using Multivisor.Server.Access;

namespace Multivisor.Server.Account;

/// <summary>One attempt to sign in: within the limits, and only a few at a time, since each costs a lot of work.</summary>
internal sealed class SignInDesk(SignInLimiter limiter) : IDisposable
{
    private readonly SemaphoreSlim _places = new(Math.Max(1, Environment.ProcessorCount / 2));

    public void Dispose() => _places.Dispose();

    public async Task<SignInAttempt> TryAsync(
        AccessTable access, IPAddress? address, string userName, string password, CancellationToken cancellationToken)
    {
        if (limiter.TryBegin(address, userName) is { } wait)
            return new SignInAttempt(null, access.FindUser(userName.Trim())?.Name, wait);
        await _places.WaitAsync(cancellationToken);
        try
        {
            var result = SignInCheck.Check(access, userName, password);
            if (result.User is not null)
                limiter.Succeeded(address, userName);
            return new SignInAttempt(result.User, result.Name, null);
        }
        finally
        {
            _places.Release();
        }
    }
}

/// <param name="User">Null unless it succeeded.</param>
/// <param name="Name">Whom it was tried for, if there is somebody of that name.</param>
/// <param name="Wait">How long to wait before another attempt, when there were too many.</param>
internal sealed record SignInAttempt(KnownUser? User, string? Name, TimeSpan? Wait);
