using Multivisor.Fleet.Links;
using Multivisor.Supervisord;

namespace Multivisor.Fleet.Logs;

/// <summary>supervisord's own calls for logs, over its own HTTP server.</summary>
internal sealed class ClientLogCalls(SupervisordClient client) : ILogCalls
{
    public long MaxOffset => long.MaxValue;

    public Task<LogTailChunk> TailLogAsync(LogTarget target, long offset, int length, CancellationToken cancellationToken) => OrLinkErrorAsync(async () =>
    {
        var tail = await (target.Channel == LogChannel.Stdout
            ? client.TailProcessStdoutLogAsync(target.Namespec, offset, length, cancellationToken)
            : client.TailProcessStderrLogAsync(target.Namespec, offset, length, cancellationToken));
        return new LogTailChunk(tail.Text, tail.Offset, tail.Overflow);
    });

    public Task<string?> ReadLogAsync(LogTarget target, long offset, int length, CancellationToken cancellationToken) => OrLinkErrorAsync(async () =>
        (string?)await (target.Channel switch
        {
            LogChannel.Main => client.ReadMainLogAsync(offset, length, cancellationToken),
            LogChannel.Stdout => client.ReadProcessStdoutLogAsync(target.Namespec, offset, length, cancellationToken),
            _ => client.ReadProcessStderrLogAsync(target.Namespec, offset, length, cancellationToken),
        }));

    private static async Task<T> OrLinkErrorAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (SupervisordHttpException e) when (e.Status == 500)
        {
            throw new LogUnreadableException(e.Message, e);
        }
        catch (SupervisordException e) when (e is not SupervisordFaultException)
        {
            throw new LinkException(e.Message, e);
        }
    }
}
