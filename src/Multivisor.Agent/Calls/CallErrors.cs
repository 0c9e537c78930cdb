using Multivisor.Supervisord;
using Multivisor.ZeroRpc;

namespace Multivisor.Agent.Calls;

/// <summary>What a caller is told when supervisord gave no result: name and text as the original's (multivisor-agent.md section 2.4).</summary>
internal static class CallErrors
{
    public static RemoteException ToRemote(SupervisordException error) => error switch
    {
        SupervisordFaultException fault => new("Fault", $"<Fault {fault.Code}: {PythonText.Repr(fault.Message)}>"),
        // The original always says 127.0.0.1/RPC2, whatever the socket.
        SupervisordHttpException http => new("ProtocolError", $"<ProtocolError for 127.0.0.1/RPC2: {http.Status} {http.Reason}>"),
        SupervisordUnreachableException => new("ConnectionError", error.Message),
        _ => new("ResponseError", error.Message),
    };
}
