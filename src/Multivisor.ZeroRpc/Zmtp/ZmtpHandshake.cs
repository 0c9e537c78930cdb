using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Multivisor.ZeroRpc.Security;

namespace Multivisor.ZeroRpc.Zmtp;

/// <summary>Greeting and NULL handshake of one side.</summary>
internal static class ZmtpHandshake
{
    /// <remarks>Our greeting goes out before anything is read: libzmq waits for the first octets (section 2.1).</remarks>
    /// <exception cref="ProtocolException">The peer is no ZMTP 3 peer of a fitting socket type.</exception>
    public static async Task RunAsync(Stream stream, PipeReader reader, ZmtpRole role, CancellationToken cancellationToken)
    {
        await SayAsync(stream, ZmtpGreeting.Ours, cancellationToken);
        while (!await StepAsync(reader, ZmtpGreeting.TryRead, cancellationToken))
        {
        }

        await SayAsync(stream, ZmtpCommand.Ready(role.SocketType), cancellationToken);
        while (!await StepAsync(reader, (ref buffer) => TryReadReady(ref buffer, role), cancellationToken))
        {
        }
    }

    /// <summary>A peer that refuses us may close before we have said all; what it said is still there to be read, and tells why.</summary>
    private static async ValueTask SayAsync(Stream stream, ReadOnlyMemory<byte> octets, CancellationToken cancellationToken)
    {
        try
        {
            await stream.WriteAsync(octets, cancellationToken);
        }
        catch (IOException)
        {
            // Reading fails the same way, if there is nothing to be read.
        }
    }

    private delegate bool Parser(ref ReadOnlySequence<byte> buffer);

    private static async ValueTask<bool> StepAsync(PipeReader reader, Parser parser, CancellationToken cancellationToken)
    {
        var result = await reader.ReadAsync(cancellationToken);
        var buffer = result.Buffer;
        var done = parser(ref buffer);
        // What the parser left is looked at again at once when it is done, else only with more octets.
        reader.AdvanceTo(buffer.Start, done ? buffer.Start : buffer.End);
        if (!done && result.IsCompleted)
            throw new ProtocolException("it closes the connection during the handshake");
        return done;
    }

    private static bool TryReadReady(ref ReadOnlySequence<byte> buffer, ZmtpRole role)
    {
        while (ZmtpFrame.TryRead(ref buffer, ZmtpFrame.MaxCommand, out var frame))
        {
            if (!frame.IsCommand)
                throw new ProtocolException("it sends a message before READY");
            ZmtpCommand.Split(frame.Body.ToArray(), out var name, out var data);
            if (name.SequenceEqual("ERROR"u8))
            {
                var reason = Reason(data);
                throw new ProtocolException($"it refuses us: {reason}") { Refusal = reason };
            }

            if (!name.SequenceEqual("READY"u8))
                continue;
            var socketType = ZmtpCommand.SocketType(data);
            if (socketType is not null && !role.Peers.Contains(socketType, StringComparer.Ordinal))
                throw new ProtocolException($"it is a ZeroMQ socket of type {socketType}");
            return true;
        }

        return false;
    }

    private static string Reason(ReadOnlySpan<byte> data) =>
        data.IsEmpty ? "" : PeerText.Clean(Encoding.UTF8.GetString(data[1..Math.Min(data.Length, 1 + data[0])]), byte.MaxValue);
}
