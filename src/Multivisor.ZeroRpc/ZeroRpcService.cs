namespace Multivisor.ZeroRpc;

/// <summary>Runs one call. Throw <see cref="RemoteException"/> to choose what the caller is told.</summary>
/// <param name="arguments">Positional arguments as sent.</param>
/// <param name="cancellationToken">Cancelled when the caller is lost or the server stops.</param>
public delegate ValueTask<RpcValue> RpcMethod(IReadOnlyList<RpcValue> arguments, CancellationToken cancellationToken);

/// <summary>Runs one streaming call; each item is sent as soon as the caller's credit allows.</summary>
public delegate IAsyncEnumerable<RpcValue> RpcStreamMethod(IReadOnlyList<RpcValue> arguments, CancellationToken cancellationToken);

/// <summary>What a server offers: a name and its methods. Fill it before the server starts.</summary>
public sealed class ZeroRpcService(string name)
{
    private readonly SortedDictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>Answered to <c>_zerorpc_name</c> and <c>_zerorpc_ping</c>.</summary>
    public string Name { get; } = name;

    internal IReadOnlyDictionary<string, Entry> Entries => _entries;

    /// <summary>Adds or replaces a method. <paramref name="documentation"/> is answered to <c>_zerorpc_help</c>.</summary>
    public void Add(string method, RpcMethod run, string? documentation = null) =>
        _entries[method] = new Entry(run, null, documentation);

    /// <inheritdoc cref="Add(string, RpcMethod, string?)"/>
    public void Add(string method, RpcStreamMethod run, string? documentation = null) =>
        _entries[method] = new Entry(null, run, documentation);

    internal sealed record Entry(RpcMethod? Call, RpcStreamMethod? Stream, string? Documentation);
}
