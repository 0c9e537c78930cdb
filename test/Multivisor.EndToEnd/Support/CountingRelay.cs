using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Multivisor.EndToEnd.Support;

/// <summary>Stands before a supervisord's HTTP port and counts how often it is asked for logs.</summary>
internal sealed class CountingRelay : IAsyncDisposable
{
    /// <summary>Names of what reads a log, each once in a request for it.</summary>
    private static readonly byte[][] Questions = [.. new[] { ".tailProcess", ".readProcess", " /logtail/" }.Select(Encoding.ASCII.GetBytes)];

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly int _target;
    private readonly Task _accepting;
    private long _count;

    public CountingRelay(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public long Count => Interlocked.Read(ref _count);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> relays = [];
        try
        {
            while (true)
                relays.Add(RelayAsync(await _listener.AcceptTcpClientAsync(_stopping.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            await Task.WhenAll(relays);
        }
    }

    private async Task RelayAsync(TcpClient outside)
    {
        try
        {
            using (outside)
            using (var inside = new TcpClient())
            {
                await inside.ConnectAsync(IPAddress.Loopback, _target, _stopping.Token);
                await using var asking = outside.GetStream();
                await using var answering = inside.GetStream();
                await Task.WhenAny(CountAsync(asking, answering), answering.CopyToAsync(asking, _stopping.Token));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or SocketException)
        {
            // One of the two has gone.
        }
    }

    private async Task CountAsync(NetworkStream from, NetworkStream to)
    {
        var buffer = new byte[64 * 1024];
        // A name that is cut between two pieces is found with what was before.
        var kept = 0;
        while (await from.ReadAsync(buffer.AsMemory(kept), _stopping.Token) is > 0 and var read)
        {
            await to.WriteAsync(buffer.AsMemory(kept, read), _stopping.Token);
            var piece = buffer.AsSpan(0, kept + read);
            foreach (var question in Questions)
            {
                for (var at = 0; piece[at..].IndexOf(question) is >= 0 and var found; at += found + 1)
                {
                    // What lies in the kept part alone was counted before.
                    if (at + found + question.Length > kept)
                        Interlocked.Increment(ref _count);
                }
            }

            var tail = Math.Min(piece.Length, Questions.Max(q => q.Length) - 1);
            piece[^tail..].CopyTo(buffer);
            kept = tail;
        }
    }
}
