using System.Net;
using System.Net.Sockets;

namespace Multivisor.Testing;

/// <summary>Whether something listens on a port of this machine.</summary>
public static class Listening
{
    public static async Task<bool> AcceptsAsync(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
