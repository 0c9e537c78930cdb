using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Multivisor.Supervisord.Http;

/// <summary>One connection to supervisord's HTTP server; one request at a time (supervisor.md section 3: no pipelining).</summary>
/// <remarks>
/// Not HttpClient: it would add half again to the agent's memory (4.8 against 7.3 MB resident for the same calls), and supervisord wants
/// care that is simpler given at the socket: a 401 leaves a connection that swallows input, a closed keep-alive connection is
/// not announced, and over TCP each read must ask for a quick ACK.
/// </remarks>
internal sealed class HttpConnection : IDisposable
{
    private readonly Socket _socket;
    private readonly Stream? _secure;
    private readonly string _headStart;
    private readonly string _common;
    private readonly bool _quickAck;

    private HttpConnection(Socket socket, Stream? secure, SupervisordUrl url)
    {
        _socket = socket;
        _secure = secure;
        _quickAck = !url.IsUnix && OperatingSystem.IsLinux();
        var head = new StringBuilder($" HTTP/1.1\r\nHost: {url.HostHeader}\r\nUser-Agent: multivisor\r\n");
        if (url.UserName is not null || url.Password is not null)
        {
            var credentials = Encoding.UTF8.GetBytes($"{url.UserName}:{url.Password}");
            head.Append($"Authorization: Basic {Convert.ToBase64String(credentials)}\r\n");
        }

        _common = head.ToString();
        // supervisord looks for exactly this spelling, one space included; otherwise 411.
        _headStart = $"POST {url.RequestPath}{_common}Content-Type: text/xml\r\nContent-Length: ";
    }

    /// <summary>Requests completed on this connection.</summary>
    public int Completed { get; private set; }

    public static async Task<HttpConnection> OpenAsync(SupervisordUrl url, SupervisordClientOptions options, CancellationToken cancellationToken)
    {
        Socket? socket = null;
        try
        {
            EndPoint endPoint;
            if (url.IsUnix)
            {
                endPoint = new UnixDomainSocketEndPoint(url.SocketPath);
                socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            }
            else
            {
                endPoint = IPAddress.TryParse(url.Host, out var address) ? new IPEndPoint(address, url.Port) : new DnsEndPoint(url.Host, url.Port);
                socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            }

            await socket.ConnectAsync(endPoint, cancellationToken);
            Stream? secure = null;
            if (url.IsSecure)
            {
                var wrap = options.SecureStream ?? throw new InvalidOperationException("an https URL needs SupervisordClientOptions.SecureStream");
                secure = await wrap(new NetworkStream(socket, ownsSocket: true), url, cancellationToken);
            }

            return new HttpConnection(socket, secure, url);
        }
        catch
        {
            socket?.Dispose();
            throw;
        }
    }

    /// <summary>
    /// True if the peer has closed, or has sent something that nobody asked for. supervisord closes without a word,
    /// so this is asked before each reuse; it spares a mutation from being lost on a dead connection.
    /// </summary>
    public bool IsStale()
    {
        try
        {
            return _socket.Poll(0, SelectMode.SelectRead);
        }
        catch (SocketException)
        {
            return true;
        }
    }

    /// <summary>Sends head and body in one write, so that supervisord reads them in one turn of its loop.</summary>
    public async ValueTask SendAsync(byte[] body, CancellationToken cancellationToken)
    {
        var head = $"{_headStart}{body.Length}\r\n\r\n";
        var request = new byte[Encoding.UTF8.GetByteCount(head) + body.Length];
        var length = Encoding.UTF8.GetBytes(head, request);
        body.CopyTo(request, length);
        await WriteAsync(request, cancellationToken);
    }

    /// <summary>Asks for what is at a path; the answer may never end.</summary>
    public ValueTask SendGetAsync(string path, CancellationToken cancellationToken) =>
        WriteAsync(Encoding.UTF8.GetBytes($"GET {path}{_common}\r\n"), cancellationToken);

    private async ValueTask WriteAsync(ReadOnlyMemory<byte> rest, CancellationToken cancellationToken)
    {
        if (_secure is not null)
        {
            await _secure.WriteAsync(rest, cancellationToken);
            return;
        }

        while (rest.Length > 0)
            rest = rest[await _socket.SendAsync(rest, SocketFlags.None, cancellationToken)..];
    }

    public ValueTask<int> ReceiveAsync(Memory<byte> target, CancellationToken cancellationToken)
    {
        if (_secure is not null)
            return _secure.ReadAsync(target, cancellationToken);
        if (_quickAck)
        {
            // supervisord sends head and body apart with Nagle on: without this, its second write waits 40 ms for our delayed
            // ACK. The option is TCP_QUICKACK (12) of IPPROTO_TCP (6); the kernel forgets it, so it is set before each read.
            _socket.SetRawSocketOption(6, 12, [1, 0, 0, 0]);
        }

        return _socket.ReceiveAsync(target, SocketFlags.None, cancellationToken);
    }

    public void MarkCompleted() => Completed++;

    public void Dispose()
    {
        _secure?.Dispose();
        _socket.Dispose();
    }
}
