using Multivisor.Supervisord;
using Multivisor.Supervisord.XmlRpc;
using Multivisor.ZeroRpc;

namespace Multivisor.Agent.Calls;

/// <summary>
/// Passes calls on to supervisord: what it answers at once over one connection, what it may hold back over connections of its own,
/// so that a stop of 300 s holds up nobody.
/// </summary>
internal sealed class SupervisordCalls : IAsyncDisposable
{
    private const int WaitingConnections = 16;
    private readonly SupervisordClient _quick;
    private readonly SupervisordClientPool _waiting;
    private readonly Action _groupsChanged;

    /// <param name="groupsChanged">Called after each call that has changed which groups there are.</param>
    public SupervisordCalls(SupervisordUrl url, SupervisordClientOptions options, Action groupsChanged)
    {
        _groupsChanged = groupsChanged;
        _quick = new SupervisordClient(url, options);
        _waiting = new SupervisordClientPool(url, WaitingConnections, options with { MaxWaiting = 1000, QueueTimeout = TimeSpan.FromMinutes(10) });
    }

    public async ValueTask<RpcValue> CallAsync(string method, IReadOnlyList<RpcValue> arguments, CancellationToken cancellationToken)
    {
        var list = arguments.Select(a => a.ToXmlRpc()).ToArray();
        try
        {
            var result = await (MayWait(method, list) ? _waiting.CallAsync(method, list, cancellationToken) : _quick.CallAsync(method, list, cancellationToken));
            if (method is "supervisor.addProcessGroup" or "supervisor.removeProcessGroup")
                _groupsChanged();
            return result.ToRpc();
        }
        catch (SupervisordException error)
        {
            throw CallErrors.ToRemote(error);
        }
    }

    public Task<IReadOnlyList<string>> ListMethodsAsync(CancellationToken cancellationToken) => _quick.ListMethodsAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _quick.DisposeAsync();
        await _waiting.DisposeAsync();
    }

    /// <summary>startProcess and its like with <c>wait</c> false are answered at once.</summary>
    private static bool MayWait(string method, XmlRpcValue[] arguments) =>
        SupervisordMethod.MayWait(method)
        && !(method.StartsWith("supervisor.st", StringComparison.Ordinal) && arguments is [.., var last] && last.TryGetBoolean(out var wait) && !wait);
}
