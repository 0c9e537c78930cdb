using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Multivisor.EndToEnd.Support;

/// <summary>Stands before a port of this machine and passes on what both sides say.</summary>
internal abstract class Relay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly int _target;
    private readonly Task _accepting;

    protected Relay(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    protected CancellationToken Stopping => _stopping.Token;

    public virtual async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stopping.Dispose();
    }

    /// <summary>One connection, from who came in; it is closed by whoever calls.</summary>
    protected abstract Task ServeAsync(TcpClient outside);

    protected async Task<TcpClient> ConnectAsync()
    {
        var inside = new TcpClient();
        try
        {
            await inside.ConnectAsync(IPAddress.Loopback, _target, Stopping);
            return inside;
        }
        catch
        {
            inside.Dispose();
            throw;
        }
    }

    /// <summary>Passes on until one of the two has gone.</summary>
    protected async Task PumpAsync(Stream one, Stream other) =>
        await await Task.WhenAny(one.CopyToAsync(other, Stopping), other.CopyToAsync(one, Stopping));

    private async Task AcceptAsync()
    {
        List<Task> relays = [];
        try
        {
            while (true)
                relays.Add(RelayAsync(await _listener.AcceptTcpClientAsync(Stopping)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            await Task.WhenAll(relays);
        }
    }

    private async Task RelayAsync(TcpClient outside)
    {
        using (outside)
        {
            try
            {
                await ServeAsync(outside);
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or SocketException or AuthenticationException or InvalidOperationException)
            {
                // One of the two has gone, was cut, or did not trust us.
            }
        }
    }
}
