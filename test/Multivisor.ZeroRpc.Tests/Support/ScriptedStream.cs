namespace Multivisor.ZeroRpc.Tests.Support;

/// <summary>A stream that gives given octets, one chunk per read, then ends; what is written to it is kept.</summary>
internal sealed class ScriptedStream(IEnumerable<byte[]> chunks) : Stream
{
    private readonly Queue<ReadOnlyMemory<byte>> _chunks = new(chunks.Where(c => c.Length > 0).Select(c => (ReadOnlyMemory<byte>)c));

    public MemoryStream Written { get; } = new();

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(Read(buffer.Span));

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty || _chunks.Count == 0)
            return 0;
        var chunk = _chunks.Dequeue();
        var length = Math.Min(buffer.Length, chunk.Length);
        chunk.Span[..length].CopyTo(buffer);
        if (length == chunk.Length)
            return length;

        Queue<ReadOnlyMemory<byte>> rest = new([chunk[length..], .. _chunks]);
        _chunks.Clear();
        foreach (var left in rest)
            _chunks.Enqueue(left);
        return length;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        Written.WriteAsync(buffer, cancellationToken);

    public override void Write(byte[] buffer, int offset, int count) => Written.Write(buffer, offset, count);

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
