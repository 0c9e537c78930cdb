using Multivisor.Supervisord.XmlRpc;

namespace Multivisor.Supervisord;

// supervisord itself, its configuration, and the system.* methods.
public sealed partial class SupervisordClient
{
    /// <summary>Version of the API, <c>3.0</c> for every supervisord since 3.0.</summary>
    public Task<string> GetApiVersionAsync(CancellationToken cancellationToken = default) => TextAsync("supervisor.getAPIVersion", [], cancellationToken);

    public Task<string> GetSupervisorVersionAsync(CancellationToken cancellationToken = default) =>
        TextAsync("supervisor.getSupervisorVersion", [], cancellationToken);

    public Task<string> GetIdentificationAsync(CancellationToken cancellationToken = default) =>
        TextAsync("supervisor.getIdentification", [], cancellationToken);

    public Task<SupervisordStateInfo> GetStateAsync(CancellationToken cancellationToken = default) =>
        ReadAsync("supervisor.getState", [], ToState, cancellationToken);

    public Task<long> GetPidAsync(CancellationToken cancellationToken = default) =>
        ReadAsync("supervisor.getPID", [], ResultReading.ToNumber, cancellationToken);

    /// <summary>Stops all processes and ends supervisord. Answers before anything stops; afterwards most methods fault SHUTDOWN_STATE.</summary>
    public Task ShutdownAsync(CancellationToken cancellationToken = default) => CallAsync("supervisor.shutdown", [], cancellationToken);

    /// <summary>Stops all processes and starts supervisord anew in the same process. Answers before anything stops.</summary>
    public Task RestartAsync(CancellationToken cancellationToken = default) => CallAsync("supervisor.restart", [], cancellationToken);

    /// <summary>Reads the configuration again and tells what differs; what runs is not touched.</summary>
    public Task<ConfigChanges> ReloadConfigAsync(CancellationToken cancellationToken = default) =>
        ReadAsync("supervisor.reloadConfig", [], ResultReading.ToConfigChanges, cancellationToken);

    /// <summary>Adds a group of the configuration last read, and starts its autostart programs.</summary>
    public Task AddProcessGroupAsync(string group, CancellationToken cancellationToken = default) =>
        CallAsync("supervisor.addProcessGroup", [group], cancellationToken);

    /// <summary>Removes a group, all of whose processes must have stopped (otherwise STILL_RUNNING).</summary>
    public Task RemoveProcessGroupAsync(string group, CancellationToken cancellationToken = default) =>
        CallAsync("supervisor.removeProcessGroup", [group], cancellationToken);

    public Task<IReadOnlyList<ProgramConfig>> GetAllConfigInfoAsync(CancellationToken cancellationToken = default) =>
        ReadAsync("supervisor.getAllConfigInfo", [], v => v.ToList(ResultReading.ToProgramConfig), cancellationToken);

    /// <summary>Sends a REMOTE_COMMUNICATION event to the event listeners.</summary>
    public Task SendRemoteCommEventAsync(string type, string data, CancellationToken cancellationToken = default) =>
        CallAsync("supervisor.sendRemoteCommEvent", [type, data], cancellationToken);

    /// <summary>Full names of all methods, sorted.</summary>
    public Task<IReadOnlyList<string>> ListMethodsAsync(CancellationToken cancellationToken = default) =>
        ReadAsync("system.listMethods", [], ResultReading.ToTexts, cancellationToken);

    public Task<string> MethodHelpAsync(string method, CancellationToken cancellationToken = default) =>
        TextAsync("system.methodHelp", [method], cancellationToken);

    /// <summary>Type of the result, then of each parameter.</summary>
    public Task<IReadOnlyList<string>> MethodSignatureAsync(string method, CancellationToken cancellationToken = default) =>
        ReadAsync("system.methodSignature", [method], ResultReading.ToTexts, cancellationToken);

    /// <summary>Runs calls in order in one request; a call that waits holds up those after it.</summary>
    /// <remarks>supervisord returns bare values, not one-element arrays as other XML-RPC servers do.</remarks>
    public Task<IReadOnlyList<SupervisordResult>> MulticallAsync(IReadOnlyList<SupervisordCall> calls, CancellationToken cancellationToken = default)
    {
        var list = calls.Select(c => XmlRpcValue.Struct(new("methodName", c.Method), new("params", XmlRpcValue.Array(c.Arguments)))).ToArray();
        return ReadAsync("system.multicall", [XmlRpcValue.Array(list)], v => v.ToList(r => new SupervisordResult(r, r.TryReadFault())), cancellationToken);
    }

    private static SupervisordStateInfo ToState(XmlRpcValue value) =>
        value.TryGetMember("statecode", out var code) && value.TryGetMember("statename", out var name)
            ? new SupervisordStateInfo((int)code.ToNumber(), name.ToText())
            : throw new FormatException("not a state");

    private Task<string> TextAsync(string method, XmlRpcValue[] arguments, CancellationToken cancellationToken) =>
        ReadAsync(method, arguments, ResultReading.ToText, cancellationToken);

    private async Task<T> ReadAsync<T>(string method, XmlRpcValue[] arguments, Func<XmlRpcValue, T> read, CancellationToken cancellationToken)
    {
        var value = await CallAsync(method, arguments, cancellationToken);
        try
        {
            return read(value);
        }
        catch (FormatException unexpected)
        {
            throw new SupervisordProtocolException($"{method}: supervisord at {Url} answered {unexpected.Message}", unexpected);
        }
    }
}
