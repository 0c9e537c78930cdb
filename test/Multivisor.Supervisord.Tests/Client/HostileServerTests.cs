using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Multivisor.Supervisord.Tests.Client;

/// <summary>Our client against peers that are not what they should be, or go away at the wrong moment.</summary>
public sealed class HostileServerTests
{
    private const string Pid = "<?xml version='1.0'?><methodResponse><params><param><value><int>42</int></value></param></params></methodResponse>";

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n\r\n", "HTTP")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n", "limit")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "number")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "tag")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "chunk")]
    public async Task CallAsync_NotSupervisord_IsToldSo(string answer, string reason)
    {
        await using var server = new FakeServer(async (socket, _) => await SendAsync(socket, answer));
        await using var client = server.Client();
        var error = await Assert.ThrowsAsync<SupervisordProtocolException>(() => client.GetPidAsync());
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Contains("check address and port", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CallAsync_EndlessHead_IsRefused()
    {
        await using var server = new FakeServer(async (socket, _) =>
        {
            while (true)
                await SendAsync(socket, new string('H', 1000));
        });
        await using var client = server.Client();
        Assert.Contains("no end", (await Assert.ThrowsAsync<SupervisordProtocolException>(() => client.GetPidAsync())).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10;x=y\r\n")]
    [InlineData("HTTP/1.0 200 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length:114\r\n\r\n")]
    public async Task CallAsync_OtherFramings_AreUnderstood(string head)
    {
        await using var server = new FakeServer(async (socket, _) =>
        {
            await SendAsync(socket, head.Contains("chunked", StringComparison.Ordinal) ? $"{head}{Pid[..16]}\r\n{Pid.Length - 16:x}\r\n{Pid[16..]}\r\n0\r\n\r\n" : head + Pid);
            socket.Shutdown(SocketShutdown.Both);
        });
        await using var client = server.Client();
        Assert.Equal(42, await client.GetPidAsync());
    }

    [Fact]
    public async Task CallAsync_NoAnswer_EndsWithTheLimit()
    {
        await using var server = new FakeServer((_, _) => Task.Delay(Timeout.Infinite));
        await using var client = server.Client(new() { CallTimeout = TimeSpan.FromMilliseconds(100) });
        Assert.Contains("did not answer within 0.1 s", (await Assert.ThrowsAsync<SupervisordUnreachableException>(() => client.GetPidAsync())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CallAsync_TooManyCallers_TheLastFailsAtOnce()
    {
        await using var server = new FakeServer((_, _) => Task.Delay(Timeout.Infinite));
        await using var client = server.Client(new() { MaxWaiting = 2 });
        var waiting = Enumerable.Range(0, 3).Select(_ => client.GetPidAsync()).ToArray();
        Assert.Contains("waiting already", (await Assert.ThrowsAsync<SupervisordUnreachableException>(() => client.GetPidAsync())).Message, StringComparison.Ordinal);
        await client.DisposeAsync();
        foreach (var call in waiting)
            await Assert.ThrowsAsync<ObjectDisposedException>(() => call);
    }

    [Fact]
    public async Task CallAsync_CancelledWhileWaiting_LeavesAUsableClient()
    {
        var requests = 0;
        await using var server = new FakeServer(async (socket, _) =>
        {
            if (Interlocked.Increment(ref requests) == 1)
                await Task.Delay(Timeout.Infinite);
            await SendAsync(socket, Answer);
        });
        await using var client = server.Client();
        using var cancel = new CancellationTokenSource(50);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.GetPidAsync(cancel.Token));
        Assert.Equal(42, await client.GetPidAsync());
    }

    [Fact]
    public async Task CallAsync_ConnectionDiesUnderARead_TheReadIsSentAgainOnce()
    {
        var requests = new List<string>();
        await using var server = new FakeServer(async (socket, request) =>
        {
            requests.Add(request);
            if (requests.Count == 2)
                socket.Close();
            else
                await SendAsync(socket, Answer);
        });
        await using var client = server.Client();
        Assert.Equal(42, await client.GetPidAsync());
        Assert.Equal(42, await client.GetPidAsync());
        Assert.Equal(3, requests.Count);
    }

    [Fact]
    public async Task CallAsync_ConnectionDiesUnderAMutation_ItIsNotSentAgain()
    {
        var requests = new List<string>();
        await using var server = new FakeServer(async (socket, request) =>
        {
            requests.Add(request);
            if (requests.Count == 2)
                socket.Close();
            else
                await SendAsync(socket, Answer);
        });
        await using var client = server.Client();
        Assert.Equal(42, await client.GetPidAsync());
        await Assert.ThrowsAsync<SupervisordUnreachableException>(() => client.StopProcessAsync("x"));
        Assert.Equal(2, requests.Count);
    }

    [Fact]
    public async Task CallAsync_ConnectionClosedWhileIdle_AMutationGoesOverANewOne()
    {
        var closed = new TaskCompletionSource();
        await using var server = new FakeServer(async (socket, request) =>
        {
            var isRead = request.Contains("getPID", StringComparison.Ordinal);
            await SendAsync(socket, isRead ? Answer : AnswerWith(Pid.Replace("<int>42</int>", "<boolean>1</boolean>")));
            if (!isRead)
                return;
            socket.Shutdown(SocketShutdown.Both);
            socket.Close();
            closed.TrySetResult();
        });
        await using var client = server.Client();
        Assert.Equal(42, await client.GetPidAsync());
        await closed.Task;
        Assert.Empty(await client.StopProcessAsync("x"));
    }

    [Fact]
    public async Task Request_Wire_IsExactlyWhatSupervisordWants()
    {
        var seen = "";
        await using var server = new FakeServer(async (socket, request) =>
        {
            seen = request;
            await SendAsync(socket, Answer);
        });
        await using var client = new SupervisordClient(SupervisordUrl.Parse($"http://u:p@127.0.0.1:{server.Port}"));
        await client.GetPidAsync();
        Assert.StartsWith($"POST /RPC2 HTTP/1.1\r\nHost: 127.0.0.1:{server.Port}\r\n", seen, StringComparison.Ordinal);
        Assert.Contains("\r\nAuthorization: Basic dTpw\r\n", seen, StringComparison.Ordinal);
        var body = seen[(seen.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
        Assert.Contains($"\r\nContent-Length: {body.Length}\r\n", seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CallAsync_NobodyListens_SaysWhereAndWhatToLookAt()
    {
        await using var client = new SupervisordClient(SupervisordUrl.Parse("unix:///nonexistent/s.sock"));
        var error = await Assert.ThrowsAsync<SupervisordUnreachableException>(() => client.GetPidAsync());
        Assert.Contains("unix:///nonexistent/s.sock", error.Message, StringComparison.Ordinal);
        Assert.Contains("[unix_http_server]", error.Message, StringComparison.Ordinal);
    }

    private static string Answer => AnswerWith(Pid);

    private static string AnswerWith(string body) => $"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {body.Length}\r\n\r\n{body}";

    private static async Task SendAsync(Socket socket, string text) => await socket.SendAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>Takes connections and hands each request, as it arrives, to a script.</summary>
    private sealed class FakeServer : IAsyncDisposable
    {
        private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        private readonly Func<Socket, string, Task> _script;

        // Held here because a script that waits forever is held by nothing else: the collector would close its connection.
        private readonly ConcurrentBag<(Socket Socket, Task Script)> _connections = [];

        public FakeServer(Func<Socket, string, Task> script)
        {
            _script = script;
            _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            _listener.Listen();
            _ = AcceptAsync();
        }

        public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

        public SupervisordClient Client(SupervisordClientOptions? options = null) => new(SupervisordUrl.Parse($"http://127.0.0.1:{Port}"), options);

        public ValueTask DisposeAsync()
        {
            _listener.Dispose();
            foreach (var (socket, _) in _connections)
                socket.Dispose();
            return ValueTask.CompletedTask;
        }

        private async Task AcceptAsync()
        {
            try
            {
                while (true)
                {
                    var socket = await _listener.AcceptAsync();
                    _connections.Add((socket, ServeAsync(socket)));
                }
            }
            catch (SocketException)
            {
                // Disposed.
            }
        }

        private async Task ServeAsync(Socket socket)
        {
            try
            {
                var buffer = new byte[64 * 1024];
                while (await socket.ReceiveAsync(buffer) is > 0 and var count)
                    await _script(socket, Encoding.UTF8.GetString(buffer, 0, count));
            }
            catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
            {
                // The script or the client has closed.
            }
        }
    }
}
