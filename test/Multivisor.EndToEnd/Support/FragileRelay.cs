using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Multivisor.EndToEnd.Support;

/// <summary>A network between a client and a port of this machine that can be cut and mended.</summary>
internal sealed class FragileRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<TcpClient, byte> _open = new();
    private readonly int _target;
    private readonly Task _accepting;
    private volatile bool _isCut;

    public FragileRelay(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Ends what is open, and whatever comes, until <see cref="Mend"/>.</summary>
    public void Cut()
    {
        _isCut = true;
        foreach (var client in _open.Keys)
            client.Close();
    }

    public void Mend() => _isCut = false;

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
        using var inside = new TcpClient();
        using (outside)
        {
            _open[outside] = 0;
            try
            {
                if (_isCut)
                    return;
                await inside.ConnectAsync(IPAddress.Loopback, _target, _stopping.Token);
                var (near, far) = (outside.GetStream(), inside.GetStream());
                await await Task.WhenAny(near.CopyToAsync(far, _stopping.Token), far.CopyToAsync(near, _stopping.Token));
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or SocketException or ObjectDisposedException or InvalidOperationException)
            {
                // One of the two has gone, or was cut.
            }
            finally
            {
                _open.TryRemove(outside, out _);
            }
        }
    }
}
