using System.Collections.Concurrent;
using Multivisor.Supervisord.XmlRpc;

namespace Multivisor.Supervisord;

/// <summary>
/// Several connections to one supervisord, for calls that it may hold back: they wait beside each other, not behind each other.
/// Safe for concurrent callers; callers beyond the number of connections queue, within the options' limits.
/// </summary>
public sealed class SupervisordClientPool : IAsyncDisposable
{
    /// <summary>Kept for the next call; more would only hold descriptors of supervisord.</summary>
    private const int MaxIdle = 2;

    private readonly SupervisordUrl _url;
    private readonly SupervisordClientOptions _options;
    private readonly CallGate _gate;
    private readonly ConcurrentStack<SupervisordClient> _idle = [];
    private readonly ConcurrentDictionary<SupervisordClient, bool> _all = [];
    private volatile bool _disposed;

    /// <param name="size">Connections at most, 1 or more.</param>
    public SupervisordClientPool(SupervisordUrl url, int size, SupervisordClientOptions? options = null)
    {
        _url = url;
        _options = options ?? new SupervisordClientOptions();
        _gate = new CallGate(size, _options.MaxWaiting, _options.QueueTimeout, _options.Time);
    }

    /// <inheritdoc cref="SupervisordClient.CallAsync"/>
    public async Task<XmlRpcValue> CallAsync(string method, IReadOnlyList<XmlRpcValue> arguments, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        await _gate.EnterAsync($"{method} on {_url}", cancellationToken);
        var client = _idle.TryPop(out var idle) ? idle : New();
        try
        {
            return await client.CallAsync(method, arguments, cancellationToken);
        }
        finally
        {
            if (_idle.Count < MaxIdle && !_disposed)
            {
                _idle.Push(client);
            }
            else
            {
                _all.TryRemove(client, out _);
                await client.DisposeAsync();
            }

            _gate.Leave();
        }
    }

    /// <summary>Ends the calls under way with <see cref="ObjectDisposedException"/> and closes all connections.</summary>
    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        foreach (var client in _all.Keys)
            await client.DisposeAsync();
    }

    private SupervisordClient New()
    {
        var client = new SupervisordClient(_url, _options);
        _all[client] = true;
        return client;
    }
}
