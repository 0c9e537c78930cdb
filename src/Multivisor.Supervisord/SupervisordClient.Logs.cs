namespace Multivisor.Supervisord;

// Logs: offsets and lengths are octets (supervisor.md section 5). Where a cut falls inside a UTF-8 character, or the log holds
// octets that are not UTF-8, supervisord answers HTTP 500 to the whole call.
public sealed partial class SupervisordClient
{
    /// <summary>Reads supervisord's own log: see <see cref="ReadProcessStdoutLogAsync"/>.</summary>
    public Task<string> ReadMainLogAsync(long offset, long length, CancellationToken cancellationToken = default) =>
        TextAsync("supervisor.readLog", [offset, length], cancellationToken);

    public Task ClearMainLogAsync(CancellationToken cancellationToken = default) => CallAsync("supervisor.clearLog", [], cancellationToken);

    /// <param name="offset">0 or more; negative, with length 0, for the last octets.</param>
    /// <param name="length">0 for all up to the end.</param>
    /// <exception cref="SupervisordFaultException">NO_FILE, BAD_ARGUMENTS, FAILED, BAD_NAME.</exception>
    public Task<string> ReadProcessStdoutLogAsync(string name, long offset, long length, CancellationToken cancellationToken = default) =>
        TextAsync("supervisor.readProcessStdoutLog", [name, offset, length], cancellationToken);

    /// <inheritdoc cref="ReadProcessStdoutLogAsync"/>
    public Task<string> ReadProcessStderrLogAsync(string name, long offset, long length, CancellationToken cancellationToken = default) =>
        TextAsync("supervisor.readProcessStderrLog", [name, offset, length], cancellationToken);

    /// <summary>The end of a log; the text may begin before <paramref name="offset"/> (section 5.1).</summary>
    public Task<LogTail> TailProcessStdoutLogAsync(string name, long offset, long length, CancellationToken cancellationToken = default) =>
        ReadAsync("supervisor.tailProcessStdoutLog", [name, offset, length], ResultReading.ToLogTail, cancellationToken);

    /// <inheritdoc cref="TailProcessStdoutLogAsync"/>
    public Task<LogTail> TailProcessStderrLogAsync(string name, long offset, long length, CancellationToken cancellationToken = default) =>
        ReadAsync("supervisor.tailProcessStderrLog", [name, offset, length], ResultReading.ToLogTail, cancellationToken);

    /// <summary>Deletes and recreates the logs of a running process; does nothing for one that does not run.</summary>
    public Task ClearProcessLogsAsync(string name, CancellationToken cancellationToken = default) =>
        CallAsync("supervisor.clearProcessLogs", [name], cancellationToken);

    /// <summary>One process per turn of supervisord's loop, so nearly a second for each.</summary>
    public Task<IReadOnlyList<ProcessStatus>> ClearAllProcessLogsAsync(CancellationToken cancellationToken = default) =>
        StatusesAsync("supervisor.clearAllProcessLogs", [], cancellationToken);
}
