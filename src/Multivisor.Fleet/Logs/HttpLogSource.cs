using System.Runtime.CompilerServices;
using Multivisor.Fleet.Links;
using Multivisor.Supervisord;

namespace Multivisor.Fleet.Logs;

/// <summary>
/// Logs over supervisord's own HTTP server: what is written comes raw by its <c>/logtail</c>, what was written before by its calls.
/// </summary>
/// <remarks>
/// The stream says neither where in the file it begins nor that it has gone on to another file. So its place is found by the size of the
/// file before and after, or by its text; and each piece counts only after a look that the file is still the one before.
/// </remarks>
internal sealed class HttpLogSource(SupervisordClient client, TimeProvider time) : ILogSource
{
    /// <summary>How far before the end a stream begins (supervisor.md section 3.1).</summary>
    private const int Head = 1024;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private readonly ClientLogCalls _calls = new(client);
    private readonly RpcLogSource _text = new(new ClientLogCalls(client), time);

    public Task<LogExtract> ReadAsync(LogTarget target, LogRange range, CancellationToken cancellationToken) => _text.ReadAsync(target, range, cancellationToken);

    public Task<LogSearchResult> SearchAsync(LogTarget target, LogSearchQuery query, CancellationToken cancellationToken) =>
        _text.SearchAsync(target, query, cancellationToken);

    public async IAsyncEnumerable<LogEvent> FollowAsync(
        LogTarget target, LogStart start, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = new RpcLogReader(_calls, target);
        foreach (var happened in await reader.BeginAsync(start, cancellationToken))
            yield return happened;
        while (true)
        {
            while (await reader.NextAsync(cancellationToken) is { Count: > 0 } events)
            {
                foreach (var happened in events)
                    yield return happened;
            }

            await foreach (var happened in StreamAsync(reader, target, cancellationToken))
                yield return happened;
            // No file yet, or supervisord has closed the stream, as it does when the file was truncated.
            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    /// <summary>Ends when the stream does, or when its place in the file cannot be told.</summary>
    private async IAsyncEnumerable<LogEvent> StreamAsync(RpcLogReader reader, LogTarget target, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var before = await reader.SizeAsync(reader.Offset, cancellationToken);
        await using var pieces = client.StreamLogAsync(
            target.Channel == LogChannel.Main ? null : target.Namespec, target.Channel == LogChannel.Stderr, cancellationToken).GetAsyncEnumerator(cancellationToken);
        if (await NextAsync(pieces, Head) is not { } piece)
            yield break;
        var after = await reader.SizeAsync(before, cancellationToken);
        if (await FindPlaceAsync(piece.Octets, before, after, target, cancellationToken) is not { } place || place + piece.Octets.Length < reader.Offset)
            yield break;
        for (var isFirst = true; ; isFirst = false)
        {
            // supervisord has read all of it into its memory, and takes the longer for each octet the more there are: most of them are left out.
            if (piece.Left > RpcLogReader.MaxLag)
                yield break;
            if (piece.IsStart && !await IsSameFileAsync(reader, place + piece.Octets.Length + piece.Left, cancellationToken))
            {
                if (isFirst)
                    yield break;
                // What supervisord reads at one time is of one file, and the first of a new file begins at its beginning.
                yield return reader.Move(LogMove.Rotated, 0, [], null);
                place = 0;
            }

            while (reader.Offset < place && await reader.ReadOnAsync(place, cancellationToken) is { Length: > 0 } gap)
            {
                yield return gap.Octets.Length == 0
                    ? reader.Move(LogMove.Skipped, reader.Offset + gap.Length, [], gap.Length)
                    : reader.Told(new LogEvent.Data(reader.Offset, gap.Octets, gap.Length));
            }

            if (reader.Offset < place)
                yield break;
            if (piece.Octets.Length > reader.Offset - place)
                yield return reader.Told(new LogEvent.Data(reader.Offset, piece.Octets.AsMemory((int)(reader.Offset - place))));
            place += piece.Octets.Length;
            var isStart = piece.Left == 0;
            if (await NextAsync(pieces, 1) is not { } next)
                yield break;
            piece = next with { IsStart = isStart };
        }
    }

    private static async Task<bool> IsSameFileAsync(RpcLogReader reader, long end, CancellationToken cancellationToken) =>
        await reader.SizeAsync(end, cancellationToken) >= end && !await reader.IsOtherFileAsync(cancellationToken);

    /// <summary>At least so many octets, or all that supervisord has read at one time; null when the stream has ended.</summary>
    private static async Task<Piece?> NextAsync(IAsyncEnumerator<LogStreamPart> parts, int least)
    {
        try
        {
            byte[] octets = [];
            do
            {
                if (!await parts.MoveNextAsync())
                    return null;
                octets = [.. octets, .. parts.Current.Octets.Span];
            }
            while (parts.Current.Left > 0 && octets.Length < least);
            return new Piece(octets, parts.Current.Left, true);
        }
        catch (SupervisordHttpException e) when (e.Status == 404)
        {
            return null;
        }
        catch (SupervisordUnreachableException)
        {
            return null;
        }
        catch (SupervisordException e)
        {
            throw new LinkException(e.Message, e);
        }
    }

    /// <summary>Offset of the first piece of a stream; null when it cannot be told.</summary>
    private async Task<long?> FindPlaceAsync(byte[] piece, long before, long after, LogTarget target, CancellationToken cancellationToken)
    {
        if (piece.Length < Head)
            return 0;
        if (before == after)
            return Math.Max(0, before - Head);
        if (after < before)
            return null;
        // It grew meanwhile: the piece began somewhere between, and its text tells where, if it is there once only.
        var first = Math.Max(0, before - Head);
        try
        {
            var text = await _calls.ReadLogAsync(target, first, (int)Math.Min(after - first, Head * 256), cancellationToken);
            var octets = System.Text.Encoding.UTF8.GetBytes(text ?? "");
            var at = octets.AsSpan().IndexOf(piece.AsSpan(0, Head));
            return at >= 0 && octets.AsSpan(at + 1).IndexOf(piece.AsSpan(0, Head)) < 0 ? first + at : null;
        }
        catch (LogUnreadableException)
        {
            return null;
        }
    }

    /// <param name="Left">Octets that supervisord has read together with these and that follow.</param>
    /// <param name="IsStart">supervisord has read these together with none before.</param>
    private sealed record Piece(byte[] Octets, int Left, bool IsStart);
}
