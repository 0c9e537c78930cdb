namespace Multivisor.ZeroRpc.Zmtp;

/// <summary>One encoded message (delimiter and payload frame in one buffer) on its way out. Owned by its <see cref="SendQueue"/>.</summary>
internal sealed class Outgoing(ReadOnlyMemory<byte> octets)
{
    /// <summary>What a queued message costs beyond its octets, roughly: this object, its list node, its array's header.</summary>
    private const int Overhead = 128;

    public ReadOnlyMemory<byte> Octets { get; } = octets;

    public int Load => Octets.Length + Overhead;

    /// <summary>Set while the message can still be withdrawn. Guarded by the queue's lock.</summary>
    public LinkedListNode<Outgoing>? Node { get; set; }

    /// <summary>Completed when a message that had to wait is let into the queue. Guarded by the queue's lock.</summary>
    public TaskCompletionSource? Admitted { get; set; }
}
