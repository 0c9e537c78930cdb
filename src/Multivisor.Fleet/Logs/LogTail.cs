using System.Runtime.CompilerServices;
using System.Text;
using Multivisor.Fleet.Links;
using Multivisor.Fleet.Supervisors;
using Multivisor.Supervisord;

namespace Multivisor.Fleet.Logs;

/// <summary>A piece of a followed log.</summary>
/// <param name="Text">Only what was not sent before.</param>
/// <param name="Size">Size of the file in octets.</param>
public readonly record struct LogPiece(string Text, long Size);

/// <summary>
/// Follows the log of one process with supervisord's <c>tailProcess…Log</c>: first what is at the end of the file, then only
/// what is new. The arithmetic is that of supervisor.md section 5.1.
/// </summary>
/// <remarks>
/// What is new is asked for by its exact length. A longer window would begin before it: inside a character, which makes
/// supervisord fail, or with carriage returns, which XML swallows, so that octets of the text no longer count.
/// </remarks>
public sealed class LogTail
{
    private const int FirstLength = 4096;
    private const int MaxLength = 256 * 1024;

    /// <summary>How often text that cannot be read is tried again: its last character may not be written to the end yet.</summary>
    private const int Patience = 3;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly Supervisor _supervisor;
    private readonly string _namespec;
    private readonly LogChannel _channel;
    private readonly TimeProvider _time;

    internal LogTail(Supervisor supervisor, string @namespec, LogChannel channel, TimeProvider time)
    {
        _supervisor = supervisor;
        _namespec = @namespec;
        _channel = channel;
        _time = time;
    }

    /// <summary>Yields the end of the file at once, then every second what is new (an empty text when nothing is).</summary>
    /// <exception cref="LinkException">The supervisor is not connected or was lost.</exception>
    /// <exception cref="SupervisordFaultException">supervisord refuses, for example because the process no longer exists.</exception>
    public async IAsyncEnumerable<LogPiece> FollowAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var first = await ReadEndAsync(FirstLength, cancellationToken);
        var position = first.Size;
        yield return first;
        var failures = 0;
        using var timer = new PeriodicTimer(Period, _time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            var size = await ReadSizeAsync(position, cancellationToken);
            // Smaller than before: rotated, cleared or truncated, and all that is there is new.
            if (size < position)
                position = 0;
            var piece = size == position ? new LogPiece("", size) : await TryReadNewAsync(position, size, cancellationToken);
            if (piece is { } read)
            {
                failures = 0;
                position = read.Size;
                yield return read;
            }
            else if (++failures >= Patience)
            {
                failures = 0;
                yield return new LogPiece(Unreadable(size - position), size);
                position = size;
            }
            else
            {
                yield return new LogPiece("", position);
            }
        }
    }

    /// <returns>Null when supervisord cannot send that text.</returns>
    private async Task<LogPiece?> TryReadNewAsync(long position, long size, CancellationToken cancellationToken)
    {
        var length = (int)Math.Min(MaxLength, size - position);
        var chunk = await TryTailAsync(position, length, cancellationToken);
        if (chunk is null || chunk.Offset > position + length)
        {
            // It grew meanwhile, so that the window began too late: ask for more than it will grow again.
            size = Math.Max(size, chunk?.Offset ?? 0);
            length = (int)Math.Min(MaxLength, size - position + FirstLength);
            chunk = await TryTailEndAsync(position, length, cancellationToken);
        }

        if (chunk is null)
            return null;
        var fresh = chunk.Offset - position;
        if (fresh < 0)
            return new LogPiece("", 0);
        var skipped = fresh - length;
        return skipped > 0
            ? new LogPiece($"\n[{skipped} bytes skipped]\n{chunk.Text}", chunk.Offset)
            : new LogPiece(skipped == 0 ? chunk.Text : LastOctets(chunk.Text, fresh), chunk.Offset);
    }

    private async Task<LogPiece> ReadEndAsync(int length, CancellationToken cancellationToken)
    {
        if (await TryTailEndAsync(0, length, cancellationToken) is { } chunk)
            return new LogPiece(chunk.Text, chunk.Offset);
        var size = await ReadSizeAsync(0, cancellationToken);
        return new LogPiece(Unreadable(Math.Min(length, size)), size);
    }

    /// <summary>A window that begins anywhere, so maybe inside a character: then it begins up to three octets later.</summary>
    private async Task<LogTailChunk?> TryTailEndAsync(long offset, int length, CancellationToken cancellationToken)
    {
        LogTailChunk? chunk = null;
        for (var shift = 0; chunk is null && shift < 4; shift++)
            chunk = await TryTailAsync(offset, length - shift, cancellationToken);
        return chunk;
    }

    /// <summary>An answer without text cannot fail for what the text is.</summary>
    private async Task<long> ReadSizeAsync(long position, CancellationToken cancellationToken) =>
        Math.Max(0, (await _supervisor.TailLogAsync(_namespec, _channel, position, 0, cancellationToken)).Offset);

    private async Task<LogTailChunk?> TryTailAsync(long offset, int length, CancellationToken cancellationToken)
    {
        try
        {
            return await _supervisor.TailLogAsync(_namespec, _channel, offset, length, cancellationToken);
        }
        catch (LinkException) when (_supervisor.Snapshot.IsRunning)
        {
            // Not valid UTF-8, or cut inside a character: supervisord answers with HTTP 500. If it is the link instead,
            // the next question fails too.
            return null;
        }
    }

    private static string Unreadable(long octets) => octets == 0 ? "" : $"\n[{octets} bytes that supervisord cannot send as text]\n";

    private static string LastOctets(string text, long count)
    {
        var octets = Encoding.UTF8.GetBytes(text);
        return count >= octets.Length ? text : Encoding.UTF8.GetString(octets.AsSpan(octets.Length - (int)count));
    }
}
