using Multivisor.SimulatedFleet.Supervisors;
using Multivisor.Supervisord;
using Multivisor.ZeroRpc;

namespace Multivisor.SimulatedFleet.Hosts;

/// <summary>What the agent of one supervisor offers over zerorpc: supervisord's methods and the stream of its events.</summary>
internal static class AgentService
{
    public static ZeroRpcService Of(SupervisorMethods methods)
    {
        var service = new ZeroRpcService("Supervisor");
        foreach (var name in methods.Names)
            service.Add(name, (arguments, token) => AnswerAsync(methods, name, arguments, token));
        service.Add("event_stream", (_, token) => methods.Supervisor.Streams.ReadAsync(token));
        // An agent of the original does not know this method, and is known by that. It speaks for itself, also while its supervisord hangs.
        if (!methods.Traits.IsOriginal)
            service.Add("multivisor_agent", (_, _) => ValueTask.FromResult(Describe()));
        return service;
    }

    private static async ValueTask<RpcValue> AnswerAsync(
        SupervisorMethods methods, string name, IReadOnlyList<RpcValue> arguments, CancellationToken cancellationToken)
    {
        try
        {
            return await methods.CallAsync(name, arguments, cancellationToken);
        }
        catch (SupervisordFaultException e)
        {
            throw new RemoteException("Fault", $"<Fault {e.Code}: '{e.Message}'>");
        }
    }

    private static RpcValue Describe() => RpcValue.Map(
        new("program", "multivisor-rpc"),
        new("version", "0.0.0-simulated"),
        new("protocol", 1),
        new("process", $"{Roster.AgentGroup}:{Roster.AgentGroup}"),
        new("features", RpcValue.Array("reconcile", "groups", "watch")));
}
