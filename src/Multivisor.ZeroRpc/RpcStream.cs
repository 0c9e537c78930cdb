using Multivisor.ZeroRpc.Channels;
using Multivisor.ZeroRpc.Client;
using Multivisor.ZeroRpc.Events;

namespace Multivisor.ZeroRpc;

/// <summary>
/// An open stream of a <see cref="ZeroRpcClient"/> whose items are taken out, for who follows a thousand of them: nothing here holds an item longer than
/// its reader does. One reader at a time.
/// </summary>
/// <remarks>Disposing ends the stream here at once; the remote notices after two to three heartbeat periods.</remarks>
public sealed class RpcStream : IDisposable
{
    private readonly RpcConnection _connection;
    private readonly StreamChannel _channel;
    private readonly Zmtp.Outgoing _request;
    private readonly CancellationToken _cancellation;
    private readonly CancellationTokenRegistration _cancelling;

    internal RpcStream(RpcConnection connection, string method, IReadOnlyList<RpcValue> arguments, ZeroRpcOptions options, CancellationToken cancellationToken)
    {
        _connection = connection;
        _channel = new StreamChannel(connection.NextId(), method, options);
        _request = connection.Request(_channel.Id, method, RpcValue.Array([.. arguments]));
        _cancellation = cancellationToken;
        connection.Channels.TryAdd(_channel);
        _cancelling = cancellationToken.UnsafeRegister(static (channel, token) => ((StreamChannel)channel!).Cancel(token), _channel);
        connection.Sending.Post(_request);
    }

    /// <summary>
    /// Waits for the next item; false when the stream has ended. To be called when all that had come was taken: only then is the remote allowed to send more.
    /// </summary>
    /// <exception cref="RemoteException">The remote ended the stream with an error, or the method does not stream.</exception>
    /// <exception cref="LostRemoteException">The connection or the remote was lost; items that came before are handed out first.</exception>
    /// <exception cref="OperationCanceledException">Cancelled with the token that it was opened with.</exception>
    public ValueTask<bool> WaitAsync()
    {
        if (_cancellation.IsCancellationRequested)
            return ValueTask.FromCanceled<bool>(_cancellation);
        return _channel.Grant() is > 0 and var credit ? GrantAsync(credit) : _channel.WaitAsync();
    }

    /// <summary>Takes an item that has come; false when all were taken.</summary>
    public bool TryTake(out RpcValue item) => _channel.TryTake(out item);

    public void Dispose()
    {
        _cancelling.Dispose();
        _connection.Channels.Remove(_channel);
        _connection.Sending.Withdraw(_request);
    }

    private async ValueTask<bool> GrantAsync(int credit)
    {
        await _connection.Sending.SendAsync(_connection.Event(_channel.Id, EventNames.More, RpcValue.Array(credit)), _cancellation);
        return await _channel.WaitAsync();
    }
}
