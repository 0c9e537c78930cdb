using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Multivisor.SimulatedFleet.Hosts;

/// <summary>supervisord's own HTTP server, as far as a server that watches it needs it: XML-RPC, and its log to be followed.</summary>
internal sealed class DirectDoor : IDoor
{
    private const int MaxBody = 1024 * 1024;

    private readonly SupervisorMethods _methods;
    private readonly bool _hasMainLog;
    private readonly TcpListener _listener;
    private readonly ConcurrentDictionary<TcpClient, bool> _connections = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _accepting;

    private DirectDoor(SupervisorMethods methods, int port, bool hasMainLog)
    {
        _methods = methods;
        _hasMainLog = hasMainLog;
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int ConnectionCount => _connections.Count;

    /// <param name="port">0 takes a free one.</param>
    public static DirectDoor Open(SupervisorMethods methods, int port, bool hasMainLog) => new(methods, port, hasMainLog);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        foreach (var connection in _connections.Keys)
            connection.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stopping.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // Closed.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        _connections[client] = true;
        try
        {
            client.NoDelay = true;
            await using var stream = client.GetStream();
            using var reader = new StreamReader(stream, Encoding.Latin1, false, 4096);
            while (await reader.ReadLineAsync(_stopping.Token) is { Length: > 0 } request)
            {
                var length = 0;
                while (await reader.ReadLineAsync(_stopping.Token) is { Length: > 0 } header)
                {
                    if (header.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
                        length = int.Parse(header.AsSpan(15), CultureInfo.InvariantCulture);
                }

                if (length > MaxBody)
                    return;
                var body = new char[length];
                // A read of nothing would wait for the next request.
                if (length > 0)
                    await reader.ReadBlockAsync(body, _stopping.Token);
                if (request.StartsWith("GET /mainlogtail", StringComparison.Ordinal))
                {
                    await FollowLogAsync(stream);
                    return;
                }

                // The text was read octet by octet; it is UTF-8.
                var answer = await XmlAnswers.AnswerAsync(_methods, Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(body)), _stopping.Token);
                await stream.WriteAsync(Encoding.Latin1.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {answer.Length}\r\n\r\n"), _stopping.Token);
                await stream.WriteAsync(answer, _stopping.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or SocketException or ObjectDisposedException or FormatException)
        {
            // Whoever it was has gone, or is no client of supervisord.
        }
        finally
        {
            _connections.TryRemove(client, out _);
            client.Dispose();
        }
    }

    /// <summary>A line for each change, as supervisord writes and hands it over: at its next turn, which may be a second away.</summary>
    private async Task FollowLogAsync(NetworkStream stream)
    {
        if (!_hasMainLog)
        {
            await stream.WriteAsync("HTTP/1.1 410 Gone\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), _stopping.Token);
            return;
        }

        await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: text/plain;charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray(), _stopping.Token);
        await foreach (var _ in _methods.Supervisor.Streams.ReadAsync(_stopping.Token))
        {
            await Task.Delay(TimeSpan.FromSeconds(Random.Shared.NextDouble()), _stopping.Token);
            var line = $"{DateTime.Now:yyyy-MM-dd HH:mm:ss,fff} INFO something has changed\n";
            await stream.WriteAsync(Encoding.Latin1.GetBytes($"{line.Length:x}\r\n{line}\r\n"), _stopping.Token);
        }
    }
}
