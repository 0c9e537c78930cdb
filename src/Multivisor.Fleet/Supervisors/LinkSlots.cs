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
    /// <param name="weight">Links that it counts for.</param>
    public Slot Take(int weight)
    {
        if (Interlocked.Add(ref _free, -weight) >= 0)
            return new Slot(this, weight);
        Interlocked.Add(ref _free, weight);
        throw new LinkException(
            $"not connected, because only {_allowed} links fit into the file descriptors that the server may open: "
            + "raise LimitNOFILE (systemd), minfds (supervisord) or ulimit -n, and restart it");
    }

    internal readonly struct Slot(LinkSlots owner, int weight) : IDisposable
    {
        public void Dispose() => Interlocked.Add(ref owner._free, weight);
    }
}
