using System.Buffers;
using System.IO.Pipelines;

namespace Multivisor.ZeroRpc.Zmtp;

/// <summary>
/// One ZMTP connection after its handshake: whole messages in, whole messages out. Works on any <see cref="Stream"/>,
/// so TLS can be put under it.
/// </summary>
internal sealed class ZmtpConnection
{
    /// <summary>A message is a delimiter and a payload; what routers between may have put before them are a few identities.</summary>
    private const int MostFrames = 16;

    private readonly Stream _stream;
    private readonly PipeReader _reader;
    private readonly int _maxFrame;
    private int _closed;

    private ZmtpConnection(Stream stream, PipeReader reader, ZeroRpcOptions options)
    {
        _stream = stream;
        _reader = reader;
        _maxFrame = options.MaxFrameLength;
        Sending = new SendQueue(stream, options.Time, 3 * options.Heartbeat, failure => WriteFailed?.Invoke(failure));
    }

    public SendQueue Sending { get; }

    /// <summary>Called once, from any thread, when the peer can no longer be written to. Set before the first message is sent.</summary>
    public Action<Exception>? WriteFailed { get; set; }

    /// <summary>Shakes hands over a fresh stream. On failure the stream is disposed.</summary>
    /// <exception cref="ProtocolException">The peer is no fitting ZMTP peer.</exception>
    public static async Task<ZmtpConnection> OpenAsync(Stream stream, ZmtpRole role, ZeroRpcOptions options, CancellationToken cancellationToken)
    {
        // Zero-byte reads: an idle connection holds no buffer at all, which is what makes a thousand of them cheap.
        var reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 4096, minimumReadSize: 1024, leaveOpen: true, useZeroByteReads: true));
        try
        {
            await ZmtpHandshake.RunAsync(stream, reader, role, cancellationToken);
            return new ZmtpConnection(stream, reader, options);
        }
        catch
        {
            await reader.CompleteAsync();
            await stream.DisposeAsync();
            throw;
        }
    }

    /// <summary>Hands over the payload of each message until the peer closes. To be called once.</summary>
    /// <param name="onMessage">Gets the payload frame, valid until its task completes; the next message waits for that.</param>
    /// <exception cref="ProtocolException">A malformed frame.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public async Task ReadAsync(Func<ReadOnlySequence<byte>, ValueTask> onMessage)
    {
        var frames = 0;
        try
        {
            while (true)
            {
                var result = await _reader.ReadAsync();
                var buffer = result.Buffer;
                while (ZmtpFrame.TryRead(ref buffer, _maxFrame, out var frame))
                {
                    if (frame.IsCommand)
                    {
                        await OnCommandAsync(frame.Body);
                        continue;
                    }

                    // The payload is the last frame; the delimiter before it may be missing (old dialects) and says nothing.
                    if (++frames > MostFrames)
                        throw new ProtocolException($"a message has more than {MostFrames} frames");
                    if (frame.More)
                        continue;
                    frames = 0;
                    await onMessage(frame.Body);
                }

                _reader.AdvanceTo(buffer.Start, buffer.End);
                if (result.IsCompleted)
                    return;
            }
        }
        finally
        {
            await _reader.CompleteAsync();
        }
    }

    /// <summary>Closes the stream at once; a read or write under way ends with an error.</summary>
    public void Close(Exception reason)
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
            return;
        Sending.Fail(reason);
        _stream.Dispose();
    }

    private Task OnCommandAsync(ReadOnlySequence<byte> body)
    {
        ZmtpCommand.Split(body.ToArray(), out var name, out var data);
        // Unknown commands are ignored, as libzmq does (section 2.4).
        return name.SequenceEqual("PING"u8)
            ? Sending.SendAsync(new Outgoing(ZmtpCommand.PongFor(data)), CancellationToken.None)
            : Task.CompletedTask;
    }
}
