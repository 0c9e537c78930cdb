using Multivisor.ZeroRpc.Events;

namespace Multivisor.ZeroRpc.Channels;

/// <summary>One open call or stream of a connection. Its fields belong to its <see cref="ChannelTable"/>.</summary>
internal abstract class Channel
{
    protected Channel(EventId id)
    {
        Id = id;
        Node = new LinkedListNode<Channel>(this);
    }

    /// <summary>The id of the event that opened the channel, as its opener wrote it.</summary>
    public EventId Id { get; }

    /// <summary>Its place in the order of ticks.</summary>
    public LinkedListNode<Channel> Node { get; }

    /// <summary>When the next heartbeat is due, as a timestamp.</summary>
    public long NextTick { get; set; }

    /// <summary>When the last heartbeat came, as a timestamp; null before the first tick or heartbeat.</summary>
    public long? LastHeartbeat { get; set; }

    /// <summary>Takes any event but a heartbeat. Called by the connection's reading loop only; must not block.</summary>
    /// <param name="received">The event.</param>
    /// <param name="length">The octets it had on the wire.</param>
    /// <returns>True when the event ends the channel, which then leaves the table.</returns>
    public abstract bool OnEvent(RpcEvent received, long length);

    /// <summary>Tells that the peer or the connection is gone. Called at most once, after the channel has left the table.</summary>
    public abstract void OnLost(LostRemoteException reason);
}
