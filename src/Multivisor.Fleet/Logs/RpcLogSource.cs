using System.Runtime.CompilerServices;
using Multivisor.Supervisord;

namespace Multivisor.Fleet.Logs;

/// <summary>
/// Logs through supervisord's own calls, for hosts that offer nothing better: asked every second, by exact offsets. No octet comes twice;
/// where some cannot be had, their number is told, or that it is not known.
/// </summary>
internal sealed class RpcLogSource(ILogCalls calls, TimeProvider time) : ILogSource
{
    private const long SearchLength = 1024 * 1024;
    private const int MaxSteps = 16;
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    public async IAsyncEnumerable<LogEvent> FollowAsync(
        LogTarget target, LogStart start, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = new RpcLogReader(calls, target);
        foreach (var happened in await reader.BeginAsync(start, cancellationToken))
            yield return happened;
        using var timer = new PeriodicTimer(Period, time);
        do
        {
            // What is known to be there is read without waiting, as far as supervisord still gets to do its other work.
            for (var step = 0; step < MaxSteps && await reader.NextAsync(cancellationToken) is { Count: > 0 } events; step++)
            {
                foreach (var happened in events)
                    yield return happened;
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    public async Task<LogExtract> ReadAsync(LogTarget target, LogRange range, CancellationToken cancellationToken)
    {
        var reader = new RpcLogReader(calls, target);
        var end = await reader.SizeAsync(0, cancellationToken);
        if (end == 0)
            await ThrowIfAbsentAsync(target, cancellationToken);
        if (!string.IsNullOrEmpty(range.File))
            throw new LogAbsentException("only the newest file of this log can be read: there is no agent of ours beside it");
        var to = Math.Clamp(range.To ?? end, 0, end);
        var from = Math.Clamp(range.Length is { } length ? to - Math.Max(0, length) : range.From ?? 0, 0, to);
        return new LogExtract("", "", from, to, 0, end, OctetsAsync(reader, from, to, cancellationToken));
    }

    public Task<LogSearchResult> SearchAsync(LogTarget target, LogSearchQuery query, CancellationToken cancellationToken) => ExtractSearch.RunAsync(
        range => ReadAsync(target, range, cancellationToken), query, SearchLength, "there is no agent of ours beside this log", cancellationToken);

    /// <summary>Octets that supervisord cannot send become <c>?</c>, so that all others keep their offsets.</summary>
    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> OctetsAsync(
        RpcLogReader reader, long from, long to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (from < to)
        {
            var (octets, length) = await reader.ReadAsync(from, to, cancellationToken);
            if (length == 0)
                yield break;
            // What the wire has swallowed were carriage returns; where is not known, but how many.
            var missing = (int)(length - octets.Length);
            yield return missing == 0 ? octets : (byte[])[.. octets, .. Enumerable.Repeat((byte)'?', missing)];
            from += length;
        }
    }

    /// <summary>supervisord answers 0 for the size of what is not there; a read tells why.</summary>
    private async Task ThrowIfAbsentAsync(LogTarget target, CancellationToken cancellationToken)
    {
        try
        {
            await calls.ReadLogAsync(target, 0, 1, cancellationToken);
        }
        catch (SupervisordFaultException fault) when (fault.Fault == SupervisordFault.NoFile)
        {
            throw new LogAbsentException("there is no such log: no file is configured for it, or the process has not been started yet", fault);
        }
    }
}
