using System.Net;
using System.Net.Sockets;

namespace Multivisor.Server.Tests.Support;

/// <summary>A host that accepts connections and never says a word, like one whose agent is frozen.</summary>
internal sealed class DeadHost : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public DeadHost() => _listener.Start();

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>A port where nobody listens.</summary>
    public static int ClosedPort()
    {
        using var host = new DeadHost();
        return host.Port;
    }

    public string Section(string name) => $"[supervisor:{name}]\nurl=127.0.0.1:{Port}\n";

    /// <summary>Now it refuses, and breaks what is connected.</summary>
    public void Dispose() => _listener.Dispose();
}
