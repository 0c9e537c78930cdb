using System.Text.RegularExpressions;
using Multivisor.Supervisord;
using Multivisor.ZeroRpc;

namespace Multivisor.Fleet.Links.Agent;

/// <summary>Turns what an agent answers or fails with into the two exceptions that the fleet knows.</summary>
internal static partial class AgentErrors
{
    /// <summary>The exception to throw instead; null when <paramref name="error"/> is none of the wire's.</summary>
    public static Exception? Translate(Exception error, string address) => error switch
    {
        RemoteException remote => TranslateRemote(remote, address),
        // These name the address themselves.
        LostRemoteException => new LinkException(error.Message, error),
        TimeoutException => new LinkException($"{address}: {error.Message}", error),
        _ => null,
    };

    private static Exception TranslateRemote(RemoteException error, string address)
    {
        // Two kinds of agent, two ways to write a fault (multivisor-agent.md section 2.4).
        var match = FaultText().Match(error.Message);
        if (!match.Success)
            match = RpcErrorText().Match(error.Message);
        return match.Success && int.TryParse(match.Groups["code"].ValueSpan, out var code)
            ? new SupervisordFaultException(code, match.Groups["text"].Value)
            : error.Name is "NotAllowed" or "AuthenticationError" ? new LinkException($"{address} refuses: {error.Message}", error)
            : new LinkException($"{address}: the agent answered {error.Name}: {error.Message}", error);
    }

    [GeneratedRegex(@"^<Fault (?<code>\d{1,9}): ['""](?<text>.*)['""]>$", RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FaultText();

    [GeneratedRegex(@"^code=(?<code>\d{1,9}), text=['""](?<text>.*)['""]$", RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RpcErrorText();
}
