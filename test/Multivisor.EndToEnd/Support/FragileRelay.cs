using System.Collections.Concurrent;
using System.Net.Sockets;

namespace Multivisor.EndToEnd.Support;

/// <summary>A network between a client and a port of this machine that can be cut and mended.</summary>
internal sealed class FragileRelay(int target) : Relay(target)
{
    private readonly ConcurrentDictionary<TcpClient, byte> _open = new();
    private volatile bool _isCut;

    /// <summary>Ends what is open, and whatever comes, until <see cref="Mend"/>.</summary>
    public void Cut()
    {
        _isCut = true;
        foreach (var client in _open.Keys)
            client.Close();
    }

    public void Mend() => _isCut = false;

    protected override async Task ServeAsync(TcpClient outside)
    {
        _open[outside] = 0;
        try
        {
            if (_isCut)
                return;
            using var inside = await ConnectAsync();
            await PumpAsync(outside.GetStream(), inside.GetStream());
        }
        finally
        {
            _open.TryRemove(outside, out _);
        }
    }
}
