using Multivisor.Supervisord.XmlRpc;

namespace Multivisor.Supervisord;

// Processes: a name is group:process, or process when its group has the same name; start, stop and signal also take group:*.
public sealed partial class SupervisordClient
{
    /// <exception cref="SupervisordFaultException">BAD_NAME.</exception>
    public Task<ProcessInfo> GetProcessInfoAsync(string name, CancellationToken cancellationToken = default) =>
        ReadAsync("supervisor.getProcessInfo", [name], ResultReading.ToProcessInfo, cancellationToken);

    /// <summary>All processes, sorted by group and name.</summary>
    public Task<IReadOnlyList<ProcessInfo>> GetAllProcessInfoAsync(CancellationToken cancellationToken = default) =>
        ReadAsync("supervisor.getAllProcessInfo", [], v => v.ToList(ResultReading.ToProcessInfo), cancellationToken);

    /// <param name="wait">Answer only when it runs (startsecs), or has failed to. Without it a process in STOPPING is not started, and true is answered.</param>
    /// <returns>One status per process for <c>group:*</c>; empty for a single process.</returns>
    /// <exception cref="SupervisordFaultException">BAD_NAME, NO_FILE, NOT_EXECUTABLE, ALREADY_STARTED, SPAWN_ERROR, ABNORMAL_TERMINATION, FAILED.</exception>
    public Task<IReadOnlyList<ProcessStatus>> StartProcessAsync(string name, bool wait = true, CancellationToken cancellationToken = default) =>
        StatusesAsync("supervisor.startProcess", [name, wait], cancellationToken);

    /// <returns>Statuses of the processes that were not running.</returns>
    public Task<IReadOnlyList<ProcessStatus>> StartProcessGroupAsync(string group, bool wait = true, CancellationToken cancellationToken = default) =>
        StatusesAsync("supervisor.startProcessGroup", [group, wait], cancellationToken);

    public Task<IReadOnlyList<ProcessStatus>> StartAllProcessesAsync(bool wait = true, CancellationToken cancellationToken = default) =>
        StatusesAsync("supervisor.startAllProcesses", [wait], cancellationToken);

    /// <param name="wait">Answer only when it has stopped: up to its stopwaitsecs and a second.</param>
    /// <returns>One status per process for <c>group:*</c>; empty for a single process.</returns>
    /// <exception cref="SupervisordFaultException">BAD_NAME, NOT_RUNNING (also while STOPPING), FAILED.</exception>
    public Task<IReadOnlyList<ProcessStatus>> StopProcessAsync(string name, bool wait = true, CancellationToken cancellationToken = default) =>
        StatusesAsync("supervisor.stopProcess", [name, wait], cancellationToken);

    /// <returns>Statuses of the processes that were running; those already STOPPING are neither listed nor awaited.</returns>
    public Task<IReadOnlyList<ProcessStatus>> StopProcessGroupAsync(string group, bool wait = true, CancellationToken cancellationToken = default) =>
        StatusesAsync("supervisor.stopProcessGroup", [group, wait], cancellationToken);

    public Task<IReadOnlyList<ProcessStatus>> StopAllProcessesAsync(bool wait = true, CancellationToken cancellationToken = default) =>
        StatusesAsync("supervisor.stopAllProcesses", [wait], cancellationToken);

    /// <param name="signal">Name with or without SIG, or a number as text.</param>
    /// <exception cref="SupervisordFaultException">BAD_SIGNAL, NOT_RUNNING, BAD_NAME.</exception>
    public Task<IReadOnlyList<ProcessStatus>> SignalProcessAsync(string name, string signal, CancellationToken cancellationToken = default) =>
        StatusesAsync("supervisor.signalProcess", [name, signal], cancellationToken);

    public Task<IReadOnlyList<ProcessStatus>> SignalProcessGroupAsync(string group, string signal, CancellationToken cancellationToken = default) =>
        StatusesAsync("supervisor.signalProcessGroup", [group, signal], cancellationToken);

    public Task<IReadOnlyList<ProcessStatus>> SignalAllProcessesAsync(string signal, CancellationToken cancellationToken = default) =>
        StatusesAsync("supervisor.signalAllProcesses", [signal], cancellationToken);

    /// <exception cref="SupervisordFaultException">INCORRECT_PARAMETERS, BAD_NAME, NOT_RUNNING, NO_FILE (its stdin is closed).</exception>
    /// <exception cref="SupervisordHttpException">500 when its stdin is full; the text is delivered later all the same, do not send it again.</exception>
    public Task SendProcessStdinAsync(string name, string text, CancellationToken cancellationToken = default) =>
        CallAsync("supervisor.sendProcessStdin", [name, text], cancellationToken);

    private Task<IReadOnlyList<ProcessStatus>> StatusesAsync(string method, XmlRpcValue[] arguments, CancellationToken cancellationToken) =>
        ReadAsync(
            method, arguments, v => v.Kind == XmlRpcKind.Boolean ? [] : v.ToList(ResultReading.ToProcessStatus), cancellationToken);
}
