using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace Multivisor.Bench;

/// <summary>
/// Many clients of the event stream. A few are read as soon as something comes and tell how late it is; the others are emptied in turn by one
/// thread, as rarely as a page that draws twenty times a second, because a thousand eager readers would be what is measured; the rest reads nothing.
/// </summary>
internal sealed class StreamClients : IDisposable
{
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(50);

    private readonly List<ChangeReader> _eager = [];
    private readonly List<Socket> _drained = [];
    private readonly List<Socket> _deaf = [];
    private readonly CancellationTokenSource _ending = new();
    private Thread? _draining;
    private int _lost;

    /// <summary>Clients whose connection the server ended.</summary>
    public int Lost => Volatile.Read(ref _lost);

    public int Resyncs => _eager.Sum(reader => reader.Resyncs);

    public static async Task<StreamClients> ConnectAsync(BenchServer server, int eager, int drained, int deaf = 0)
    {
        var clients = new StreamClients();
        for (var i = 0; i < eager; i++)
            clients._eager.Add(await ChangeReader.StartAsync(server.Http));
        for (var i = 0; i < drained; i++)
            clients._drained.Add(await OpenAsync(server.Port));
        for (var i = 0; i < deaf; i++)
            clients._deaf.Add(await OpenAsync(server.Port));
        clients._draining = new Thread(clients.Drain) { IsBackground = true, Name = "drain" };
        clients._draining.Start();
        return clients;
    }

    public void Begin() => _eager.ForEach(reader => reader.Begin());

    /// <summary>How late each change was with each of those that are read at once, in milliseconds.</summary>
    public double[] End() => [.. _eager.SelectMany(reader => reader.End())];

    public void Dispose()
    {
        _ending.Cancel();
        _draining?.Join();
        _eager.ForEach(reader => reader.Dispose());
        foreach (var socket in _drained.Concat(_deaf))
            socket.Dispose();
        _ending.Dispose();
    }

    /// <summary>Connects, and waits for the head of the answer: only then is it subscribed.</summary>
    private static async Task<Socket> OpenAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync("127.0.0.1", port);
        await socket.SendAsync(Encoding.ASCII.GetBytes("GET /api/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"));
        var head = new byte[4096];
        if (await socket.ReceiveAsync(head) == 0 || !head.AsSpan().StartsWith("HTTP/1.1 200"u8))
            throw new InvalidOperationException($"The server refuses a client: {Encoding.ASCII.GetString(head).TrimEnd('\0')}");
        socket.Blocking = false;
        return socket;
    }

    private void Drain()
    {
        var buffer = new byte[256 * 1024];
        while (!_ending.IsCancellationRequested)
        {
            var started = Stopwatch.GetTimestamp();
            for (var i = _drained.Count - 1; i >= 0; i--)
            {
                if (!DrainOne(_drained[i], buffer))
                {
                    _drained.RemoveAt(i);
                    Interlocked.Increment(ref _lost);
                }
            }

            if (Turn - Stopwatch.GetElapsedTime(started) is { Ticks: > 0 } left)
                _ending.Token.WaitHandle.WaitOne(left);
        }
    }

    private static bool DrainOne(Socket socket, byte[] buffer)
    {
        while (true)
        {
            var count = socket.Receive(buffer, SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock)
                return true;
            if (error != SocketError.Success || count == 0)
                return false;
            if (count < buffer.Length)
                return true;
        }
    }
}
