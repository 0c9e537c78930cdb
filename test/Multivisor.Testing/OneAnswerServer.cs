using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Multivisor.Testing;

/// <summary>An HTTP server that says the same to everybody.</summary>
public sealed class OneAnswerServer : IAsyncDisposable
{
    /// <summary>What supervisord says of a method that it does not have.</summary>
    public const string UnknownMethod = "<?xml version='1.0'?><methodResponse><fault><value><struct>"
        + "<member><name>faultCode</name><value><int>1</int></value></member>"
        + "<member><name>faultString</name><value><string>UNKNOWN_METHOD</string></value></member></struct></value></fault></methodResponse>";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _serving;

    /// <param name="status">The first line, without the version.</param>
    public OneAnswerServer(string body, string status = "200 OK")
    {
        _listener.Start();
        _serving = ServeAsync($"HTTP/1.1 {status}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}");
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
    }

    private async Task ServeAsync(string answer)
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync();
                await using var stream = client.GetStream();
                var request = new byte[4096];
                _ = await stream.ReadAsync(request);
                await stream.WriteAsync(Encoding.Latin1.GetBytes(answer));
                client.Client.Shutdown(SocketShutdown.Send);
                while (await stream.ReadAsync(request) > 0)
                {
                    // Closing on unread octets would reset the connection, and the answer with it.
                }
            }
        }
        catch (Exception e) when (e is SocketException or InvalidOperationException or IOException)
        {
            // Closed, while it waited for somebody or before it did.
        }
    }
}
