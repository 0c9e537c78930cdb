namespace Multivisor.Client.Http;

/// <summary>
/// The body of an endless answer: silence ends it with a <see cref="TimeoutException"/>, a line without an end with an
/// <see cref="InvalidDataException"/>. Reads only, asynchronously.
/// </summary>
internal sealed class WatchedStream(Stream body, TimeSpan silence) : Stream
{
    /// <summary>Octets; a supervisor with ten thousand processes has less than half of it.</summary>
    public const int MaxLine = 32 << 20;

    private int _line;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(silence);
        int count;
        try
        {
            count = await body.ReadAsync(buffer, limit.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException("the stream is silent", e);
        }

        var read = buffer.Span[..count];
        var end = read.LastIndexOf((byte)'\n');
        _line = end < 0 ? _line + count : count - end - 1;
        return _line <= MaxLine ? count : throw new InvalidDataException("a line without an end");
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            body.Dispose();
        base.Dispose(disposing);
    }
}
