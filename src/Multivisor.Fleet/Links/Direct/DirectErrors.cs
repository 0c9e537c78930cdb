using Multivisor.Supervisord;
using Multivisor.Supervisord.Http;
using Multivisor.ZeroRpc.Security;

namespace Multivisor.Fleet.Links.Direct;

/// <summary>Turns what a client of supervisord fails with into the two exceptions that the fleet knows.</summary>
internal static class DirectErrors
{
    /// <summary>What a greeting of ZMTP begins with, and no text.</summary>
    private const byte Zmtp = 0xFF;

    /// <summary>The other end's own words may be in a message.</summary>
    private const int MaxShown = 500;

    /// <summary>Runs a call; faults of supervisord pass as they are.</summary>
    /// <param name="place">What the client was given, and <paramref name="shown"/> what an operator knows it by.</param>
    /// <exception cref="LinkException">No answer, or not one of supervisord's.</exception>
    public static async Task<T> OrLinkErrorAsync<T>(string place, string shown, Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (SupervisordProtocolException e) when (e.InnerException is NotHttpException { First: Zmtp })
        {
            throw new LinkException($"{shown} speaks zerorpc, not HTTP: that is the port of an agent (write url = host:port; see docs/troubleshooting.md)", e);
        }
        catch (SupervisordException e) when (e is not SupervisordFaultException)
        {
            throw new LinkException($"{PeerText.Clean(e.Message.Replace(place, shown, StringComparison.Ordinal), MaxShown)} (see docs/troubleshooting.md)", e);
        }
        catch (ObjectDisposedException e)
        {
            throw new LinkException("the connection was closed", e);
        }
    }
}
