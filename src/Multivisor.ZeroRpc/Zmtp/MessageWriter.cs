using System.Buffers;

namespace Multivisor.ZeroRpc.Zmtp;

/// <summary>Writes messages to a stream and sees to it that the peer takes them. One write at a time.</summary>
internal sealed class MessageWriter(Stream stream, TimeProvider time, TimeSpan stallLimit)
{
    /// <summary>Messages that together are no longer than this leave in one write.</summary>
    public const int GatherLength = 16 * 1024;

    /// <summary>A large message leaves in such pieces: each that is taken shows that the peer is there.</summary>
    private const int PieceLength = 64 * 1024;

    /// <param name="batch">One message of any length, or several that fit <see cref="GatherLength"/>.</param>
    /// <exception cref="TimeoutException">The peer has taken nothing for the limit.</exception>
    public async ValueTask WriteAsync(List<Outgoing> batch)
    {
        if (batch.Count == 1)
        {
            var octets = batch[0].Octets;
            for (var at = 0; at < octets.Length; at += PieceLength)
                await WritePieceAsync(octets.Slice(at, Math.Min(PieceLength, octets.Length - at)));
            return;
        }

        var gathered = ArrayPool<byte>.Shared.Rent(GatherLength);
        var length = 0;
        foreach (var message in batch)
        {
            message.Octets.CopyTo(gathered.AsMemory(length));
            length += message.Octets.Length;
        }

        await WritePieceAsync(gathered.AsMemory(0, length));
        // Only after success: a write that was given up may still read the array.
        ArrayPool<byte>.Shared.Return(gathered);
    }

    private async ValueTask WritePieceAsync(ReadOnlyMemory<byte> piece)
    {
        var write = stream.WriteAsync(piece);
        if (write.IsCompletedSuccessfully)
            return;

        var pending = write.AsTask();
        try
        {
            await pending.WaitAsync(stallLimit, time);
        }
        catch (TimeoutException e)
        {
            // The connection is closed next, which faults the write; nobody else looks at it.
            _ = pending.ContinueWith(static task => task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            throw new TimeoutException($"it read nothing for {stallLimit.TotalSeconds:0.###} s", e);
        }
    }
}
