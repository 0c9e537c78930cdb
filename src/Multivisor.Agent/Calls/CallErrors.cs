using Multivisor.Supervisord;
using Multivisor.ZeroRpc;

namespace Multivisor.Agent.Calls;

/// <summary>What a caller is told when supervisord gave no result: name and text as the original's (multivisor-agent.md section 2.4).</summary>
internal static class CallErrors
{
    /// <summary>The agent was told not to pass this on.</summary>
    public static RemoteException NotAllowed(string method) =>
        new("NotAllowed", $"{method} is not allowed: the agent was started with --read-only, or with an --allow that does not name it");

    public static RemoteException ToRemote(SupervisordException error) => error switch
    {
        SupervisordFaultException fault => new("Fault", $"<Fault {fault.Code}: {PythonText.Repr(fault.Message)}>"),
        // The original always says 127.0.0.1/RPC2, whatever the socket.
        SupervisordHttpException http => new("ProtocolError", $"<ProtocolError for 127.0.0.1/RPC2: {http.Status} {http.Reason}>"),
        SupervisordUnreachableException => new("ConnectionError", error.Message),
        _ => new("ResponseError", error.Message),
    };
}
