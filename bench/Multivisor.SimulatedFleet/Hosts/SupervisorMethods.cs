using Multivisor.SimulatedFleet.Life;
using Multivisor.SimulatedFleet.Logs;
using Multivisor.SimulatedFleet.Supervisors;
using Multivisor.Supervisord;
using Multivisor.ZeroRpc;

namespace Multivisor.SimulatedFleet.Hosts;

/// <summary>The methods of one supervisord that servers call, whatever the way, answered as supervisord does.</summary>
internal sealed class SupervisorMethods
{
    private const string BadName = "BAD_NAME";

    private readonly SimulatedSupervisor _supervisor;
    private readonly HostTraits _traits;
    private readonly SimulationOptions _options;
    private readonly FleetCounters _counters;
    private readonly Dictionary<string, Func<IReadOnlyList<RpcValue>, RpcValue>> _methods = new(StringComparer.Ordinal);

    public SupervisorMethods(SimulatedSupervisor supervisor, HostTraits traits, SimulationOptions options, FleetCounters counters)
    {
        _supervisor = supervisor;
        _traits = traits;
        _options = options;
        _counters = counters;
        Add("getPID", _ => _supervisor.Pid);
        Add("getIdentification", _ => _supervisor.Name);
        Add("getAPIVersion", _ => "3.0");
        Add("getVersion", _ => "3.0");
        Add("getSupervisorVersion", _ => "4.2.5");
        Add("getState", _ => RpcValue.Map(new("statecode", 1), new("statename", "RUNNING")));
        Add("getAllProcessInfo", _ => _supervisor.ReadAll());
        Add("getProcessInfo", a => _supervisor.Read(Text(a, 0)));
        Add("startProcess", a => Do(() => _supervisor.Start(Text(a, 0))));
        Add("stopProcess", a => Do(() => _supervisor.Stop(Text(a, 0))));
        Add("signalProcess", a => Do(() => _supervisor.Signal(Text(a, 0), Text(a, 1))));
        Add("startProcessGroup", a => ForEach(Text(a, 0), state => state.IsStopped(), _supervisor.Start));
        Add("stopProcessGroup", a => ForEach(Text(a, 0), state => state.IsRunning(), _supervisor.Stop));
        Add("startAllProcesses", _ => ForEach(null, state => state.IsStopped(), _supervisor.Start));
        Add("stopAllProcesses", _ => ForEach(null, state => state.IsRunning(), _supervisor.Stop));
        Add("reloadConfig", _ => RpcValue.Array(RpcValue.Array(RpcValue.Array(), RpcValue.Array(), RpcValue.Array())));
        Add("addProcessGroup", a => throw Fault(SupervisordFault.AlreadyAdded, $"ALREADY_ADDED: {Text(a, 0)}"));
        Add("removeProcessGroup", a => throw Fault(SupervisordFault.StillRunning, $"STILL_RUNNING: {Text(a, 0)}"));
        Add("restart", _ => Do(() => _traits.GoAway(true)));
        Add("shutdown", _ => Do(() => _traits.GoAway(false)));
        Add("clearProcessLogs", _ => true);
        Add("sendProcessStdin", _ => true);
        foreach (var stream in new[] { "Stdout", "Stderr" })
        {
            Add($"tailProcess{stream}Log", a => Tail(LogOf(a, stream), a));
            Add($"readProcess{stream}Log", a => Read(LogOf(a, stream), a));
        }

        void Add(string name, Func<IReadOnlyList<RpcValue>, RpcValue> run) => _methods.Add(name, run);
    }

    public SimulatedSupervisor Supervisor => _supervisor;

    public HostTraits Traits => _traits;

    public IEnumerable<string> Names => _methods.Keys;

    /// <exception cref="SupervisordFaultException">supervisord refuses it.</exception>
    public async ValueTask<RpcValue> CallAsync(string name, IReadOnlyList<RpcValue> arguments, CancellationToken cancellationToken)
    {
        _counters.CountCall();
        if (_traits.IsHung)
            await Task.Delay(Timeout.Infinite, cancellationToken);
        if (_traits.Delay() is { Ticks: > 0 } delay)
            await Task.Delay(delay, cancellationToken);
        return Answer(name, arguments);
    }

    /// <summary>The same at once, as a part of another call.</summary>
    /// <exception cref="SupervisordFaultException">supervisord refuses it.</exception>
    public RpcValue Answer(string name, IReadOnlyList<RpcValue> arguments)
    {
        if (_supervisor.IsStopping)
            throw Fault(SupervisordFault.ShutdownState, "SHUTDOWN_STATE");
        return _methods.TryGetValue(name, out var run) ? run(arguments) : throw Fault(SupervisordFault.UnknownMethod, "UNKNOWN_METHOD");
    }

    private static RpcValue Do(Action action)
    {
        action();
        return true;
    }

    private RpcValue ForEach(string? group, Func<ProcessState, bool> fits, Action<string> action)
    {
        List<RpcValue> results = [];
        foreach (var process in _supervisor.Members(group, fits))
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
        var process = _supervisor.TryFind(Text(arguments, 0)) ?? throw Fault(SupervisordFault.BadName, $"{BadName}: {Text(arguments, 0)}");
        // Errors come more rarely than what is written otherwise.
        var share = stream == "Stderr" ? 10 : 1;
        return new SimulatedLog(process.Name, _options.LogRate / share, _options.LogLines / share);
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
