using System.Net;
using System.Net.Sockets;

namespace Multivisor.Testing;

/// <summary>Finds TCP ports that nobody uses.</summary>
public static class FreePort
{
    private static readonly HashSet<int> Taken = [];

    /// <summary>A port free on all addresses, and not given out before by this process.</summary>
    /// <remarks>Below the range from which the kernel gives ports to outgoing connections, so that none of those takes it meanwhile.</remarks>
    public static int Take()
    {
        while (true)
        {
            var port = Random.Shared.Next(15_000, 32_000);
            lock (Taken)
            {
                if (!Taken.Add(port))
                    continue;
            }

            try
            {
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(new IPEndPoint(IPAddress.Any, port));
                return port;
            }
            catch (SocketException)
            {
                // In use.
            }
        }
    }
}
