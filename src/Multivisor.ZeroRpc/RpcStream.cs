using Multivisor.ZeroRpc.Channels;
using Multivisor.ZeroRpc.Client;
using Multivisor.ZeroRpc.Events;

namespace Multivisor.ZeroRpc;

/// <summary>
/// An open stream of a <see cref="ZeroRpcClient"/>. Its items are taken out, or handed over as they come. One reader at a time.
/// </summary>
/// <remarks>Disposing ends the stream here at once; the remote notices after two to three heartbeat periods.</remarks>
public sealed class RpcStream : IDisposable
{
    private readonly RpcConnection _connection;
    private readonly StreamChannel _channel;
    private readonly Zmtp.Outgoing _request;
    private readonly CancellationToken _cancellation;
    private readonly CancellationTokenRegistration _cancelling;
    private Task _granting = Task.CompletedTask;

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
        return _channel.Grant() is > 0 and var credit ? GrantAndWaitAsync(credit) : _channel.WaitAsync();
    }

    /// <summary>Takes an item that has come; false when all were taken.</summary>
    public bool TryTake(out RpcValue item) => _channel.TryTake(out item);

    /// <summary>
    /// Hands over each item as it comes, those that have come already first: for who follows a thousand streams, since nothing is queued, woken or kept in
    /// between. Completes when the stream has ended, and throws as <see cref="WaitAsync"/>. Instead of taking, and once.
    /// </summary>
    /// <param name="taker">Called on the thread that reads the connection, one item at a time; must be quick and must not throw.</param>
    public Task FollowAsync(Action<RpcValue> taker) => _channel.HandTo(taker, GrantInPassing);

    public void Dispose()
    {
        _cancelling.Dispose();
        _connection.Channels.Remove(_channel);
        _connection.Sending.Withdraw(_request);
    }

    private async ValueTask<bool> GrantAndWaitAsync(int credit)
    {
        await GrantAsync(credit);
        return await _channel.WaitAsync();
    }

    private void GrantInPassing()
    {
        // One grant waits to be sent at most: who sends without reading is granted no more.
        if (_granting.IsCompleted && _channel.Grant() is > 0 and var credit)
            _granting = TryGrantAsync(credit);
    }

    private async Task TryGrantAsync(int credit)
    {
        try
        {
            await GrantAsync(credit);
        }
        catch (Exception e) when (e is LostRemoteException or OperationCanceledException)
        {
            // The end of the stream tells it.
        }
    }

    private Task GrantAsync(int credit) =>
        _connection.Sending.SendAsync(_connection.Event(_channel.Id, EventNames.More, RpcValue.Array(credit)), _cancellation);
}
