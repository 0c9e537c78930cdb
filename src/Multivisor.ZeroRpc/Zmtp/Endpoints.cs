using System.Net.Sockets;

namespace Multivisor.ZeroRpc;

/// <summary>What all our TCP sockets have in common.</summary>
internal static class Endpoints
{
    /// <summary>host:port, with brackets around an IPv6 address.</summary>
    public static string Format(string host, int port) => host.Contains(':') ? $"[{host}]:{port}" : $"{host}:{port}";

    /// <summary>
    /// NoDelay, because one write is one message; keep-alive, because an idle link has no channel and so no heartbeat that
    /// would find out that its peer is gone.
    /// </summary>
    public static void Prepare(Socket socket)
    {
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 60);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 15);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 4);
    }
}
