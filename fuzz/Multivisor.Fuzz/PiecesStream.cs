namespace Multivisor.Fuzz;

/// <summary>A stream that hands given octets out in pieces of given lengths, then ends; what is written to it is kept.</summary>
internal sealed class PiecesStream(ReadOnlyMemory<byte> octets, IReadOnlyList<int> pieces) : Stream
{
    private readonly Lock _gate = new();
    private readonly MemoryStream _written = new();
    private int _at;
    private int _piece;

    public byte[] Written
    {
        get
        {
            lock (_gate)
                return _written.ToArray();
        }
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Lengths of pieces from any octets: mostly short ones, so that every boundary is met.</summary>
    public static int[] Pieces(ReadOnlySpan<byte> seed)
    {
        var pieces = new int[seed.Length];
        for (var i = 0; i < pieces.Length; i++)
            pieces[i] = seed[i] < 0xC0 ? 1 + (seed[i] & 0x0F) : 1 + ((seed[i] & 0x3F) * 64);
        return pieces;
    }

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty || _at == octets.Length)
            return 0;
        var wanted = pieces.Count == 0 ? int.MaxValue : pieces[_piece++ % pieces.Count];
        var length = Math.Min(Math.Min(buffer.Length, wanted), octets.Length - _at);
        octets.Span.Slice(_at, length).CopyTo(buffer);
        _at += length;
        return length;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(Read(buffer.Span));

    public override void Write(byte[] buffer, int offset, int count)
    {
        lock (_gate)
            _written.Write(buffer, offset, count);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        lock (_gate)
            _written.Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
