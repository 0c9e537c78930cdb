using System.Buffers;
using System.Net.Sockets;
using Multivisor.ZeroRpc.Zmtp;

namespace Multivisor.ZeroRpc.Security;

/// <summary>
/// Tells a peer in ZMTP's own way (greeting, ERROR) why it is refused, so that both ends can say it. Nothing else is said to it.
/// </summary>
internal static class Farewell
{
    /// <summary>For a peer that does not take or end it.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    private const int MaxDrained = 64 * 1024;

    /// <summary>Does not throw: the peer may be gone, and the refusal stands.</summary>
    public static async Task SayAsync(Stream stream, Socket socket, string reason, TimeProvider time)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        var buffer = ArrayPool<byte>.Shared.Rent(4096);
        try
        {
            byte[] octets = [.. ZmtpGreeting.Ours.Span, .. ZmtpCommand.Error(reason)];
            await stream.WriteAsync(octets, limit.Token);
            socket.Shutdown(SocketShutdown.Send);
            // A socket that is closed with octets unread makes the peer drop what we wrote: read until it closes.
            for (var drained = 0; drained < MaxDrained;)
            {
                var length = await stream.ReadAsync(buffer, limit.Token);
                if (length == 0)
                    return;
                drained += length;
            }
        }
        catch (Exception)
        {
            // Said as well as it could be.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
