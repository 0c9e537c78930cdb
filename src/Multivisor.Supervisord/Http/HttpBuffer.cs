using System.Buffers;
using System.Globalization;
using System.Text;

namespace Multivisor.Supervisord.Http;

/// <summary>Received octets of one response; reads more from the stream as they are needed, never more than a limit.</summary>
internal sealed class HttpBuffer(Func<Memory<byte>, CancellationToken, ValueTask<int>> receive) : IDisposable
{
    private const int MaxHeadLength = 32 * 1024;
    private const int MaxChunkLine = 1024;
    private byte[] _octets = ArrayPool<byte>.Shared.Rent(8 * 1024);
    private int _start;
    private int _end;
    private int _chunkLeft;

    /// <summary>Nothing was received: the request found a connection that was already dead.</summary>
    public bool ReceivedNothing { get; private set; } = true;

    /// <summary>Octets remain that belong to no response: the connection cannot be used again.</summary>
    public bool HasLeftover => _end > _start;

    /// <summary>Octets of the current chunk that <see cref="ReadPartAsync"/> has not given out yet.</summary>
    public int ChunkLeft => _chunkLeft;

    public async ValueTask<HttpHead> ReadHeadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            // What is no HTTP may never come to the end of a head.
            await FillAsync(1, cancellationToken);
            if (_octets[_start] != 'H')
                throw new NotHttpException(_octets[_start]);
            var length = await FindAsync("\r\n\r\n"u8.ToArray(), MaxHeadLength, cancellationToken);
            var head = HttpHead.Parse(_octets.AsSpan(_start, length));
            _start += length + 4;
            // Interim answers (100 Continue) carry no result.
            if (head.Status >= 200)
                return head;
        }
    }

    /// <summary>The body, valid until the next read or dispose.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> ReadBodyAsync(HttpHead head, int limit, CancellationToken cancellationToken)
    {
        if (head.Chunked)
            return await ReadChunksAsync(limit, cancellationToken);
        if (head.ContentLength is not { } length)
            return await ReadToEndAsync(limit, cancellationToken);
        if (length > limit)
            throw TooLong(limit);
        await FillAsync((int)length, cancellationToken);
        var body = _octets.AsMemory(_start, (int)length);
        _start += (int)length;
        return body;
    }

    /// <summary>The next part of a body in chunks, as soon as there is one; valid until the next read. Empty at its end.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> ReadPartAsync(CancellationToken cancellationToken)
    {
        if (_chunkLeft == 0)
        {
            _chunkLeft = await ReadChunkLengthAsync(int.MaxValue - 2, cancellationToken);
            if (_chunkLeft == 0)
                return default;
        }

        if (_start == _end && !await ReceiveAsync(cancellationToken))
            throw new EndOfStreamException("the connection was closed in the middle of a chunk");
        var part = _octets.AsMemory(_start, Math.Min(_chunkLeft, _end - _start));
        _start += part.Length;
        _chunkLeft -= part.Length;
        if (_chunkLeft > 0)
            return part;
        // The line end behind a chunk may come later than the chunk; the part must not move while it is looked at.
        part = part.ToArray();
        await FillAsync(2, cancellationToken);
        _start += 2;
        return part;
    }

    public void Dispose()
    {
        var octets = _octets;
        _octets = [];
        if (octets.Length > 0)
            ArrayPool<byte>.Shared.Return(octets);
    }

    private async ValueTask<ReadOnlyMemory<byte>> ReadToEndAsync(int limit, CancellationToken cancellationToken)
    {
        while (await ReceiveAsync(cancellationToken))
        {
            if (_end - _start > limit)
                throw TooLong(limit);
        }

        var body = _octets.AsMemory(_start, _end - _start);
        _start = _end;
        return body;
    }

    private async ValueTask<ReadOnlyMemory<byte>> ReadChunksAsync(int limit, CancellationToken cancellationToken)
    {
        var body = new ArrayBufferWriter<byte>();
        while (true)
        {
            var length = await ReadChunkLengthAsync(limit - body.WrittenCount, cancellationToken);
            if (length == 0)
                break;
            await FillAsync(length + 2, cancellationToken);
            body.Write(_octets.AsSpan(_start, length));
            _start += length + 2;
        }

        while ((await ReadLineAsync(cancellationToken)).Length > 0)
        {
            // Trailer fields say nothing a client of supervisord needs.
        }

        return body.WrittenMemory;
    }

    private async ValueTask<int> ReadChunkLengthAsync(int limit, CancellationToken cancellationToken)
    {
        var line = await ReadLineAsync(cancellationToken);
        var semicolon = line.IndexOf(';');
        if (!int.TryParse((semicolon < 0 ? line : line[..semicolon]).Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var length)
            || length < 0)
        {
            throw new FormatException("a chunk has no length");
        }

        return length <= limit ? length : throw TooLong(limit);
    }

    private async ValueTask<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        var length = await FindAsync("\r\n"u8.ToArray(), MaxChunkLine, cancellationToken);
        var line = Encoding.Latin1.GetString(_octets, _start, length);
        _start += length + 2;
        return line;
    }

    /// <summary>Octets before <paramref name="mark"/>; reads until it is there.</summary>
    private async ValueTask<int> FindAsync(byte[] mark, int limit, CancellationToken cancellationToken)
    {
        while (true)
        {
            var at = _octets.AsSpan(_start, _end - _start).IndexOf(mark);
            if (at >= 0)
                return at;
            if (_end - _start > limit)
                throw new FormatException($"no end of a line or head within {limit} octets");
            if (!await ReceiveAsync(cancellationToken))
                throw new EndOfStreamException("the connection was closed before the answer was complete");
        }
    }

    private async ValueTask FillAsync(int count, CancellationToken cancellationToken)
    {
        while (_end - _start < count)
        {
            if (!await ReceiveAsync(cancellationToken))
                throw new EndOfStreamException("the connection was closed before the answer was complete");
        }
    }

    private async ValueTask<bool> ReceiveAsync(CancellationToken cancellationToken)
    {
        if (_end == _octets.Length)
            MakeRoom();
        var count = await receive(_octets.AsMemory(_end), cancellationToken);
        _end += count;
        ReceivedNothing &= count == 0;
        return count > 0;
    }

    private void MakeRoom()
    {
        // Grows with what has arrived, not with what a peer announces.
        var target = _start > _octets.Length / 2 ? _octets : ArrayPool<byte>.Shared.Rent(_octets.Length * 2);
        _octets.AsSpan(_start, _end - _start).CopyTo(target);
        if (target != _octets)
            ArrayPool<byte>.Shared.Return(_octets);
        _octets = target;
        _end -= _start;
        _start = 0;
    }

    private static FormatException TooLong(int limit) => new($"the answer is longer than the limit of {limit} octets");
}
