using Multivisor.Supervisord;

namespace Multivisor.Fleet.Links.Direct;

/// <summary>Turns what a client of supervisord fails with into the two exceptions that the fleet knows.</summary>
internal static class DirectErrors
{
    /// <summary>Runs a call; faults of supervisord pass as they are.</summary>
    /// <param name="place">What the client was given, and <paramref name="shown"/> what an operator knows it by.</param>
    /// <exception cref="LinkException">No answer, or not one of supervisord's.</exception>
    public static async Task<T> OrLinkErrorAsync<T>(string place, string shown, Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (SupervisordException e) when (e is not SupervisordFaultException)
        {
            throw new LinkException($"{e.Message.Replace(place, shown, StringComparison.Ordinal)} (see docs/troubleshooting.md)", e);
        }
        catch (ObjectDisposedException e)
        {
            throw new LinkException("the connection was closed", e);
        }
    }
}
