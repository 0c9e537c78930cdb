using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Multivisor.Supervisord.Http;

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

    /// <summary>
    /// supervisord's own stream of a log (section 3.1): its last 1024 octets, or all if there are fewer, then what is written, raw. It uses a
    /// connection of its own and ends only with an exception: <see cref="SupervisordUnreachableException"/> when supervisord closes it, as it does
    /// when the file was truncated.
    /// </summary>
    /// <param name="name">Of a process; null for supervisord's own log.</param>
    /// <exception cref="SupervisordHttpException">404: there is no such process, or no file.</exception>
    public async IAsyncEnumerable<LogStreamPart> StreamLogAsync(
        string? name, bool isStderr, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var path = name is null ? "/mainlogtail" : $"/logtail/{Uri.EscapeDataString(name)}/{(isStderr ? "stderr" : "stdout")}";
        using var alive = CancellationTokenSource.CreateLinkedTokenSource(_closing, cancellationToken);
        using var connection = await ConnectAsync(alive.Token);
        using var buffer = new HttpBuffer(connection.ReceiveAsync);
        HttpHead head;
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(alive.Token);
            limit.CancelAfter(_options.CallTimeout);
            await connection.SendGetAsync(path, limit.Token);
            head = await buffer.ReadHeadAsync(limit.Token);
        }
        catch (Exception lost) when (lost is SocketException or IOException or FormatException)
        {
            throw new SupervisordUnreachableException($"{path}: the connection to supervisord at {Url} was lost ({lost.Message})", lost);
        }

        if (head.Status != 200)
            throw HttpError(head);
        if (!head.Chunked)
            throw new SupervisordProtocolException($"{path}: what answers at {Url} does not stream logs as supervisord does");
        while (true)
        {
            ReadOnlyMemory<byte> part;
            try
            {
                part = await buffer.ReadPartAsync(alive.Token);
            }
            catch (Exception lost) when (lost is SocketException or IOException or FormatException)
            {
                throw new SupervisordUnreachableException($"{path}: supervisord at {Url} has ended the stream ({lost.Message})", lost);
            }

            if (part.IsEmpty)
                throw new SupervisordUnreachableException($"{path}: supervisord at {Url} has ended the stream");
            yield return new LogStreamPart(part, buffer.ChunkLeft);
        }
    }

    /// <summary>One process per turn of supervisord's loop, so nearly a second for each.</summary>
    public Task<IReadOnlyList<ProcessStatus>> ClearAllProcessLogsAsync(CancellationToken cancellationToken = default) =>
        StatusesAsync("supervisor.clearAllProcessLogs", [], cancellationToken);
}
