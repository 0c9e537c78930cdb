using System.Runtime.CompilerServices;
using Multivisor.Agent.Calls;
using Multivisor.Agent.Events;
using Multivisor.Agent.Logs;
using Multivisor.ZeroRpc;

namespace Multivisor.Agent;

/// <summary>What the agent offers over zerorpc: supervisord's methods, the event stream, and word of itself.</summary>
internal sealed class AgentService(AgentOptions options, SupervisordCalls calls, Subscribers subscribers, EventPipeline pipeline, LogService logs, AgentLog log)
{
    /// <summary>The name under which the original serves.</summary>
    private const string ServiceName = "Supervisor";

    public static string Version { get; } = typeof(AgentService).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    /// <param name="methods">Full names, as from <c>system.listMethods</c>.</param>
    public ZeroRpcService Build(IEnumerable<string> methods)
    {
        var service = new ZeroRpcService(ServiceName);
        foreach (var (name, fullName) in MethodNames.ByBareName(methods))
        {
            if (options.Access.Allows(name, fullName))
                service.Add(name, (arguments, cancellationToken) => calls.CallAsync(fullName, arguments, cancellationToken));
            else
                service.Add(name, (RpcMethod)((_, _) => throw CallErrors.NotAllowed(name)), "Not allowed by this agent's --read-only or --allow.");
        }

        service.Add(MethodNames.EventStream, StreamAsync, "Events of this supervisor; the first item is a text to ignore.");
        service.Add(MethodNames.Agent, (_, _) => ValueTask.FromResult(Describe()), "What this agent is and can.");
        logs.AddTo(service);
        return service;
    }

    private RpcValue Describe() => RpcValue.Map(
        new("program", "multivisor-rpc"),
        new("version", Version),
        new("protocol", 1),
        new("process", $"{options.Group}:{options.Process}"),
        new("features", RpcValue.Array([.. Features])));

    /// <summary>What a server may rely on; <c>watch</c>: a supervisord that answers nothing is told of, so that it need not be asked all the time.</summary>
    private static IEnumerable<RpcValue> Features => LogService.IsSupported ? ["reconcile", "groups", "watch", LogService.Feature] : ["reconcile", "groups", "watch"];

    private async IAsyncEnumerable<RpcValue> StreamAsync(IReadOnlyList<RpcValue> arguments, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (arguments.Count > 0)
            throw new RemoteException("TypeError", $"event_stream() takes no arguments, {arguments.Count} given");
        using var subscription = subscribers.Add();
        log.Info("stream", $"subscriber {subscribers.Count} has come");
        try
        {
            await pipeline.WaitForStartAsync(cancellationToken);
            yield return EventItem.First;
            await foreach (var item in subscription.Items.ReadAllAsync(cancellationToken))
                yield return item;
        }
        finally
        {
            log.Info("stream", "a subscriber has gone");
        }
    }
}
