using System.Net;
using System.Net.Sockets;

namespace Multivisor.Testing;

/// <summary>
/// Clients of an agent that mean no good, all at a time: a thousand connections, floods of very small frames and of calls whose answers nobody reads,
/// subscribers that never read, rubbish, events that take long to decode, greetings that never end.
/// </summary>
public sealed class HostileClients : IAsyncDisposable
{
    private const int Connections = 1000;
    private static readonly byte[] Greeting = [0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3, 0, .. "NULL"u8, .. new byte[48]];
    private static readonly byte[] Ready = [4, 28, 5, .. "READY"u8, 11, .. "Socket-Type"u8, 0, 0, 0, 6, .. "DEALER"u8];

    private readonly IPEndPoint _agent;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task[] _all;
    private long _attempts;
    private long _subscriptions;

    public HostileClients(int port)
    {
        _agent = new IPEndPoint(IPAddress.Loopback, port);
        _all =
        [
            .. Enumerable.Range(0, Connections).Select(_ => AgainAsync(HoldAsync)),
            .. Enumerable.Range(0, 2).Select(_ => AgainAsync(socket => FloodAsync(socket, Repeated([4, 4, 3, .. "FOO"u8], 2000)))),
            .. Enumerable.Range(0, 2).Select(n => AgainAsync(socket => FloodAsync(socket, [.. Enumerable.Range(0, 200).SelectMany(i => Call("getAllProcessInfo", (n * 1000) + i))]))),
            .. Enumerable.Range(0, 2).Select(n => AgainAsync(socket => SubscribeAsync(socket, n))),
            .. Enumerable.Range(0, 2).Select(_ => AgainAsync(socket => FloodAsync(socket, Wide()))),
            AgainAsync(RubbishAsync),
            .. Enumerable.Range(0, 5).Select(_ => AgainAsync(DripAsync)),
        ];
    }

    /// <summary>Connections made so far.</summary>
    public long Attempts => Interlocked.Read(ref _attempts);

    /// <summary>Subscriptions that were answered, so that what these clients say is known to have been understood.</summary>
    public long Subscriptions => Interlocked.Read(ref _subscriptions);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_all);
        _stop.Dispose();
    }

    /// <summary>Whoever is thrown out comes again.</summary>
    private async Task AgainAsync(Func<Socket, Task> harmAsync)
    {
        while (!_stop.IsCancellationRequested)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(_agent, _stop.Token);
                Interlocked.Increment(ref _attempts);
                await harmAsync(socket);
                await Task.Delay(100, _stop.Token);
            }
            catch (Exception thrownOut) when (thrownOut is SocketException or OperationCanceledException)
            {
                if (!_stop.IsCancellationRequested)
                    await Task.Delay(100, CancellationToken.None);
            }
        }
    }

    private async Task HoldAsync(Socket socket)
    {
        await SendAsync(socket, [.. Greeting, .. Ready]);
        var buffer = new byte[256];
        while (await socket.ReceiveAsync(buffer, _stop.Token) > 0)
        {
        }
    }

    private async Task FloodAsync(Socket socket, byte[] octets)
    {
        await SendAsync(socket, [.. Greeting, .. Ready]);
        while (true)
            await SendAsync(socket, octets);
    }

    private async Task SubscribeAsync(Socket socket, int id)
    {
        await SendAsync(socket, [.. Greeting, .. Ready, .. Call("event_stream", id)]);
        await SendAsync(socket, Event("_zpc_more", 99, [0x91, 0xce, 0x7f, 0xff, 0xff, 0xff], id));
        // Greeting and READY are about a hundred octets; what is behind them is the first item.
        var (buffer, received) = (new byte[512], 0);
        while (received < 150)
        {
            if (await socket.ReceiveAsync(buffer, _stop.Token) is not (> 0 and var count))
                return;
            received += count;
        }

        Interlocked.Increment(ref _subscriptions);
        await Task.Delay(Timeout.Infinite, _stop.Token);
    }

    private async Task RubbishAsync(Socket socket)
    {
        var octets = new byte[4096];
        Random.Shared.NextBytes(octets);
        await SendAsync(socket, octets);
    }

    private async Task DripAsync(Socket socket)
    {
        foreach (var octet in Greeting)
        {
            await SendAsync(socket, [octet]);
            await Task.Delay(200, _stop.Token);
        }
    }

    private async Task SendAsync(Socket socket, byte[] octets)
    {
        for (var sent = 0; sent < octets.Length;)
            sent += await socket.SendAsync(octets.AsMemory(sent), _stop.Token);
    }

    private static byte[] Repeated(byte[] octets, int count) => [.. Enumerable.Repeat(octets, count).SelectMany(o => o)];

    private static byte[] Call(string method, int id) => Event(method, id, [0x90], null);

    /// <summary>One event whose argument has as many values as a request may.</summary>
    private static byte[] Wide() => Event("getPID", 7, [0x91, 0xdc, 0x0f, 0xf0, .. Enumerable.Repeat((byte)0xc0, 0x0ff0)], null);

    private static byte[] Event(string name, int id, byte[] args, int? channel)
    {
        byte[] header =
        [
            (byte)(channel is null ? 0x82 : 0x83), 0xaa, .. "message_id"u8, 0xce, .. BigEndian(id), 0xa1, (byte)'v', 3,
            .. channel is { } to ? [0xab, .. "response_to"u8, 0xce, .. BigEndian(to)] : (byte[])[],
        ];
        byte[] payload = [0x93, .. header, (byte)(0xa0 | name.Length), .. System.Text.Encoding.ASCII.GetBytes(name), .. args];
        return payload.Length < 256 ? [1, 0, 0, (byte)payload.Length, .. payload] : [1, 0, 2, 0, 0, 0, 0, .. BigEndian(payload.Length), .. payload];
    }

    private static byte[] BigEndian(int number) => [(byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number];
}
