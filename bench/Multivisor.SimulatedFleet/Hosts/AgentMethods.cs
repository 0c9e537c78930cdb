using Multivisor.SimulatedFleet.Life;
using Multivisor.SimulatedFleet.Logs;
using Multivisor.SimulatedFleet.Supervisors;
using Multivisor.Supervisord;
using Multivisor.ZeroRpc;

namespace Multivisor.SimulatedFleet.Hosts;

/// <summary>What the agent of one supervisor offers over zerorpc: the methods that servers call, answered as supervisord does.</summary>
internal sealed class AgentMethods(SimulatedSupervisor supervisor, HostTraits traits, SimulationOptions options, FleetCounters counters)
{
    private const string BadName = "BAD_NAME";

    public ZeroRpcService Build()
    {
        var service = new ZeroRpcService("Supervisor");
        Add("getPID", _ => supervisor.Pid);
        Add("getIdentification", _ => supervisor.Name);
        Add("getAPIVersion", _ => "3.0");
        Add("getVersion", _ => "3.0");
        Add("getSupervisorVersion", _ => "4.2.5");
        Add("getState", _ => RpcValue.Map(new("statecode", 1), new("statename", "RUNNING")));
        Add("getAllProcessInfo", _ => supervisor.ReadAll());
        Add("getProcessInfo", a => supervisor.Read(Text(a, 0)));
        Add("startProcess", a => Do(() => supervisor.Start(Text(a, 0))));
        Add("stopProcess", a => Do(() => supervisor.Stop(Text(a, 0))));
        Add("signalProcess", a => Do(() => supervisor.Signal(Text(a, 0), Text(a, 1))));
        Add("startProcessGroup", a => ForEach(Text(a, 0), state => state.IsStopped(), supervisor.Start));
        Add("stopProcessGroup", a => ForEach(Text(a, 0), state => state.IsRunning(), supervisor.Stop));
        Add("startAllProcesses", _ => ForEach(null, state => state.IsStopped(), supervisor.Start));
        Add("stopAllProcesses", _ => ForEach(null, state => state.IsRunning(), supervisor.Stop));
        Add("reloadConfig", _ => RpcValue.Array(RpcValue.Array(RpcValue.Array(), RpcValue.Array(), RpcValue.Array())));
        Add("addProcessGroup", a => throw Fault(SupervisordFault.AlreadyAdded, $"ALREADY_ADDED: {Text(a, 0)}"));
        Add("removeProcessGroup", a => throw Fault(SupervisordFault.StillRunning, $"STILL_RUNNING: {Text(a, 0)}"));
        Add("restart", _ => Do(() => traits.GoAway(true)));
        Add("shutdown", _ => Do(() => traits.GoAway(false)));
        Add("clearProcessLogs", _ => true);
        Add("sendProcessStdin", _ => true);
        foreach (var stream in new[] { "Stdout", "Stderr" })
        {
            Add($"tailProcess{stream}Log", a => Tail(LogOf(a, stream), a));
            Add($"readProcess{stream}Log", a => Read(LogOf(a, stream), a));
        }

        service.Add("event_stream", (_, token) => supervisor.Streams.ReadAsync(token));
        // An agent of the original does not know this method, and is known by that.
        if (!traits.IsOriginal)
            Add("multivisor_agent", _ => Describe());
        return service;

        void Add(string name, Func<IReadOnlyList<RpcValue>, RpcValue> run) =>
            service.Add(name, (arguments, token) => AnswerAsync(name, run, arguments, token));
    }

    private static RpcValue Describe() => RpcValue.Map(
        new("program", "multivisor-rpc"),
        new("version", "0.0.0-simulated"),
        new("protocol", 1),
        new("process", $"{Roster.AgentGroup}:{Roster.AgentGroup}"),
        new("features", RpcValue.Array("reconcile", "groups")));

    private async ValueTask<RpcValue> AnswerAsync(
        string name, Func<IReadOnlyList<RpcValue>, RpcValue> run, IReadOnlyList<RpcValue> arguments, CancellationToken cancellationToken)
    {
        counters.CountCall();
        // The agent speaks for itself; for all else it needs its supervisord.
        if (traits.IsHung && name != "multivisor_agent")
            await Task.Delay(Timeout.Infinite, cancellationToken);
        if (traits.Delay() is { Ticks: > 0 } delay)
            await Task.Delay(delay, cancellationToken);
        try
        {
            return supervisor.IsStopping ? throw Fault(SupervisordFault.ShutdownState, "SHUTDOWN_STATE") : run(arguments);
        }
        catch (SupervisordFaultException e)
        {
            throw new RemoteException("Fault", $"<Fault {e.Code}: '{e.Message}'>");
        }
    }

    private static RpcValue Do(Action action)
    {
        action();
        return true;
    }

    private RpcValue ForEach(string? group, Func<ProcessState, bool> fits, Action<string> action)
    {
        List<RpcValue> results = [];
        foreach (var process in supervisor.Members(group, fits))
        {
            try
            {
                action(process.Namespec);
                results.Add(Status(process, (int)SupervisordFault.Success, "OK"));
            }
            catch (SupervisordFaultException e)
            {
                results.Add(Status(process, e.Code, e.Message));
            }
        }

        return RpcValue.Array([.. results]);
    }

    private static RpcValue Status(SimulatedProcess process, int status, string description) => RpcValue.Map(
        new("name", process.Name), new("group", process.Group), new("status", status), new("description", description));

    private SimulatedLog LogOf(IReadOnlyList<RpcValue> arguments, string stream)
    {
        var process = supervisor.TryFind(Text(arguments, 0)) ?? throw Fault(SupervisordFault.BadName, $"{BadName}: {Text(arguments, 0)}");
        // Errors come more rarely than what is written otherwise.
        var share = stream == "Stderr" ? 10 : 1;
        return new SimulatedLog(process.Name, options.LogRate / share, options.LogLines / share);
    }

    private static RpcValue Tail(SimulatedLog log, IReadOnlyList<RpcValue> arguments)
    {
        var (text, size, overflow) = log.Tail(Number(arguments, 1), Number(arguments, 2));
        return RpcValue.Array(text, size, overflow);
    }

    private static RpcValue Read(SimulatedLog log, IReadOnlyList<RpcValue> arguments) =>
        log.Read(Number(arguments, 1), Number(arguments, 2)) ?? throw Fault(SupervisordFault.BadArguments, "BAD_ARGUMENTS");

    private static string Text(IReadOnlyList<RpcValue> arguments, int index) =>
        index < arguments.Count && arguments[index].TryGetString(out var text) ? text : throw Incorrect();

    private static long Number(IReadOnlyList<RpcValue> arguments, int index) =>
        index < arguments.Count && arguments[index].TryGetInt64(out var number) ? number : throw Incorrect();

    private static SupervisordFaultException Incorrect() => Fault(SupervisordFault.IncorrectParameters, "INCORRECT_PARAMETERS");

    private static SupervisordFaultException Fault(SupervisordFault fault, string text) => new((int)fault, text);
}
