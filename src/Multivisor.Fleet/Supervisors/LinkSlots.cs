using Multivisor.Fleet.Links;

namespace Multivisor.Fleet.Supervisors;

/// <summary>
/// How many links may be open at a time. Without a limit a large fleet under a low limit of file descriptors would
/// leave none for those who want to look at it.
/// </summary>
internal sealed class LinkSlots(int allowed)
{
    private readonly int _allowed = allowed;
    private int _free = allowed;

    /// <exception cref="LinkException">None is left.</exception>
    public Slot Take()
    {
        if (Interlocked.Decrement(ref _free) >= 0)
            return new Slot(this);
        Interlocked.Increment(ref _free);
        throw new LinkException(
            $"not connected, because only {_allowed} links fit into the file descriptors that the server may open: "
            + "raise LimitNOFILE (systemd), minfds (supervisord) or ulimit -n, and restart it");
    }

    internal readonly struct Slot(LinkSlots owner) : IDisposable
    {
        public void Dispose() => Interlocked.Increment(ref owner._free);
    }
}
