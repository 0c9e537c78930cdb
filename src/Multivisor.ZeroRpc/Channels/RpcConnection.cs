using System.Buffers;
using Multivisor.ZeroRpc.Events;
using Multivisor.ZeroRpc.Zmtp;

namespace Multivisor.ZeroRpc.Channels;

/// <summary>Events and channels over one ZMTP connection, for both roles. Thread-safe.</summary>
internal sealed class RpcConnection
{
    private static readonly RpcValue HeartbeatArgs = RpcValue.Array(0);

    private readonly ZmtpConnection _zmtp;
    private readonly ZeroRpcOptions _options;
    private readonly string _remote;
    private readonly Func<RpcConnection, RpcEvent, ValueTask>? _onRequest;
    private readonly MessageIds _ids = new();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="zmtp">A connection after its handshake.</param>
    /// <param name="options">Limits and periods.</param>
    /// <param name="remote">The peer's name for messages.</param>
    /// <param name="onRequest">Takes events that open a channel; null drops them, as a client does.</param>
    public RpcConnection(ZmtpConnection zmtp, ZeroRpcOptions options, string remote, Func<RpcConnection, RpcEvent, ValueTask>? onRequest)
    {
        _zmtp = zmtp;
        _options = options;
        _remote = remote;
        _onRequest = onRequest;
        Channels = new ChannelTable(options, remote, SendHeartbeat);
        zmtp.WriteFailed = failure => Close($"{remote} was lost: {failure.Message}", failure);
    }

    public ChannelTable Channels { get; }

    public SendQueue Sending => _zmtp.Sending;

    /// <summary>Completes, never faults, when the connection is gone and all its channels have been told.</summary>
    public Task Closed => _closed.Task;

    public EventId NextId() => _ids.Next();

    /// <summary>Encodes a request that opens a channel with the given id.</summary>
    /// <exception cref="InvalidOperationException">Over a limit of the options.</exception>
    public Outgoing Request(EventId id, string method, in RpcValue args) => EventEncoder.Encode(id, null, method, args, _options);

    /// <summary>Encodes an event of an open channel.</summary>
    /// <exception cref="InvalidOperationException">Over a limit of the options.</exception>
    public Outgoing Event(EventId channel, string name, in RpcValue args) => EventEncoder.Encode(NextId(), channel, name, args, _options);

    /// <summary>Reads until the connection is gone; never throws.</summary>
    public async Task RunAsync()
    {
        try
        {
            await _zmtp.ReadAsync(OnMessageAsync);
            Close($"{_remote} closed the connection", null);
        }
        catch (Exception e)
        {
            // Whatever ended the reading, the connection is of no more use; the reason goes to everybody who waits on it.
            Close($"{_remote} was lost: {e.Message}", e);
        }
    }

    /// <summary>Closes the connection and fails all its channels at once; the first reason counts.</summary>
    public void Close(string reason, Exception? inner)
    {
        var lost = new LostRemoteException(reason, inner);
        Channels.Close(lost);
        _zmtp.Close(lost);
        _closed.TrySetResult();
    }

    private ValueTask OnMessageAsync(ReadOnlySequence<byte> payload)
    {
        RpcEvent received;
        try
        {
            received = EventDecoder.Decode(payload, _options);
        }
        catch (ProtocolException)
        {
            // One bad event is dropped without an answer, as the original does (sections 3 and 11).
            return ValueTask.CompletedTask;
        }

        if (received.ResponseTo is not { } channelId)
            return _onRequest?.Invoke(this, received) ?? ValueTask.CompletedTask;

        var heartbeat = received.Name == EventNames.Heartbeat;
        var channel = Channels.Route(channelId, heartbeat);
        if (!heartbeat && channel is not null && channel.OnEvent(received, payload.Length))
            Channels.Remove(channel);
        return ValueTask.CompletedTask;
    }

    /// <summary>A heartbeat that finds no room is left out: a peer that takes nothing is found by the queue itself.</summary>
    private void SendHeartbeat(Channel channel) => Sending.TryPost(Event(channel.Id, EventNames.Heartbeat, HeartbeatArgs));
}
