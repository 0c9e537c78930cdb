using System.Net;
using System.Net.Sockets;

namespace Multivisor.ZeroRpc.Client;

/// <summary>Opens TCP connections for clients, and words the failures for the operator.</summary>
internal static class Dialer
{
    /// <summary>Resolves the host and tries its addresses in turn: an IPv4-only server is found behind a localhost that is ::1 first.</summary>
    /// <exception cref="LostRemoteException">Unresolvable or refused.</exception>
    public static async Task<Socket> ConnectAsync(string host, int port, ZeroRpcOptions options, CancellationToken cancellationToken)
    {
        var addresses = await ResolveAsync(host, cancellationToken);
        var started = options.Time.GetTimestamp();
        SocketException? failure = null;
        for (var i = 0; i < addresses.Length; i++)
        {
            // A silent address must leave time for those after it.
            var share = (options.ConnectTimeout - options.Time.GetElapsedTime(started)) / (addresses.Length - i);
            try
            {
                return await ConnectAsync(new IPEndPoint(addresses[i], port), share, options.Time, i == addresses.Length - 1, cancellationToken);
            }
            catch (SocketException e)
            {
                // A refusal says most: that host is there. Another address may only lack its family here.
                if (failure is null || e.SocketErrorCode == SocketError.ConnectionRefused)
                    failure = e;
            }
        }

        throw new LostRemoteException(Describe(failure!, Endpoints.Format(host, port)), failure);
    }

    private static async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out var address))
            return [address];

        try
        {
            var addresses = await Dns.GetHostAddressesAsync(host, cancellationToken);
            return addresses.Length > 0 ? addresses : throw new SocketException((int)SocketError.NoData);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            throw new LostRemoteException($"cannot resolve {host}", e);
        }
    }

    private static async Task<Socket> ConnectAsync(IPEndPoint endPoint, TimeSpan share, TimeProvider time, bool last, CancellationToken cancellationToken)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            Endpoints.Prepare(socket);
            if (last)
            {
                await socket.ConnectAsync(endPoint, cancellationToken);
                return socket;
            }

            using var limit = new CancellationTokenSource(share > TimeSpan.Zero ? share : TimeSpan.Zero, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            await socket.ConnectAsync(endPoint, either.Token);
            return socket;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            socket.Dispose();
            throw new SocketException((int)SocketError.TimedOut);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static string Describe(SocketException failure, string remote) => failure.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => $"connection refused at {remote}",
        SocketError.TimedOut => $"no answer from {remote}",
        SocketError.HostUnreachable or SocketError.NetworkUnreachable => $"no route to {remote}",
        _ => $"cannot connect to {remote}: {failure.Message}",
    };
}
